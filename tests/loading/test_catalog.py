from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from andamio.loading import CatalogError, load


@pytest.fixture
def catalog(project: Path, tmp_path: Path) -> Path:
    """A copy of the reference catalog in a folder with another name and a space."""
    return Path(shutil.copytree(project / "catalog", tmp_path / "my shop"))


def mistakes(catalog: Path) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load(catalog)
    return [str(finding) for finding in caught.value.findings]


def test_a_catalog_may_have_any_name_and_place(catalog: Path, project: Path) -> None:
    assert load(catalog).services == load(project / "catalog").services


def test_findings_name_files_from_the_project_on(catalog: Path) -> None:
    platform = load(catalog)
    assert platform.file("service", "orders") == "my shop/services/orders.py"
    assert platform.file("environment", "dev") == "my shop/environments.py"
    assert platform.file("release", "dev") == "my shop/releases/dev.json"


def test_the_order_of_declarations_does_not_matter(catalog: Path, project: Path) -> None:
    path = catalog / "environments.py"
    text = path.read_text()
    head, dev = text.split("\ndev = ")
    dev, rest = dev.split("\nstaging = ")
    path.write_text(f"{head}\nstaging = {rest}\ndev = {dev}")
    assert load(catalog).environments == load(project / "catalog").environments


def test_nothing_stays_imported_or_compiled(catalog: Path) -> None:
    load(catalog)
    assert [name for name in sys.modules if name.split(".")[0] == "catalog"] == []
    assert list(catalog.rglob("__pycache__")) == []


def test_files_of_a_catalog_may_import_each_other(catalog: Path) -> None:
    (catalog / "sizes.py").write_text("from andamio.model import Resources\n\nSMALL = Resources(cpu=10, memory=32)\n")
    path = catalog / "services" / "cart.py"
    path.write_text(
        path.read_text()
        .replace("from andamio.model", "from catalog.sizes import SMALL\nfrom andamio.model")
        .replace("http=Http(),", "http=Http(), resources=SMALL,")
    )
    assert {s.name: s for s in load(catalog).services}["cart"].resources.cpu == 10


def test_two_edits_within_a_second_are_both_seen(catalog: Path) -> None:
    path = catalog / "services" / "cart.py"
    text = path.read_text()
    seen = []
    for port in (8081, 8082):
        path.write_text(text.replace("Http()", f"Http(port={port})"))
        os.utime(path, (1_700_000_000, 1_700_000_000))
        seen.append({s.name: s for s in load(catalog).services}["cart"].http)
    assert [http.port for http in seen if http] == [8081, 8082]


def test_mistakes_of_all_files_are_told_at_once(catalog: Path) -> None:
    (catalog / "services" / "cart.py").write_text("from andamio.model import Service\n\ncart = Service(name='cart'\n")
    (catalog / "services" / "orders.py").write_text("")
    (catalog / "releases" / "dev.json").write_text("{")
    found = mistakes(catalog)
    assert [line.split(" ")[1].split(":")[0] for line in found] == ["my"] * 3
    assert [line.split("/", 1)[1].split(":")[0] for line in found] == [
        "releases/dev.json",
        "services/cart.py",
        "services/orders.py",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("services/cart.py", 'team="commerce"', 'team=5', "Service.team = 5: input should be a valid string"),
        ("services/cart.py", "team=", "tema=", 'Service has no field \'tema\'. Did you mean "team"?'),
        ("services/cart.py", 'team="commerce",', "", "Service.team: is missing. Give Service(..., team=...)."),
        ("services/cart.py", "max=10", "max=0", "Scaling.max = 0: input should be greater than or equal to 1"),
        (
            "services/cart.py",
            "from andamio.model import Cache",
            "from andamio.model import Cahce, Cache",
            'cannot import name \'Cahce\' from \'andamio.model\'',
        ),
        ("services/cart.py", "Route(host", "Rout(host", "NameError: name 'Rout' is not defined"),
        ("services/cart.py", '"""Shopping', 'raise SystemExit(3)\n"""Shopping', "the file raises SystemExit: 3"),
        ("services/cart.py", 'name="cart"', 'name="Cart"', "Service.name = \"Cart\": does not match"),
        ("services/cart.py", 'name="cart"', 'name="orders"', "declares it too"),
        ("services/cart.py", 'name="cart"', 'name="basket"', "the file has another name than its service"),
        ("services/cart.py", "cart = Service", "print('x')\ncart = dict", "declares 0 services"),
        ("services/orders.py", 'tier="critical"', 'tier="crtical"', 'Service.tier = "crtical"'),
        ("environments.py", 'tier="staging"', 'tier="stagin"', "Environment.tier"),
        ("environments.py", "shared = Shared(", "shred = other = Shared(", None),
        ("environments.py", "shared = Shared(", "_ = dict(", "declares Shared(...) 0 times"),
        ("environments.py", 'name="staging"', 'name="dev"', "the environment is declared more than once"),
        ("releases/dev.json", '"services"', '"servces"', 'Release has no field \'servces\'. Did you mean "services"?'),
        ("releases/dev.json", "sha256:", "sha512:", "does not match ^sha256:"),
        ("releases/dev.json", '"cart": {', '"orders": {', "orders: stands there twice"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_field_value_and_fix(
    catalog: Path, file: str, old: str, new: str, expected: str | None
) -> None:
    path = catalog / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    if expected is None:
        load(catalog)
        return
    found = mistakes(catalog)
    assert expected in "\n".join(found)
    assert f"my shop/{file}" in "\n".join(found)
    assert all("Traceback" not in line for line in found)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe{}", b"[1]", b'"x"', b"{}x", b"nul"])
def test_a_damaged_release_says_how_to_get_it_anew(catalog: Path, content: bytes) -> None:
    (catalog / "releases" / "dev.json").write_bytes(content)
    assert mistakes(catalog)[0].startswith(("AND001 my shop/releases/dev.json", "AND002 my shop/releases/dev.json"))


def test_a_file_of_no_environment_is_named(catalog: Path) -> None:
    (catalog / "releases" / "prodution.json").write_text('{"services": {}}')
    assert 'name = "prodution": belongs to no environment. Did you mean "production"?' in mistakes(catalog)[0]


def test_an_unreadable_file_is_named(catalog: Path) -> None:
    path = catalog / "services" / "cart.py"
    path.unlink()
    path.symlink_to(catalog / "nowhere")
    assert "my shop/services/cart.py: cannot be read: No such file or directory" in mistakes(catalog)[0]


def test_a_folder_that_is_no_catalog_says_what_to_do(tmp_path: Path) -> None:
    assert "andamio init" in mistakes(tmp_path)[0]
    assert "does not exist" in mistakes(tmp_path / "nowhere")[0]
