"""Builds both planes: what the cache knows is taken from it, the rest is built in worker processes side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from andamio.checks.output import Output
from andamio.contract.platform import Platform
from andamio.contract.shares import ChartShare, StackShare
from andamio.synthesis import stacks as stack_files
from andamio.synthesis.cache import ShareCache
from andamio.synthesis.charts import ChartResult
from andamio.synthesis.composition import Composition
from andamio.synthesis.content import File
from andamio.synthesis.digest import Digester, code_digest
from andamio.synthesis.failures import BuildError, Failure, error_of
from andamio.synthesis.passed import Passed, rules_digest
from andamio.synthesis.stacks import BASE, StackJob
from andamio.synthesis.worker import Pool, Task

__all__ = ["PLANES", "BuildError", "Built", "CacheLostError", "build"]

PLANES = ("terraform", "kubernetes")
"""The planes, each a part of the manifest: `dist/terraform` and `dist/k8s`."""

_BUILD_NOTHING = ("checks", "cli", "docs", "engines", "loading", "sandbox", "state", "templates", "testing")
"""Packages above the constructs (the import rules see to it), whose change builds nothing anew."""

_CHARTS_A_TASK = 60
"""Charts that one process builds in one go: about half a second's work, as long as starting a second process takes."""

_PARTS_A_TASK = 100
"""A stack of more parts than this is a task of its own; smaller ones go together."""


class CacheLostError(Exception):
    """What the cache promised cannot be read: damaged, or dropped by another run. Its index is gone; build again."""


@dataclass
class Built:
    """The files of the planes that were asked for."""

    files: dict[str, dict[str, File]] = field(default_factory=dict)
    """Plane → path below `dist/` → file."""

    results: dict[str, Callable[[], Mapping[str, Any]]] = field(default_factory=dict)
    """Share → what it became (`files`, and `documents` or `stack`), read when asked for."""

    shares: int = 0
    """Shares of all planes."""

    rebuilt: tuple[str, ...] = ()
    """Those that were built, not taken from the cache."""

    keys: dict[str, str] = field(default_factory=dict)
    """Chart share → the key that it was built from."""

    passed: Passed | None = None
    """Shares whose objects passed all rules before; None where nothing is kept."""

    def output(self) -> Output:
        """All of it as plain data, for the rules over the result; what passed before in its slim form."""
        stacks: dict[str, Mapping[str, Any]] = {}
        documents: dict[str, Mapping[str, Any]] = {}
        slim: set[str] = set()
        for share, read in self.results.items():
            plane, _, name = share.partition("/")
            if plane == "terraform":
                stacks[name] = read()["stack"]
                continue
            known = self.passed.objects(share, self.keys[share]) if self.passed else None
            documents.update(read()["documents"] if known is None else known)
            slim.update(known or ())
        return Output(stacks=stacks, documents=documents, slim_paths=frozenset(slim))

    def remember_passed(self) -> None:
        """Note that all of it passed every rule without a finding."""
        if self.passed is not None:
            passed = self.passed
            fresh = {s: k for s, k in self.keys.items() if passed.objects(s, k) is None}
            passed.remember(self.keys, {share: self.results[share]()["documents"] for share in fresh})


def build(
    platform: Platform,
    composition: Composition,
    *,
    planes: Sequence[str] = PLANES,
    cache: Path | None,
    progress: Callable[[str, int, int], None] = lambda plane, done, total: None,
    pool: Pool | None = None,
    meanwhile: Callable[[int, int], None] = lambda fresh, total: None,
) -> Built:
    """Build `planes` of `platform`.

    `cache` is the folder that keeps what earlier runs built; None builds everything. `progress` is told a plane, and
    how many of its shares are to be built of how many. `pool` holds processes that were started early.
    `meanwhile` is told how many shares are to be built of how many, if any, before they are waited for.
    Raises `BuildError`; `MachineError` and `StorageError` where the machine is at fault; and `CacheLostError`, which
    reading the result may raise too: build again.
    """
    package = Path(__file__).parents[1]
    folders = (package, *_bindings(), *composition.folders)
    digester = Digester(code_digest(folders, without=[package / name for name in _BUILD_NOTHING]))
    store = ShareCache(cache)
    built = Built()
    if cache is not None:
        built.passed = Passed(store, digester.key(rules_digest(), platform.shared, platform.environments))
    halves: list[_Terraform | _Kubernetes] = []
    if "terraform" in planes:
        halves.append(_Terraform(platform, composition, digester, store))
    if "kubernetes" in planes:
        halves.append(_Kubernetes(platform, composition, digester, store))
    for half in halves:
        progress(half.plane, len(half.jobs), len(half.shares))
    tasks = [task for half in halves for task in half.tasks()]
    if tasks:
        meanwhile(sum(len(half.jobs) for half in halves), sum(len(half.shares) for half in halves))
    own = pool or Pool(paths=(composition.root,))
    try:
        results = own.run(tasks) if tasks else []
    finally:
        own.stop()
    if results and isinstance(results[0], Failure):
        raise error_of(results[0])
    for half in halves:
        pairs = [
            pair
            for task, done in zip(tasks, results, strict=True)
            if task.plane == half.plane
            for pair in zip(task.jobs, done, strict=True)
        ]
        half.take(pairs, built)
    store.save(planes=tuple(planes))
    return built


def _bindings() -> list[Path]:
    source = Path(__file__).parents[2]
    return sorted(source.glob("cdktf_cdktf_provider_*"))


class _Kubernetes:
    """Chart shares: which have to be built, and the files of all."""

    plane = "kubernetes"

    def __init__(self, platform: Platform, composition: Composition, digester: Digester, store: ShareCache) -> None:
        self._store = store
        self.shares = [share for view in platform.views.values() for share in composition.charts(view)]
        self._keys: dict[str, str] = {}
        self._known: dict[str, dict[str, Any]] = {}
        self.jobs: list[ChartShare] = []
        for share in self.shares:
            name = _chart_name(share)
            self._keys[name] = digester.key(name, share.chart, share.source, share.view)
            known = store.known(name, self._keys[name])
            if known is None or "files" not in known:
                self.jobs.append(share)
            else:
                self._known[name] = known

    def tasks(self) -> list[Task]:
        """The shares that have to be built, dealt into tasks."""
        return [
            Task(plane=self.plane, jobs=tuple(self.jobs[start : start + _CHARTS_A_TASK]))
            for start in range(0, len(self.jobs), _CHARTS_A_TASK)
        ]

    def take(self, pairs: Sequence[tuple[ChartShare, ChartResult]], built: Built) -> None:
        fresh: dict[str, ChartResult] = {}
        for share, result in pairs:
            name = _chart_name(share)
            fresh[name] = result
            self._known[name] = {"files": {path: File.of(text).sha256 for path, text in result["files"].items()}}
            self._store.keep(name, self._keys[name], self._known[name], result)
        files = built.files.setdefault("kubernetes", {})
        for share in self.shares:
            name = _chart_name(share)
            known = self._known[name]["files"]
            read = _reader(self._store, self._keys[name], fresh.get(name), body="documents", files=known)
            built.results[name] = read
            built.keys[name] = self._keys[name]
            for path, sha256 in known.items():
                files[path] = File(sha256=sha256, read=_one(read, path))
        built.shares += len(self.shares)
        built.rebuilt += tuple(sorted(fresh))


def _chart_name(share: ChartShare) -> str:
    return f"kubernetes/{share.environment}/{share.folder}"


class _Terraform:
    """Stack shares: which fragments have to be built, and the files of all."""

    plane = "terraform"

    def __init__(self, platform: Platform, composition: Composition, digester: Digester, store: ShareCache) -> None:
        self._store = store
        self.shares = composition.stacks(platform)
        self._keys: dict[str, dict[str, str]] = {}
        self.jobs: list[StackJob] = []
        for share in self.shares:
            keys = {BASE: digester.key(share.name, share.stack, share.source, share.view)}
            # A part refers to the stack around it, so it is built anew with it.
            keys.update({part.name: digester.key(keys[BASE], part.name, part.view) for part in share.parts})
            self._keys[share.name] = keys
            missing = [name for name, key in keys.items() if store.known(_fragment_name(share, name), key) is None]
            if missing:
                self.jobs.append(StackJob(share=share, parts=tuple(name for name in missing if name != BASE)))
        self._digester = digester

    def tasks(self) -> list[Task]:
        """The stacks of which fragments have to be built: large ones each for itself, first; the others together."""
        large = [job for job in self.jobs if len(job.parts) > _PARTS_A_TASK]
        small = [job for job in self.jobs if len(job.parts) <= _PARTS_A_TASK]
        groups = [*((job,) for job in large), *([tuple(small)] if small else [])]
        return [Task(plane=self.plane, jobs=group) for group in groups]

    def take(self, pairs: Sequence[tuple[StackJob, dict[str, dict[str, Any]]]], built: Built) -> None:
        fresh: dict[str, dict[str, dict[str, Any]]] = {}
        for job, fragments in pairs:
            fresh[job.share.name] = fragments
            for name, fragment in fragments.items():
                self._store.keep(_fragment_name(job.share, name), self._keys[job.share.name][name], {}, fragment)
        files = built.files.setdefault("terraform", {})
        for share in self.shares:
            name = f"terraform/{share.name}"
            key = self._digester.key(name, share.source, sorted(self._keys[share.name].items()))
            known = self._store.known(name, key)
            result: dict[str, Any] | None = None
            if known is None or "files" not in known:
                result = self._assemble(share, fresh.get(share.name, {}))
                known = {"files": {path: File.of(text).sha256 for path, text in result["files"].items()}}
                self._store.keep(name, key, known, result)
            read = _reader(self._store, key, result, body="stack", files=known["files"])
            built.results[name] = read
            for path, sha256 in known["files"].items():
                files[path] = File(sha256=sha256, read=_one(read, path))
        files["terraform/manifest.json"] = File.of(stack_files.manifest(self.shares))
        built.shares += sum(1 + len(share.parts) for share in self.shares)
        built.rebuilt += tuple(
            sorted(
                f"terraform/{stack}{f'/{part}' if part else ''}"
                for stack, fragments in fresh.items()
                for part in fragments
            )
        )

    def _assemble(self, share: StackShare, fresh: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        fragments = []
        for name, key in self._keys[share.name].items():
            fragments.append(fresh[name] if name in fresh else _cached(self._store, key))
        folder = f"terraform/stacks/{share.name}"
        document = stack_files.merged(fragments)
        texts = {f"{folder}/{path}": text for path, text in document.get("//files", {}).items()}
        texts[f"{folder}/cdk.tf.json"] = stack_files.stack_file(share, document, "make synth")
        return {"files": texts, "stack": {key: part for key, part in document.items() if key != "//files"}}


def _fragment_name(share: StackShare, part: str) -> str:
    return f"terraform/{share.name}/{part or '-'}"


def _cached(store: ShareCache, key: str) -> dict[str, Any]:
    found = store.result(key)
    if found is None:
        raise _lost(store, key)
    return found


def _lost(store: ShareCache, key: str) -> CacheLostError:
    store.forget()
    return CacheLostError(key)


def _reader(
    store: ShareCache, key: str, fresh: Mapping[str, Any] | None, *, body: str, files: Mapping[str, str]
) -> Callable[[], Mapping[str, Any]]:
    held = [] if fresh is None else [fresh]

    def read() -> Mapping[str, Any]:
        if not held:
            found = _cached(store, key)
            texts = found.get("files")
            if not isinstance(texts, dict) or not isinstance(found.get(body), dict) or not files.keys() <= texts.keys():
                raise _lost(store, key)
            held.append(found)
        return held[0]

    return read


def _one(read: Callable[[], Mapping[str, Any]], path: str) -> Callable[[], bytes]:
    return lambda: str(read()["files"][path]).encode()
