from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from andamio.contract.platform import Platform
from andamio.contract.shares import builder
from andamio.synthesis.composition import Composition


def test_every_class_that_a_composition_names_exists(tienda: Platform, project: Path) -> None:
    composition = Composition.find(project)
    names = {share.stack for share in composition.stacks(tienda)}
    names |= {share.chart for view in tienda.views.values() for share in composition.charts(view)}
    assert len(names) >= 20
    assert all(isinstance(builder(name), type) for name in names)


def test_listing_shares_starts_no_jsii(project: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from andamio.loading import load\n"
        "from andamio.synthesis.composition import Composition\n"
        "platform = load(Path('catalog')); composition = Composition.find(Path.cwd())\n"
        "assert composition.stacks(platform)\n"
        "assert [list(composition.charts(view)) for view in platform.views.values()]\n"
        "sys.exit('jsii' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=project, check=False).returncode == 0


def test_without_compositions_of_its_own_a_project_gets_the_shipped_ones(tmp_path: Path, project: Path) -> None:
    assert Composition.find(tmp_path).root == project
