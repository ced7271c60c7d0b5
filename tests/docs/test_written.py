"""What people wrote in docs/ and the README holds: links lead somewhere, commands exist, examples can be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import andamio.model
from andamio.docs.command import commands

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
STEPS = [*(guide for guide in GUIDES if guide.stem != "test-your-platform"), ROOT / "docs" / "quick-start.md"]
"""Guides that lead through steps; the one on tests shows what can be asserted."""

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MAKE = re.compile(r"(?:^|[\s`$])make ([a-z][a-z-]*)")
ANDAMIO = re.compile(r"(?:^|[\s/`])andamio((?: [a-z][a-z-]*)+)")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return INLINE.sub("", FENCE.sub("", text))


def code(text: str) -> Iterator[str]:
    """Commands of shell blocks and of recorded sessions, without comments, and inline code."""
    for language, body in FENCE.findall(text):
        for line in body.splitlines():
            if language == "sh" or (language == "console" and line.startswith("$ ")):
                yield line.removeprefix("$ ").split(" #")[0].strip()
    yield from INLINE.findall(FENCE.sub("", text))


def headings(text: str) -> set[str]:
    """Anchors of headings, as GitHub makes them."""
    found = set()
    for line in FENCE.sub("", text).splitlines():
        if line.startswith("#"):
            title = line.lstrip("#").strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found


def broken_links(page: Path, text: str) -> list[str]:
    """Relative links of a page that lead to no file or no heading."""
    broken = []
    for link in LINK.findall(without_code(text)):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (
            heading and target.suffix == ".md" and heading not in headings(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    return broken


def unknown_commands(text: str) -> list[str]:
    """`make` targets and `andamio` commands that a page names and that do not exist."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    found = {" ".join(full.split()[1:]): command for full, command in commands()}
    groups = {known for known, command in found.items() if getattr(command, "commands", {})}
    unknown = []
    for line in code(text):
        unknown += [f"make {target}" for target in MAKE.findall(line) if target not in targets]
        for words in ANDAMIO.findall(line):
            first, *rest = words.split()
            if first not in found or (first in groups and rest and f"{first} {rest[0]}" not in found):
                unknown.append(f"andamio{words}")
    return unknown


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    assert unknown_commands(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_in_pages_is_python(page: Path) -> None:
    for language, body in FENCE.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            ast.parse(body)


@pytest.mark.parametrize("page", STEPS, ids=name)
def test_a_guide_says_who_needs_it_and_how_to_see_that_it_worked(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    opening = text.split("\n\n")[1]
    assert opening.startswith("**Who needs this.**")
    assert "\n## See that it worked\n" in text


def test_a_service_in_a_guide_is_one_that_the_model_takes() -> None:
    tried = 0
    for page in [*GUIDES, ROOT / "README.md"]:
        for language, body in FENCE.findall(page.read_text(encoding="utf-8")):
            if language == "python" and "import" in body and " = Service(" in body:
                found: dict[str, object] = {}
                exec(compile(body, name(page), "exec"), found)  # noqa: S102 - our own example
                assert any(isinstance(value, andamio.model.Service) for value in found.values())
                tried += 1
    assert tried >= 2


def test_the_decisions_are_all_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [link for link in listed if link[0].isdigit()] == records


def test_the_index_leads_to_every_page() -> None:
    docs = ROOT / "docs"
    listed = set(LINK.findall((docs / "index.md").read_text(encoding="utf-8")))
    pages = {page.relative_to(docs).as_posix() for page in docs.rglob("*.md")}
    own = {page for page in pages if page == "index.md" or (page.startswith("decisions/") and page[10].isdigit())}
    assert sorted(pages - listed - own) == []


def test_the_readme_gives_the_two_commands() -> None:
    lines = list(code((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"make synth", "make test"} <= set(lines)


def test_the_readme_shows_a_service_of_the_catalog_as_it_stands() -> None:
    shown = [
        body
        for language, body in FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
        if language == "python"
    ]
    declared = [path.read_text(encoding="utf-8") for path in (ROOT / "catalog" / "services").glob("*.py")]
    assert shown
    assert all(any(body.strip() in text for text in declared) for body in shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[there](nowhere.md)", ["nowhere.md"]),
        ("[there](README.md#no-such-heading)", ["README.md#no-such-heading"]),
        ("[there](https://example.org) and `[code](nowhere.md)`", []),
    ],
)
def test_a_broken_link_is_seen(text: str, expected: list[str]) -> None:
    assert broken_links(ROOT / "README.md", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`make sinth`", ["make sinth"]),
        ("```sh\n$ andamio state begin dev\n```", ["andamio state begin dev"]),
        ("```sh\n.venv/bin/andamio synth --check && make check\n```", []),
        ("`andamio outputs pull shared`", []),
    ],
)
def test_an_unknown_command_is_seen(text: str, expected: list[str]) -> None:
    assert unknown_commands(text) == expected
