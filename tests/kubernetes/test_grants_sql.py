"""The SQL of the grants, read as text. `tests/engines/test_postgres.py` runs it on a real PostgreSQL."""

from __future__ import annotations

from andamio.kubernetes.grants_sql import DatabaseGrants, grants_sql, identifier, literal

ORDERS = DatabaseGrants(
    database="orders", owner="orders_owner", application="orders_app", extensions=("citext", "hstore")
)
STOCK = DatabaseGrants(database="stock", owner="stock_owner", application="stock_app")


def test_names_are_quoted_for_sql() -> None:
    assert identifier('odd"name') == '"odd""name"'
    assert literal("o'clock") == "'o''clock'"


def test_the_name_of_an_extension_may_hold_a_hyphen() -> None:
    database = DatabaseGrants(database="a", owner="b", application="c", extensions=("uuid-ossp",))
    assert 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";' in grants_sql((database,), administration="defaultdb")


def test_nothing_of_a_cluster_without_databases_names_a_role() -> None:
    assert "SET ROLE" not in grants_sql((), administration="defaultdb")


def test_the_script_of_one_database_does_not_depend_on_the_others() -> None:
    both = grants_sql((ORDERS, STOCK), administration="defaultdb")
    alone = grants_sql((STOCK,), administration="defaultdb")
    assert alone.split("-- stock", 1)[1] in both
