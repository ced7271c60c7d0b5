"""Texts: what Terraform, Git, single sign-on and programs take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from andamio.checks.finding import Finding, Severity
from andamio.checks.own_text import Text, platform_texts, program_texts
from andamio.checks.places import at_environment, at_service, at_shared, each
from andamio.checks.rule import rule
from andamio.contract.platform import Platform

_TEMPLATE = re.compile(r"[$%]\{|\{\{|TfToken\[")
_MAY_BE_EMPTY = re.compile(r'taints\[\d+\]\.value|labels\[".*"\]')
_LONGEST_FILE = 255
"""Bytes of a file's name on the usual file systems (Linux: NAME_MAX)."""

_LONGEST_LOCK = len(".lock")
"""Bytes that Git adds to a branch's file while it writes it."""

_LONGEST_URL = 8000
"""Octets of a URL that every server should take (RFC 9110, section 4.1)."""

_LONGEST_IDENTITY = 255
"""Characters of a person's identifier (OpenID Connect Core 1.0, section 2, `sub`), which groups and clients keep to."""

_LONGEST_WORD = 128 * 1024
"""Bytes of one argument or variable of a program, its closing NUL included (Linux, execve(2): 32 pages of 4 KiB)."""

_LONGEST_ADDRESS, _LONGEST_LOCAL = 254, 64
"""Characters of an e-mail address, and of what stands before `@` (RFC 5321, section 4.5.3.1)."""

_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@rule("AND131", severity=Severity.ERROR, title="No text of the platform has a template in it", acceptable=False)
def texts_are_literal(platform: Platform) -> Iterator[Finding]:
    """Terraform would take `${` or `%{` for an expression of its own, a chart's templates `{{`.

    What the catalog says of regions, groups, repositories, single sign-on and stores stands in Terraform's files and
    in the values of charts: a template in it would be filled in there, by whoever wrote it, with what only Terraform
    may know. No such name needs one. Commands, arguments and configuration of services reach containers alone, as they
    stand: `${HOME}` in one is the shell's business.
    """
    for text in platform_texts(platform):
        if _TEMPLATE.search(text.value):
            yield text.found(
                value=text.value, means="would be taken for a template", fix="Write it without `${`, `%{` and `{{`"
            )


@rule("AND132", severity=Severity.ERROR, title="A text is one line and not empty", acceptable=False)
def texts_are_clean(platform: Platform) -> Iterator[Finding]:
    """A line break, another control character or a blank at an end cannot be seen, and no name has one.

    Such a text comes from a paste: it would become part of a name, a path or a policy and match nothing. An empty one
    is a default that was meant to be left out. Only a taint's or a label's value may be empty (Kubernetes: labels and
    selectors).
    """
    for text in platform_texts(platform):
        if problem := _unclean(text):
            yield text.found(value=text.value, means=problem, fix="Write it anew, by hand and in one line")


def _unclean(text: Text) -> str:
    if not text.value:
        return "" if _MAY_BE_EMPTY.search(text.field) else "is empty"
    if not text.value.isprintable():
        return "has a control character in it"
    return "begins or ends with a blank" if text.value != text.value.strip() else ""


@rule("AND133", severity=Severity.ERROR, title="The repository is one that Git knows", acceptable=False)
def the_repository_is_gits(platform: Platform) -> Iterator[Finding]:
    """Argo CD asks Git for this branch and folder, and says so late, in the cluster, when there are none.

    A branch's name has no blanks, none of `~^:?*[` and no backslash, no `..`, `@{` or `//`; no part of it begins with
    `.` or ends with `.lock`; it neither begins with `-` or `/` nor ends with `/` or `.` (git-check-ref-format). Git
    keeps each part as a file, so one has 250 bytes at most. The folder is relative to the repository's root, in it, and
    not the root itself, and each of its parts is the name of a file.
    """
    repository = platform.shared.repository
    if not all(isinstance(text, str) for text in (repository.url, repository.branch, repository.path)):
        return  # by environment, of what cannot differ: AND004
    if problem := _branch_problem(repository.branch):
        yield at_shared(
            platform,
            "repository.branch",
            value=repository.branch,
            means=problem,
            fix='Name a branch such as "main"',
        )
    if problem := _folder_problem(repository.path):
        yield at_shared(
            platform,
            "repository.path",
            value=repository.path,
            means=problem,
            fix='Name the folder from the repository\'s root on, such as "dist" or "deploy/dist"',
        )
    url = repository.url
    fix = 'Write it such as "https://git.example.com/platform.git", without credentials'
    if re.search(r"://[^/@]*:[^/@]*@", url):
        means = "has a password in it, and everything here is committed"
        yield at_shared(platform, "repository.url", means=means, fix=fix)
    elif problem := _url_problem(url):
        yield at_shared(platform, "repository.url", value=url, means=problem, fix=fix)


def _branch_problem(branch: str) -> str:
    """What is wrong with a branch's name; empty when nothing is, or when it is no single line at all."""
    if not branch or not branch.isprintable():
        return ""
    for mark in (" ", "~", "^", ":", "?", "*", "[", "\\", "..", "@{", "//"):
        if mark in branch:
            return f"has {mark!r} in it, which no branch has"
    if branch[0] in "-/" or branch[-1] in "/." or branch == "@" or branch.startswith("refs/"):
        return "is no name of a branch"
    for part in branch.split("/"):
        if part.startswith(".") or part.endswith(".lock"):
            return f"has the part {part!r}, which Git keeps for itself"
        if len(part.encode()) > _LONGEST_FILE - _LONGEST_LOCK:
            return f"has a part of {len(part.encode())} bytes, more than {_LONGEST_FILE - _LONGEST_LOCK}"
    return ""


def _folder_problem(path: str) -> str:
    if not path or not path.isprintable():
        return ""
    if path.startswith("/") or "\\" in path or ":" in path:
        return "is no path within the repository"
    for part in path.split("/"):
        if part in (".", "..", ".git"):
            return f"has the part {part!r}: it leads out of the repository, or to its root"
        if len(part.encode()) > _LONGEST_FILE:
            return f"has a part of {len(part.encode())} bytes, more than {_LONGEST_FILE}"
    return "has an empty part" if "//" in path or path.endswith("/") else ""


def _url_problem(url: str) -> str:
    if len(url) > _LONGEST_URL:
        return f"has {len(url)} characters, more than {_LONGEST_URL}"
    if url.startswith("git@"):  # as ssh has it: user@host:path
        host, colon, path = url.removeprefix("git@").partition(":")
    else:
        parts = _split(url)
        host, colon, path = (parts.hostname or "", ":", parts.path.strip("/")) if parts else ("", "", "")
    return "" if host and colon and path else "names no host, or nothing on it"


@rule("AND134", severity=Severity.ERROR, title="Single sign-on and contact are written as they are known there")
def identities_are_valid(platform: Platform) -> Iterator[Finding]:
    """An issuer is compared letter by letter, a group or client by its whole name.

    An issuer is an https URL with a host and without query, fragment or credentials (OpenID Connect Discovery 1.0,
    section 3). Identifiers have 255 characters at most (OpenID Connect Core 1.0, section 2). Argo CD puts a secret in
    the place of a setting that begins with `$` (its documentation of user management). An e-mail address has 254
    characters, 64 of them before `@` (RFC 5321).
    """
    shared = platform.shared
    found = [(f"sso.{name}", getattr(shared.sso, name), at_shared) for name in ("issuer", "client", "administrators")]
    found += [(f"teams[{index}].group", team.group, at_shared) for index, team in enumerate(shared.teams)]
    for field, value, make in found:
        if problem := _identity_problem(field, value):
            yield make(platform, field, value=value, means=problem, fix=_IDENTITY_FIX)
    for environment in platform.environments:
        for name in ("issuer", "client", "username_claim", "groups_claim"):
            field, value = f"cluster.oidc.{name}", getattr(environment.cluster.oidc, name)
            if problem := _identity_problem(field, value):
                yield at_environment(platform, environment, field, value=value, means=problem, fix=_IDENTITY_FIX)
    contact = shared.contact
    if isinstance(contact, str) and not _takes_mail(contact):
        yield at_shared(
            platform,
            "contact",
            value=contact,
            means="is no e-mail address that every mail server takes",
            fix='Write one such as "platform@example.com"',
        )


def _takes_mail(address: str) -> bool:
    local = address.partition("@")[0]
    short = len(address) <= _LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL
    return short and _ADDRESS.fullmatch(address) is not None


_IDENTITY_FIX = "Copy it from the provider's own settings"


def _identity_problem(field: str, value: object) -> str:
    if not isinstance(value, str):  # by environment, of what cannot differ: AND004
        return ""
    if field.endswith("issuer"):
        parts = _split(value)
        if parts is None or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            return "is no issuer: an https URL with a host, without query, fragment and credentials"
        return f"has {len(value)} characters, more than {_LONGEST_URL}" if len(value) > _LONGEST_URL else ""
    if len(value) > _LONGEST_IDENTITY:
        return f"has {len(value)} characters, more than {_LONGEST_IDENTITY}"
    return "begins with `$`, by which Argo CD means a secret" if value.startswith("$") else ""


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # a bracket without its other one
        return None


@rule("AND135", severity=Severity.ERROR, title="Programs get texts that Linux passes on", acceptable=False)
def program_texts_are_passed_on(platform: Platform) -> Iterator[Finding]:
    """Linux starts no program with an argument or a variable that it cannot pass on, and the pod never runs.

    Arguments and variables end at the character NUL and have at most 128 KiB each, a variable's name included
    (execve(2)). A command begins with the name of a program. A probe's path is a part of a URL, which has no blanks
    (RFC 3986).
    """
    for view, service in each(platform):
        for field, text in program_texts(service):
            key = field.removeprefix('config["').removesuffix('"]') + "=" if field.startswith("config[") else ""
            problem = _word_problem(field, text, len(key))
            if problem:
                means, fix = problem
                yield at_service(
                    platform,
                    service,
                    field,
                    environment=view.environment,
                    value=text if len(text) < _LONGEST_WORD // 4 else len(text.encode(errors="replace")) + len(key) + 1,
                    means=means,
                    fix=fix,
                )


def _word_problem(field: str, text: str, more: int) -> tuple[str, str] | None:
    """What is wrong with a text and what to do; `more` is the length of what is passed on with it."""
    if "\0" in text:
        return "has the character NUL in it, where programs end a text", "Write it without"
    if len(text) + more >= _LONGEST_WORD // 4:  # a character has four bytes at most
        size = len(text.encode(errors="replace")) + more + 1
        if size > _LONGEST_WORD:
            means = f"bytes with its name and its end are more than {_LONGEST_WORD}, which Linux passes on"
            return means, "Put large data into the image or a bucket"
    if field.endswith("command[0]") and not text.strip():
        return "names no program", "Begin the command with the name of a program"
    if field.endswith(".path") and (" " in text or not text.isprintable()):
        return "has a blank or a control character in it", "Write it as it stands in a URL, such as %20 for a blank"
    return None
