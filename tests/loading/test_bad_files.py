"""What a catalog's files may hold by mistake, each told in one finding that names the file to mend."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from andamio.loading import CatalogError, load

CART = "services/cart.py"
DEV = "releases/dev.json"


@pytest.fixture
def catalog(project, tmp_path) -> Path:
    return Path(shutil.copytree(project / "catalog", tmp_path / "catalog"))


def mistakes(catalog: Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load(catalog)
    return [str(finding) for finding in caught.value.findings]


def the_mistake(catalog: Path) -> str:
    found = mistakes(catalog)
    assert len(found) == 1, found
    assert found[0].isprintable()
    return found[0]


def prepend(catalog: Path, file: str, line: str) -> None:
    path = catalog / file
    path.write_text(line + path.read_text())


def add(catalog: Path, file: str, content: str | bytes) -> None:
    path = catalog / file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E", "cart.py:3: the file raises E. "),
        ("class E(BaseException): ...\nraise E('hm')", "cart.py:2: the file raises E: hm. "),
        ("raise GeneratorExit", "cart.py:1: the file raises GeneratorExit. "),
        ("raise ValueError('\\n second')", "the file raises ValueError: second. "),
        ("raise ValueError('\\x1b[31m')", "ValueError: \\x1b[31m. "),
        ("import foo", "No module named 'foo'. Remove the import"),
        ("from catalog.tombstone import x", 'Did you mean "tombstones"?'),
        ("from .orderz import orders", 'Did you mean "orders"?'),
        ("from catalog.environments import LOGI", 'Did you mean "LOGIN"?'),
        ("from catalog.services.cart import cart", "import each other in a circle"),
        ("import andamio.model as m\nm.Servise()", 'Did you mean "Service"?'),
        ("from andamio.model import Service\nService('cart')", "Give every field by its name"),
        ("from andamio.model import Http\nHttp(port=10**5000)", 'Http.port = "a number of 16610 bits"'),
        ("from andamio.model import Http\nHttp(port=0)", "Write 1 or more."),
        ("from andamio.model import Service\nService(name='cart', team='web', calls='x')", 'a comma: ("orders",)'),
        ("from andamio.model import Service\nService(name='cart', team='web', http=3)", "is no Http. Write Http(...)"),
        ("open('/nowhere/at/all')", "cart.py:1: the file raises FileNotFoundError"),
        ("<<<<<<< HEAD\n=======\n>>>>>>> x", "Take one side of the merge"),
    ],
)
def test_a_file_that_cannot_be_run_says_why(catalog, content, expected) -> None:
    add(catalog, CART, content)
    assert expected in the_mistake(catalog)


def test_a_finding_is_about_the_file_that_is_broken_not_about_those_that_import_it(catalog) -> None:
    add(catalog, "sizes.py", "from andamio.model import Scaling\n\nSMALL = Scaling(min=-1)\n")
    prepend(catalog, CART, "from catalog.sizes import SMALL\n")
    prepend(catalog, "services/orders.py", "from catalog.sizes import SMALL\n")
    assert the_mistake(catalog).startswith("AND002 catalog/sizes.py:3: Scaling.min = -1")


def test_a_syntax_error_of_an_imported_file_is_told_once(catalog) -> None:
    add(catalog, "sizes.py", "SMALL = (\n")
    prepend(catalog, CART, "from catalog.sizes import SMALL\n")
    assert the_mistake(catalog).startswith("AND001 catalog/sizes.py:1: syntax")


def test_a_service_may_name_another_by_importing_it(catalog) -> None:
    before = load(catalog)
    text = (catalog / CART).read_text()
    add(catalog, CART, "from catalog.services.products import products\n" + text.replace('"products"', "products.name"))
    assert load(catalog).services == before.services


@pytest.mark.parametrize("file", ["tombstone.py", "environment.py", "services/old/x.py", "services/__init__.py"])
def test_a_python_file_that_nothing_reads_is_named(catalog, file) -> None:
    add(catalog, file, "x = 1\n")
    assert f"catalog/{file}: nothing reads this file" in the_mistake(catalog)


def test_what_editors_and_tools_leave_is_nobodys_mistake(catalog) -> None:
    add(catalog, "services/__init__.py", "")
    add(catalog, "services/.#cart.py", "x = (")
    add(catalog, "services/cart.py.orig", "x = (")
    add(catalog, "services/__pycache__/cart.cpython-311.pyc", "")
    add(catalog, "releases/.dev.json.swp", "")
    load(catalog)


@pytest.mark.parametrize("name", ["a b", "a.b", "cart\n"])
def test_a_file_that_cannot_be_imported_is_named(catalog, name) -> None:
    add(catalog, f"services/{name}.py", "x = 1\n")
    assert "no file of a catalog can have this name" in the_mistake(catalog)


@pytest.mark.parametrize("folder", ["services", "releases", "cloud"])
def test_a_file_in_place_of_a_folder_is_not_an_empty_folder(catalog, folder) -> None:
    shutil.rmtree(catalog / folder, ignore_errors=True)
    add(catalog, folder, "")
    assert f"catalog/{folder}: is a file, not a folder" in the_mistake(catalog)


@pytest.mark.parametrize("place", ["services", "releases", "tombstones.py", "environments.py"])
def test_a_link_that_leads_nowhere_is_not_nothing(catalog, place) -> None:
    path = catalog / place
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to("nowhere")
    assert f"catalog/{place}: cannot be read: No such file" in the_mistake(catalog)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_not_an_empty_folder(catalog) -> None:
    (catalog / "services").chmod(0)
    try:
        assert "catalog/services: cannot be read: Permission denied" in the_mistake(catalog)
    finally:
        (catalog / "services").chmod(0o755)


@pytest.mark.parametrize("place", [CART, DEV])
def test_a_pipe_is_not_waited_for(catalog, place) -> None:
    (catalog / place).unlink()
    os.mkfifo(catalog / place)
    assert f"catalog/{place}: cannot be read: is no regular file" in the_mistake(catalog)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"services":' * 5000 + "1" + "}" * 5000, "nested too deeply. Take it from git"),
        ("[" * 200_000, "nested too deeply. Take it from git"),
        ('{"services": {"cart": {"tag": ' + "1" * 6000 + "}}}", "a number that is too long"),
        ('{"services": {"\\ud800": {"tag": "x"}}}', "half of a character"),
        ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n", "conflict markers of a merge"),
        ('{"services": {"cart": {"tag": NaN}}}', 'Release.services.cart.tag = "nan"'),
        (
            '{"services": {"cart": {"tag": "x", "digset": ""}}}',
            "Image has no field 'digset'. Did you mean \"digest\"?",
        ),
        ('{"services": {"cart": {}}}', 'Release.services.cart.tag: is missing. Add "tag".'),
        ('{"services": {"": {"tag": "x"}}}', 'Release.services."" = ""'),
    ],
)
def test_a_damaged_release_is_told_in_words(catalog, content, expected) -> None:
    add(catalog, DEV, content)
    assert expected in the_mistake(catalog)


def test_a_byte_order_mark_does_no_harm(catalog) -> None:
    before = load(catalog)
    for file in (CART, DEV):
        add(catalog, file, b"\xef\xbb\xbf" + (catalog / file).read_bytes())
    assert load(catalog).services == before.services


def test_a_release_with_another_ending_is_not_overlooked(catalog) -> None:
    (catalog / DEV).rename(catalog / "releases" / "dev.yaml")
    assert "catalog/releases/dev.yaml: nothing reads a file of this name. Call it dev.json" in the_mistake(catalog)


def test_an_unknown_field_of_cloud_outputs_is_told_with_those_that_exist(catalog) -> None:
    add(catalog, "cloud/dev.json", '{"source": "ovh", "cluster": "x"}')
    assert "CloudOutputs has no field 'cluster'. Did you mean \"cluster_id\"?" in the_mistake(catalog)
