import os
from pathlib import Path

import pytest

from andamio.node import SILENCED, bundled_node, use_bundled_node


def test_jsii_runs_on_the_node_of_the_wheel() -> None:
    environment: dict[str, str] = {}
    use_bundled_node(environment)
    node = bundled_node()
    assert node is not None
    assert environment == {"JSII_NODE": str(node)}
    assert os.access(node, os.X_OK)


def test_a_node_that_was_chosen_stays_and_is_not_complained_about() -> None:
    environment = {"JSII_NODE": "/opt/node/bin/node", SILENCED[0]: ""}
    use_bundled_node(environment)
    assert environment["JSII_NODE"] == "/opt/node/bin/node"
    assert [environment[name] for name in SILENCED] == ["", "1", "1"]


def test_without_the_wheel_jsii_looks_for_node_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("andamio.node.bundled_node", lambda: None)
    environment: dict[str, str] = {}
    use_bundled_node(environment)
    assert environment == {}


def test_only_one_module_imports_cdktf_and_one_cdk8s(constructs: Path) -> None:
    for package, home in (("cdktf", "cdktf.py"), ("cdk8s", "cdk8s.py"), ("cdk8s_plus_27", "cdk8s.py")):
        importers = {
            path.name
            for path in (constructs).rglob("*.py")
            for line in path.read_text().splitlines()
            if line.split(".")[0].split(" ")[:2] in (["from", package], ["import", package])
        }
        assert importers == {home}
