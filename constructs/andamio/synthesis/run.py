"""The whole way: read the catalog, check it, build both planes, check what was built, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from andamio.checks.finding import Finding, Severity
from andamio.checks.output import Output
from andamio.checks.run import check_catalog, check_output
from andamio.contract.platform import Platform
from andamio.loading import load
from andamio.synthesis.ahead import Ahead, begin
from andamio.synthesis.build import PLANES, Built, CacheLostError, build
from andamio.synthesis.composition import Composition
from andamio.synthesis.content import STATE, Part
from andamio.synthesis.publish import Report, plan, publish
from andamio.synthesis.worker import Pool

__all__ = ["CheckError", "Outcome", "Project", "synthesize"]

_FEW = 8
"""One share to build in so many, or fewer, are few: nearly all files stay, and linking them ahead pays."""

_ROOTS = {"terraform": "terraform", "kubernetes": "k8s"}


class CheckError(Exception):
    """The catalog, or what was made of it, breaks a rule. Nothing was published."""

    def __init__(self, findings: Sequence[Finding], *, outcome: Outcome | None = None) -> None:
        """`outcome` tells what a dry run would have published; only where no more than the output breaks rules."""
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)
        self.outcome = outcome


@dataclass(frozen=True, kw_only=True)
class Project:
    """Where a catalog lies, where its result goes, and which compositions turn the one into the other."""

    catalog: Path
    out: Path
    composition: Composition

    @classmethod
    def at(cls, *, catalog: Path | None = None, out: Path | None = None) -> Project:
        """The project of `catalog` (default: `catalog/` here), published to `out` (default: `dist/` beside it)."""
        catalog = (catalog or Path("catalog")).resolve()
        out = (out or catalog.parent / "dist").absolute()
        return cls(catalog=catalog, out=out, composition=Composition.find(catalog.parent))

    @property
    def cache(self) -> Path:
        """What earlier runs built, beside the published folder."""
        return self.out.parent / STATE / f"cache-{self.out.name}"


@dataclass
class Outcome:
    """What a run did."""

    report: Report
    warnings: tuple[Finding, ...]
    platform: Platform
    built: Built
    seconds: dict[str, float] = field(default_factory=dict)
    """Step → how long it took, in seconds."""


def synthesize(
    project: Project,
    *,
    planes: Sequence[str] = PLANES,
    replace_edited: bool = False,
    dry: bool = False,
    cached: bool = True,
    against: str | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> Outcome:
    """Make `project.out` what its catalog says, or, with `dry`, tell what that would change.

    `planes` limits it to one plane; the other's files stay. `against` names the git reference whose published files
    are taken as the previous ones; default: those in `project.out`. Raises `CatalogError`, `CheckError`, `BuildError`
    or `PublishError`; the published folder is then as it was. Of a dry run whose result alone breaks rules, the
    `CheckError` has the outcome.
    """
    run = partial(
        _synthesize,
        project,
        planes=planes,
        replace_edited=replace_edited,
        dry=dry,
        cached=cached,
        against=against,
        progress=progress,
    )
    try:
        return run()
    except CacheLostError:
        progress("the cache cannot be read; building everything")
        return run()


def _synthesize(
    project: Project,
    *,
    planes: Sequence[str],
    replace_edited: bool,
    dry: bool,
    cached: bool,
    against: str | None,
    progress: Callable[[str], None],
) -> Outcome:
    clock = _Clock(progress)
    # A building process takes half a second to start, so it starts while the catalog is read: one for each core when
    # all has to be built, else one, for the edit that most likely made somebody call.
    pool = Pool(paths=(project.composition.root,))
    pool.start(planes if not (cached and project.cache.is_dir()) else planes[-1:])
    ahead = _LinksAhead(project.out)
    with ExitStack() as held:
        held.callback(pool.stop)
        held.callback(ahead.close)
        with clock("read the catalog"):
            platform = load(project.catalog)
        with clock("check it"):
            previous = _previous(project, against)
            warnings = _sorted_out(check_catalog(platform, previous=previous))
        with clock("build"):
            built = build(
                platform,
                project.composition,
                planes=planes,
                cache=project.cache if cached else None,
                progress=lambda plane, count, total: progress(f"build: {plane}, {count} of {total} shares to build"),
                pool=pool,
                meanwhile=(lambda fresh, total: None) if dry else ahead.begin,
            )
        refused: Sequence[Finding] = ()
        with clock("check the result"):
            # One plane alone says nothing about how the two agree; `make synth` and CI build both.
            if set(planes) == set(PLANES):
                found = check_output(platform, built.output(), previous=previous)
                if dry and _breaks(found):
                    refused = found
                else:
                    warnings = (*warnings, *_sorted_out(found))
                if not found:
                    built.remember_passed()
        parts = {plane: Part(root=_ROOTS[plane], files=built.files[plane]) for plane in planes}
        with clock("compare" if dry else "publish"):
            if dry:
                report = plan(project.out, parts, replace_edited=replace_edited or bool(refused))
            else:
                report = publish(project.out, parts, replace_edited=replace_edited, ahead=ahead.begun)
    outcome = Outcome(report=report, warnings=warnings, platform=platform, built=built, seconds=clock.seconds)
    if refused:
        raise CheckError(refused, outcome=outcome)
    return outcome


def _previous(project: Project, against: str | None) -> Output:
    """What was published before: at the merge base with `against`, or in `project.out`."""
    return Output.at_git_ref(against, project.out) if against else Output.read(project.out)


def _sorted_out(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The warnings among `findings`; raises `CheckError` with all of them when one is an error."""
    if _breaks(findings):
        raise CheckError(findings)
    return tuple(findings)


def _breaks(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


class _Clock:
    """Times the steps of a run and tells of each."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._step = ""
        self._begun = 0.0

    def __call__(self, step: str) -> _Clock:
        self._step = step
        return self

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.seconds[self._step] = time.perf_counter() - self._begun
        if kind is None:
            self._progress(f"{self._step}: {self.seconds[self._step]:.1f} s")


class _LinksAhead:
    """Links what is published while the building processes work, where most of it will stay."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.begun: Ahead | None = None

    def begin(self, fresh: int, total: int) -> None:
        """Begin, if `fresh` shares of `total` are few."""
        if fresh * _FEW < total:
            self.begun = begin(self._out)

    def close(self) -> None:
        """Remove what no publish took over."""
        if self.begun is not None:
            self.begun.close()
