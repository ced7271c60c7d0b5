"""Odd texts of a catalog, one at a time: each is refused by name, and what is merely unusual is not."""

from __future__ import annotations

from typing import Any

import pytest

from andamio.checks.run import check_catalog
from andamio.model import (
    Cache,
    ManualSecret,
    Oidc,
    Postgres,
    Probe,
    Probes,
    Repository,
    Scratch,
    Service,
    SingleSignOn,
    Team,
    Tombstone,
)
from tests.checks.planting import BASE, orders_database, repository
from tests.checks.shop import TODAY, Shop

HOW = "Made by the security lead, once and for all."


def sso(**changed: Any) -> SingleSignOn:
    given = {"issuer": "https://login.shop.example", "client": "argocd", "administrators": "shop-platform"}
    return SingleSignOn(**{**given, **changed})


def branch(name: str) -> Shop:
    return BASE.share(repository=repository(branch=name))


def folder(path: str) -> Shop:
    return BASE.share(repository=repository(path=path))


def group(name: str) -> Shop:
    return BASE.share(teams=(*BASE.shared.teams, Team(name="cash", group=name)))


def url(text: str) -> Shop:
    return BASE.share(repository=Repository(url=text))


def keys(*names: str) -> Shop:
    return BASE.service("orders", secrets=(ManualSecret(name="tls", keys=names, instructions=HOW),))


def oidc(**changed: Any) -> Shop:
    return BASE.cluster("dev", oidc=Oidc(**{"issuer": "https://login.shop.example", "client": "kube", **changed}))


def found(changed: Shop) -> list[tuple[str, str]]:
    return [(one.code, one.at) for one in check_catalog(changed.platform(), today=TODAY)]


BRANCHES = (
    *("has blank", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a@{b", "a//b", "/a", "-a", "a/", "a.", "@"),
    *(".a", "a/.b", "a.lock", "a.lock/b", "refs/heads/main", "x" * 251),
)
FOLDERS = (
    "../up",
    "/dist",
    "dist/../..",
    "dist//k8s",
    "dist/",
    ".",
    "./dist",
    ".git/dist",
    "c:dist",
    "a\\b",
    "x" * 256,
)
URLS = ("https://git.shop.example", "https://[::1", "git@git.shop.example", "git@:platform.git", "ssh:///x")
CONTACTS = (
    "platform@shop",
    "a,b@shop.example",
    f"{'x' * 65}@shop.example",
    "x@" + "a." * 130 + "example",
    "é@é.example",
)
ISSUERS = (
    "https://",
    "https://?x",
    "https://login.example?tenant=1",
    "https://login.example#x",
    "https://me@login.example",
)


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_that_git_refuses(name: str) -> None:
    assert found(branch(name)) == [("AND133", "shared.repository.branch")]


@pytest.mark.parametrize("name", ["main", "release/2026.1", "team/ünder-score_1", "a@b", "HEAD", "x" * 250])
def test_a_branch_that_git_takes(name: str) -> None:
    assert found(branch(name)) == []


@pytest.mark.parametrize("path", FOLDERS)
def test_a_folder_that_is_none_of_the_repository(path: str) -> None:
    assert found(folder(path)) == [("AND133", "shared.repository.path")]


@pytest.mark.parametrize("path", ["dist", "deploy/shop/dist", "..dist", "a b"])
def test_a_folder_of_the_repository(path: str) -> None:
    assert found(folder(path)) == []


@pytest.mark.parametrize("text", URLS)
def test_a_repository_that_nobody_reaches(text: str) -> None:
    assert found(url(text)) == [("AND133", "shared.repository.url")]


@pytest.mark.parametrize("text", ["git@git.example:a/b.git", "ssh://git@git.example:22/a.git", "https://h/a"])
def test_a_repository_as_git_writes_it(text: str) -> None:
    assert found(url(text)) == []


def test_a_password_in_the_repositorys_url_is_told_and_not_shown() -> None:
    changed = url("https://me:" + "hunter2@git.shop.example/platform.git")
    (finding,) = check_catalog(changed.platform(), today=TODAY)
    assert finding.code == "AND133"
    assert "hunter2" not in str(finding)


@pytest.mark.parametrize("text", ["", "a\nb", "a\x00", "a\x7f", " a", "a ", "a\u200b", "a\u2028b", "\ud800"])
def test_a_text_that_is_not_one_line(text: str) -> None:
    assert found(group(text)) == [("AND132", "shared.teams[2].group")]
    assert ("AND132", "shared.repository.branch") in found(branch(text))
    assert ("AND132", "shared.repository.path") in found(folder(text))
    assert ("AND132", "stock.cache.channels[0]") in found(BASE.service("stock", cache=Cache(channels=(text,))))


@pytest.mark.parametrize("text", ["${x}", "%{x}", "{{ .Values.x }}", "a$${x}", "TfToken[1]"])
def test_a_template_is_told_by_its_field(text: str) -> None:
    assert ("AND131", "shared.teams[2].group") in found(group(text))
    assert ("AND131", "dev.cluster.oidc.client") in found(oidc(client=text))
    assert ("AND131", "dev.region") in found(BASE.environment("dev", region=text))
    assert ("AND131", 'dev.pools[1].labels["' + text + '"]') in found(BASE.pool("dev", 1, labels={text: "x"}))
    assert ("AND131", "wishes.topics[0]") in found(
        BASE.bury(Tombstone(service="wishes", environments=("dev",), topics=(text,)))
    )
    assert ("AND131", "orders.database.cluster.version in dev") not in found(BASE)
    assert ("AND131", "orders.database.cluster.version") in found(
        BASE.service("orders", database=orders_database(version=text))
    )


@pytest.mark.parametrize("contact", CONTACTS)
def test_a_contact_that_no_mail_reaches(contact: str) -> None:
    assert ("AND134", "shared.contact") in found(BASE.share(contact=contact))


@pytest.mark.parametrize("issuer", ISSUERS)
def test_an_issuer_that_is_none(issuer: str) -> None:
    assert found(BASE.share(sso=sso(issuer=issuer))) == [("AND134", "shared.sso.issuer")]
    assert found(oidc(issuer=issuer)) == [("AND134", "dev.cluster.oidc.issuer")]


@pytest.mark.parametrize("text", ["$argocd-oidc:clientSecret", "x" * 256])
def test_an_identifier_that_means_something_else_or_is_too_long(text: str) -> None:
    assert found(group(text)) == [("AND134", "shared.teams[2].group")]
    assert found(BASE.share(sso=sso(client=text))) == [("AND134", "shared.sso.client")]
    assert found(oidc(groups_claim=text)) == [("AND134", "dev.cluster.oidc.groups_claim")]


@pytest.mark.parametrize("text", ["Domain Users (Shop), Équipe", "x" * 255, "https://claims.example/groups", "a$b"])
def test_an_identifier_may_be_unusual(text: str) -> None:
    assert found(group(text)) == []
    assert found(oidc(groups_claim=text)) == []


@pytest.mark.parametrize("text", ["", "  "])
def test_a_command_without_a_program(text: str) -> None:
    assert found(BASE.service("stock", command=(text, "serve"))) == [("AND135", "stock.command[0]")]
    probe = Probe(command=(text,))
    assert ("AND135", "mailer.probes.liveness.command[0]") in found(
        BASE.service("mailer", probes=Probes(startup=None, readiness=None, liveness=probe))
    )


def test_arguments_may_be_empty_and_have_several_lines() -> None:
    assert found(BASE.service("stock", command=("sh", "-c", ""), args=("", "set -e\necho ${HOME:-none}"))) == []


@pytest.mark.parametrize(("size", "fits"), [(131072 - 7, True), (131072 - 6, False)])
def test_a_variable_is_as_long_as_linux_passes_on(size: int, fits: bool) -> None:
    """`WORDS=` has six characters, and the closing NUL is one more."""
    assert found(BASE.service("stock", config={"WORDS": "x" * size})) == (
        [] if fits else [("AND135", 'stock.config["WORDS"]')]
    )
    wide = "é" * (size // 2 + 1)
    assert found(BASE.service("stock", config={"WORDS": wide})) == [("AND135", 'stock.config["WORDS"]')]


def test_nul_ends_a_text() -> None:
    assert found(BASE.service("stock", args=("a\0b",))) == [("AND135", "stock.args[0]")]
    assert found(BASE.service("stock", config={"A": "\0"})) == [("AND135", 'stock.config["A"]')]


@pytest.mark.parametrize("path", ["/a b", "/a\n", "/\x01"])
def test_a_probes_path_is_one_of_a_url(path: str) -> None:
    assert ("AND135", "orders.probes.readiness.path") in found(
        BASE.service("orders", probes=Probes(readiness=Probe(path=path)))
    )


@pytest.mark.parametrize(
    "reference", ["${ovh_okms.key-store.id}", "${data.ovh_me.account.nichandle}", "${TfToken[T.1]}"]
)
def test_a_reference_of_terraform_is_no_text_for_a_program(reference: str) -> None:
    assert found(BASE.service("stock", config={"A": f"x{reference}"})) == [("AND095", 'stock.config["A"]')]
    assert found(BASE.service("stock", command=("run", reference))) == [("AND095", "stock.command[1]")]


@pytest.mark.parametrize(
    "text", ["${HOME}", "${data.source:default}", "%{TIME}", "{{ .Now }}", "$(date)", "${local.x}"]
)
def test_a_programs_own_templates_are_its_own(text: str) -> None:
    assert found(BASE.service("stock", config={"A": text}, command=("sh", "-c", text), args=(text,))) == []


def test_keys_that_kubernetes_refuses() -> None:
    assert found(keys("x" * 253)) == []
    assert found(keys("x" * 254)) == [("AND097", "orders.secrets[0].keys[0]")]
    assert found(keys("..data", ".")) == [
        ("AND097", "orders.secrets[0].keys[0]"),
        ("AND097", "orders.secrets[0].keys[1]"),
    ]
    assert found(BASE.service("stock", config={"X" * 253: ""})) == []
    assert found(BASE.service("stock", config={"X" * 254: ""})) == [("AND096", "stock.config")]


def test_a_scratch_folder_whose_volume_has_no_name() -> None:
    long = "/" + "a" * 55  # `scratch-` has eight characters
    assert found(BASE.service("stock", scratch=(Scratch(path=long),))) == []
    assert found(BASE.service("stock", scratch=(Scratch(path=f"{long}a"),))) == [("AND019", "stock.scratch[0].path")]


def test_backup_regions_are_known_and_differ() -> None:
    def regions(*names: str) -> Shop:
        return BASE.environment("dev", postgres=orders_database(backup_regions=names).cluster)

    assert found(regions("GRA", "SBG")) == []
    for other in ("GRA11", "gra", "Nowhere"):
        assert found(regions("GRA", other)) == [("AND047", "dev.postgres.backup_regions")]
    assert found(regions("GRA", "GRA")) == [("AND047", "dev.postgres.backup_regions")]


@pytest.mark.parametrize("name", ["gra11", "GRA 11", "../up", "/GRA", "GRA-", "A" * 33, "11"])
def test_a_region_that_none_can_be(name: str) -> None:
    assert ("AND137", "dev.region") in found(BASE.environment("dev", region=name))


@pytest.mark.parametrize("name", ["EU-WEST-LIS", "US-EAST-VA-1", "LIS1", "RBX-A"])
def test_a_region_may_be_new(name: str) -> None:
    assert ("AND137", "dev.region") not in found(BASE.environment("dev", region=name))


@pytest.mark.parametrize("name", ["EU-WEST-PAR-A", "eu-west-par", "eu west-a", "-a", ""])
def test_a_zone_that_none_can_be(name: str) -> None:
    assert ("AND137", "dev.zones[0]") in found(BASE.environment("dev", region="EU-WEST-LIS", zones=(name,)))


def test_a_channel_pattern_has_no_blank_and_an_end() -> None:
    def channel(pattern: str) -> Shop:
        return BASE.service("stock", cache=Cache(channels=(f"stock:{pattern}",)))

    assert found(channel("[ab]*")) == []
    for pattern in ("a b", "a\u3000b", "x" * 250):
        assert ("AND138", "stock.cache.channels[0]") in found(channel(pattern))


def test_topics_of_tombstones_are_topics() -> None:
    buried = BASE.bury(Tombstone(service="wishes", environments=("dev",), topics=("Wish Made",)))
    assert found(buried) == [("AND107", "wishes.topics[0]")]


def test_a_store_without_texts_of_its_own_is_sound() -> None:
    assert found(BASE.add(Service(name="notes", team="web", database=Postgres(placement="shared")))) == []
