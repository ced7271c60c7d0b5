from andamio.contract.order import cluster_in_order, service_in_order
from andamio.model import Cache, Egress, ManualSecret, Postgres, PostgresCluster, Scratch, Service

_HOW = "Somebody who knows it gives it to you."


def test_what_means_nothing_is_sorted_at_every_depth() -> None:
    service = service_in_order(
        Service(
            name="orders",
            team="shop",
            scratch=(Scratch(path="/var/b"), Scratch(path="/tmp")),
            secrets=(
                ManualSecret(name="tls", keys=("key", "ca"), instructions=_HOW),
                ManualSecret(name="mail", keys=("password",), instructions=_HOW),
            ),
            egress=(
                Egress(host="b.example", addresses=("192.0.2.64/28", "192.0.2.16/28")),
                Egress(host="a.example", port=587),
                Egress(host="a.example", port=443),
            ),
            cache=Cache(
                categories=("-@dangerous", "+@write", "+@read"),
                commands=("-flushdb", "+info"),
                channels=("orders:b", "orders:a"),
            ),
            database=Postgres(cluster=PostgresCluster(plan="x", flavor="y", backup_regions=("SBG", "GRA"))),
        )
    )
    assert [one.path for one in service.scratch] == ["/tmp", "/var/b"]
    assert [(one.name, one.keys) for one in service.secrets] == [("mail", ("password",)), ("tls", ("ca", "key"))]
    assert [(one.host, one.port) for one in service.egress] == [
        ("a.example", 443),
        ("a.example", 587),
        ("b.example", 443),
    ]
    assert service.egress[2].addresses == ("192.0.2.16/28", "192.0.2.64/28")
    assert service.cache is not None
    assert service.cache.categories == ("+@read", "+@write", "-@dangerous")
    assert service.cache.commands == ("+info", "-flushdb")
    assert service.cache.channels == ("orders:a", "orders:b")
    assert service.database is not None
    assert service.database.cluster is not None
    assert service.database.cluster.backup_regions == ("GRA", "SBG")


def test_what_means_something_stays_as_it_was_declared() -> None:
    service = Service(
        name="orders",
        team="shop",
        command=("run", "fast"),
        args=("--b", "--a"),
        database=Postgres(extensions=("postgis", "hstore")),
    )
    assert service_in_order(service) is service


def test_a_cluster_without_backup_regions_stays_without() -> None:
    assert cluster_in_order(PostgresCluster(plan="x", flavor="y")).backup_regions == ()
