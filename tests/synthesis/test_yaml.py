"""What is written means the same to every reader as the object that was built."""

import enum
import json
import math
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from andamio.synthesis.plain import NotPlainError
from andamio.synthesis.yaml import dump, head_comment, ordered
from tests.engines.needs import kubectl
from tests.lacking import not_run
from tests.synthesis.kubernetes_reader import KubernetesReader, built_reader

TRAPS = [
    *["12e0345", "12e03", "1e3", "1E3", "0123", "0o17", "0x1f", "0b1", "1_000", "+1", "-1", ".5", "5.", "1.0", "0"],
    *["yes", "Yes", "YES", "no", "on", "On", "off", "y", "Y", "n", "N", "true", "False", "null", "Null", "~", ""],
    *[".inf", "-.inf", ".nan", ".NaN", "NaN", "nan", "inf", "Infinity", "1e1000", "12:30", "190:20:30", "1:2"],
    *["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01 10:00:00", "=", "<<", "<", "- a", "-", "--", "a: b", "a:b"],
    *["a:", ":", ": a", "#x", "a #b", "a#b", "a ", " a", "a\t", "\ta", "a\tb", "?", "? a", "!", "!a", "&a", "*a"],
    *["%a", "@a", "`a", "|", ">", "{", "}", "[", "]", "{}", "[]", ",", "a,b", "'", "''", '"', 'a"b', "\\", "\\n"],
    *["---", "...", "--- a", "\n", "\n\n", "a\n", "a\n\n", "\na", "a\nb", "a\n\nb", "a \nb", "a\n b", " a\nb", "a\n  "],
    *["a\n---\nb", "#a\nb", "a\n#b", "- a\n- b\n", "a: b\nc: d\n", "a\r\nb", "a\rb", "\r", "a\n\tb", "a\x0bb"],
    *["\u2028", "a\u2028b", "a\u2029b", "a\x85b", "\ufeff", "\ufeffa", "a\ufeff\nb", "\x00", "\x1b[0m", "\x7f", "\x9f"],
    *["\ufffe", "\uffff", "\ufffd", "\U0001f680", "a\U0001f680\nb\n", "\U0010ffff", "\xa0", "a\xa0", "é", "日本語"],
    *["a" * 3000, ("ab " * 2000).strip(), "a\n" * 500, "/", "/healthz", "a/", "http://x/?a=b&c#d", "a::b", "a:/b"],
    *["registry.example/shop/orders:12e0345@sha256:" + "0" * 64, "$(HOME)", "${x}", "{{ .x }}", "100m", "1Gi"],
]

# Few characters, and those that mean something to some reader, so that random text hits the corners.
text = st.one_of(
    st.sampled_from(TRAPS),
    st.text(
        alphabet=st.sampled_from("aeEyn01279.+-_:#~=<>|&*!%@`'\"\\{}[], \t\n\r\x00\x85\u2028\ufeffé🚀"), max_size=12
    ),
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40),
)
leaves = st.one_of(
    text,
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=12,
)
documents = st.dictionaries(text, values, max_size=4)

Reader = Callable[[str], Any]


def same(left: Any, right: Any) -> bool:
    """Equal, and of one type; only 1.0 may be read as 1, which JSON does not tell apart."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if {type(left), type(right)} == {int, float}:
        return float(left) == float(right)
    return type(left) is type(right) and left == right


def by_key(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: by_key(node[key]) for key in sorted(node)}
    return [by_key(item) for item in node] if isinstance(node, list) else node


def python_reader(document: str) -> Any:
    return pyyaml.load(document, pyyaml.SafeLoader)


def libyaml_reader(document: str) -> Any:
    return pyyaml.load(document, pyyaml.CSafeLoader)


@pytest.fixture(scope="module")
def kubernetes() -> Iterator[KubernetesReader]:
    reader = built_reader()
    if isinstance(reader, str):
        pytest.skip(not_run("a reader built with Go", reader))
    with reader:
        yield reader


@pytest.fixture(scope="module", params=["PyYAML", "libyaml", "Kubernetes"])
def read(request: pytest.FixtureRequest) -> Reader:
    if request.param == "Kubernetes":
        reader: KubernetesReader = request.getfixturevalue("kubernetes")
        return reader.read
    return python_reader if request.param == "PyYAML" else libyaml_reader


def means_the_same(read: Reader, document: dict[str, Any]) -> None:
    written = dump(document)
    assert same(by_key(read(written)), by_key(document)), written


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: repr(trap[:20]))
def test_a_string_that_looks_like_something_else_stays_a_string(read: Reader, trap: str) -> None:
    means_the_same(read, {"value": trap, trap: "value", "list": [trap, [trap], {trap: trap}]})


@settings(max_examples=400, deadline=None)
@given(document=documents)
@example(document={"a": {"k" * 3000: {"b": 1}, "l" * 3000: [1, {"m" * 3000: []}], "n" * 1500: "a\nb"}})
@example(document={"list": [[[]], [{}], [{"a": [{"b": "x\ny"}]}], "x\ny\n", None, -0.0, 1e16, 1e-7, 1.5e300]})
def test_any_document_means_the_same_to_every_reader(read: Reader, document: dict[str, Any]) -> None:
    means_the_same(read, document)


@settings(max_examples=400, deadline=None)
@given(first=text, second=text)
def test_any_string_is_the_same_as_key_value_and_item(read: Reader, first: str, second: str) -> None:
    means_the_same(read, {first: second, "list": [first, {second: first}], "after": "plain"})


@settings(max_examples=100, deadline=None)
@given(document=documents)
def test_the_order_of_keys_is_the_callers(document: dict[str, Any]) -> None:
    assert same(python_reader(dump(document)), dict(ordered(document)))


def test_kustomize_keeps_every_trap(tmp_path: Path, kubernetes: KubernetesReader) -> None:
    program = kubectl()
    # Kustomize's own writer puts these out raw, and then refuses or changes them.
    traps = [trap for trap in TRAPS if not {"\x7f", "\x85", "\x9f", "\ufffe", "\uffff"} & set(trap)]
    data = {f"key{number}": trap for number, trap in enumerate(traps)}
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "traps"}, "data": data}
    (tmp_path / "ConfigMap.traps.yaml").write_text(head_comment("a.py", "make synth") + dump(body), encoding="utf-8")
    (tmp_path / "kustomization.yaml").write_text(dump({"resources": ["ConfigMap.traps.yaml"]}), encoding="utf-8")
    built = subprocess.run([program, "kustomize", str(tmp_path)], capture_output=True, text=True, check=True)
    assert kubernetes.read(built.stdout)["data"] == data


def test_an_object_begins_with_what_it_is() -> None:
    body = {"spec": {}, "metadata": {"name": "orders"}, "kind": "Service", "apiVersion": "v1", "data": None}
    assert list(ordered(body)) == ["apiVersion", "kind", "metadata", "spec", "data"]
    assert dump(body).startswith("apiVersion: v1\nkind: Service\nmetadata:\n  name: orders\nspec: {}\n")


def test_text_of_several_lines_can_be_read_by_people() -> None:
    written = dump({"data": {"app.conf": "server {\n  listen 80\n\n}\n", "no-end": "a\nb", "tab": "a\tb\nc"}})
    assert written == (
        'data:\n  app.conf: |\n    server {\n      listen 80\n\n    }\n  no-end: |-\n    a\n    b\n  tab: "a\\tb\\nc"\n'
    )


def test_words_stay_bare_and_lists_stand_under_their_key() -> None:
    assert dump({"list": ["orders", "apps/v1", "a.b/c:d", {"a": 1, "b": [True]}, []]}) == (
        "list:\n- orders\n- apps/v1\n- a.b/c:d\n- a: 1\n  b:\n  - true\n- []\n"
    )


def test_mappings_and_tuples_are_written_like_dicts_and_lists() -> None:
    frozen = MappingProxyType({"a": (1, MappingProxyType({}))})
    assert dump(frozen) == dump({"a": [1, {}]})
    assert dump({}) == "{}\n"


def test_the_same_value_in_two_places_is_written_twice() -> None:
    shared = {"app": "orders"}
    assert dump({"a": shared, "b": shared}) == "a:\n  app: orders\nb:\n  app: orders\n"


class Tier(enum.StrEnum):
    CRITICAL = "critical"


class Marked(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"spec": {"tiers": [{}, {"x": Tier.CRITICAL}]}}, r"spec\.tiers\[1\]\.x: .*Tier"),
        ({"data": {"a.b": Marked("s3cret")}}, r'data\["a\.b"\]: .*Marked'),
        ({"a": math.nan}, "a: nan"),
        ({"a": [math.inf]}, r"a\[0\]: inf"),
        ({"a": b"x"}, "a: bytes"),
        ({"a": {"b": {1: 2}}}, r"a\.b: the key 1 is int"),
        ({"a": {None: 2}}, "a: the key None"),
        ({"a": {Marked("s3cret"): 2}}, "a: the key of another type"),
        ({"a": {1, 2}}, "a: set"),
        ({"a": object()}, "a: object"),
        ({"a": 2**63}, "a: 9223372036854775808"),
        ({"a": "\ud800"}, r"a: '\\ud800'"),
        ({"a": {"\udfff\n": 1}}, "a: the key"),
        ([1], "document: list"),
        ([], "document: list"),
        (None, "document: NoneType"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_its_place(document: Any, message: str) -> None:
    with pytest.raises(NotPlainError, match=message) as caught:
        dump(document)
    assert isinstance(caught.value, TypeError)
    assert "s3cret" not in str(caught.value)


def test_an_object_that_contains_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = [loop]
    with pytest.raises(NotPlainError, match="nested deeper"):
        dump(loop)


def test_more_strings_than_are_remembered_are_written_right(monkeypatch: pytest.MonkeyPatch) -> None:
    from andamio.synthesis import yaml as emitter

    cache = emitter._Scalars()
    cache.update((f"filler{number}", "") for number in range(100_000))
    monkeypatch.setattr(emitter, "_SCALARS", cache)
    assert dump({"a": "yes", "b": "orders"}) == 'a: "yes"\nb: orders\n'
    assert len(cache) < 10


def test_the_first_line_names_the_source_and_the_command() -> None:
    assert head_comment("catalog/services/orders.py", "make synth") == (
        "# Made by Andamio from catalog/services/orders.py; do not edit, run: make synth\n"
    )


@settings(max_examples=100, deadline=None)
@given(source=text, command=text)
def test_the_first_line_is_one_comment_whatever_the_file_is_called(read: Reader, source: str, command: str) -> None:
    assert read(head_comment(source, command) + dump({"a": "b"})) == {"a": "b"}


def test_the_reader_of_kubernetes_is_the_real_one(kubernetes: KubernetesReader) -> None:
    assert kubernetes.read("a: yes\nb: 12e03\nc: 12:30\n") == {"a": True, "b": 12000, "c": "12:30"}
    assert json.dumps(kubernetes.read("a: 0o17")) == '{"a": 15}'
