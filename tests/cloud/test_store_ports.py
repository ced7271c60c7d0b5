import re

from andamio.cloud.store_ports import store_ports


def test_a_store_that_is_not_there_has_no_ports() -> None:
    assert store_ports(on_postgres=None, dedicated=(), valkey=False, kafka=False) == {}
    assert set(store_ports(on_postgres=(), dedicated=(("postgres-a", "a"),), valkey=True, kafka=True)) == {
        "postgres",
        "postgres-a",
        "valkey",
        "kafka",
    }


def test_pools_bring_their_own_port() -> None:
    ports = store_ports(on_postgres=("a", "b"), dedicated=(("postgres-c", "c"),), valkey=False, kafka=False)
    pools = {store: re.findall(r"connection_pool\.(\w+)-pool\.port", text) for store, text in ports.items()}
    assert pools == {"postgres": ["a", "b"], "postgres-c": ["c"]}
