"""`andamio graph` draws what the catalog declares, in three forms that say the same."""

import json
import re

import pytest

from andamio.cli.graph import FORMATS, drawing, graph, view_of
from andamio.cli.guard import CommandError
from tests.properties.full_platform import full_platform


@pytest.fixture
def drawn():
    return drawing(view_of(full_platform(), "prod"))


def test_every_connection_leads_from_who_opens_it(drawn) -> None:
    found = {(edge.source, edge.target, edge.label) for edge in drawn[1]}
    assert {
        ("shop", "stock", "calls"),
        ("shop", "postgres-shop", "SQL"),
        ("stock", "postgres", "SQL"),
        ("shop", "valkey", "cache"),
        ("shop", "topic order-placed", "publishes"),
        ("topic order-placed", "worker", "delivers"),
        ("host api.full-shop.example", "shop", "/shop"),
        ("shop", "outside pay.outside.example", "TCP 8443"),
    } <= found


def test_every_end_of_a_connection_is_drawn(drawn) -> None:
    nodes, edges = drawn
    assert {end for edge in edges for end in (edge.source, edge.target)} <= {node.id for node in nodes}


def test_a_service_without_a_release_says_so() -> None:
    platform = full_platform()
    view = view_of(platform, "prod")
    object.__setattr__(view, "release", type(view.release)())
    assert "shop (not deployed)" in {node.label for node in drawing(view)[0]}


def test_each_format_has_every_node_and_edge(drawn) -> None:
    nodes, edges = drawn
    data = json.loads("\n".join(FORMATS["json"](nodes, edges)))
    assert (len(data["nodes"]), len(data["edges"])) == (len(nodes), len(edges))
    for form, arrow in (("mermaid", "-->"), ("dot", " -> ")):
        text = "\n".join(FORMATS[form](nodes, edges))
        assert text.count(arrow) == len(edges)
        assert all(f'"{node.label}"' in text for node in nodes)


def test_identifiers_of_mermaid_are_of_letters_digits_and_underscores(drawn) -> None:
    for line in list(FORMATS["mermaid"](*drawn))[1:]:
        assert re.match(r"  [a-z0-9_]+([\[({>]| -->)", line)


def test_the_last_environment_is_drawn_unless_one_is_named() -> None:
    platform = full_platform()
    assert view_of(platform, None).environment.name == "prod"
    assert view_of(platform, "dev").environment.name == "dev"


def test_an_unknown_environment_or_format_names_the_nearest(project) -> None:
    with pytest.raises(CommandError, match='Did you mean "prod"'):
        view_of(full_platform(), "prd")
    with pytest.raises(CommandError, match="mermaid, dot, json"):
        graph(catalog=project / "catalog", form="svg")
