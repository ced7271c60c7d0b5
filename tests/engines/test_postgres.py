"""The grants' SQL on a real PostgreSQL, by the Job's own connection settings: who may do what afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from andamio.kubernetes.grants import _SERVICE_FILE
from andamio.kubernetes.grants_sql import DatabaseGrants, grants_sql
from tests.engines.postgres_server import Server, programs, server
from tests.lacking import not_run

ORDERS = DatabaseGrants(
    database="orders", owner="orders_owner", application="orders_app", extensions=("citext", "hstore")
)
STOCK = DatabaseGrants(database="stock", owner="stock_owner", application="stock_app")

SETUP = """
CREATE ROLE avnadmin LOGIN CREATEDB CREATEROLE PASSWORD 'avnadmin';
SET ROLE avnadmin;
CREATE ROLE orders_owner LOGIN PASSWORD 'orders_owner';
CREATE ROLE orders_app LOGIN PASSWORD 'orders_app';
CREATE ROLE stock_owner LOGIN PASSWORD 'stock_owner';
CREATE ROLE stock_app LOGIN PASSWORD 'stock_app';
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    if programs() is None:
        pytest.skip(not_run("PostgreSQL", "install its server programs (initdb, postgres), psql and openssl"))
    with server() as running:
        running.run(SETUP)
        for database in ("defaultdb", "orders", "stock"):
            running.run(f"CREATE DATABASE {database} OWNER avnadmin")
        yield running


def grant(postgres: Server, *databases: DatabaseGrants) -> tuple[int, str]:
    """Run the script as the Job does: by the service file of the Secret, TLS verified."""
    values = {
        "host": "localhost",
        "port": str(postgres.port),
        "database": "defaultdb",
        "username": "avnadmin",
        "password": "avnadmin",
    }
    content = _SERVICE_FILE.replace("/run/secrets/admin/ca", str(postgres.authority))
    for key, value in values.items():
        content = content.replace("{{ ." + key + " }}", value)
    (postgres.folder / "pg_service.conf").write_text(content)
    (postgres.folder / "grants.sql").write_text(grants_sql(databases, administration="defaultdb"))
    done = postgres.psql(
        f"--file={postgres.folder}/grants.sql",
        "service=admin",
        environment={"PGSERVICEFILE": str(postgres.folder / "pg_service.conf")},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def granted(postgres: Server) -> Server:
    """The server after the script ran twice, with a table made between, as a migration would, and one after."""
    assert grant(postgres, ORDERS, STOCK) == (0, "")
    postgres.run("CREATE TABLE early (id serial, name text)", role="orders_owner", database="orders")
    assert grant(postgres, ORDERS, STOCK) == (0, "")
    postgres.run("CREATE TABLE late (id serial, name text)", role="orders_owner", database="orders")
    postgres.run("CREATE SCHEMA billing CREATE TABLE bill (id int)", role="orders_owner", database="orders")
    return postgres


@pytest.mark.parametrize("table", ["early", "late"])
def test_the_application_works_with_rows_of_tables_made_before_and_after(granted: Server, table: str) -> None:
    granted.run(
        f"INSERT INTO {table} (name) VALUES ('a'); UPDATE {table} SET name = 'b'; DELETE FROM {table}",  # noqa: S608
        role="orders_app",
        database="orders",
    )


def test_the_application_works_in_schemas_that_a_migration_makes(granted: Server) -> None:
    granted.run("INSERT INTO billing.bill VALUES (1)", role="orders_app", database="orders")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE mine (id int)",
        "DROP TABLE late",
        "ALTER TABLE late ADD more int",
        "TRUNCATE late",
        "SET ROLE orders_owner",
    ],
)
def test_the_application_cannot_change_the_schema(granted: Server, sql: str) -> None:
    granted.refuses(sql, role="orders_app", database="orders")


def test_the_owner_changes_the_schema(granted: Server) -> None:
    granted.run("CREATE TABLE brief (id int); DROP TABLE brief", role="orders_owner", database="orders")


@pytest.mark.parametrize("role", ["stock_app", "stock_owner"])
@pytest.mark.parametrize("database", ["orders", "defaultdb"])
def test_nobody_connects_to_a_database_of_others(granted: Server, role: str, database: str) -> None:
    assert "CONNECT" in granted.refuses("SELECT 1", role=role, database=database)


def test_databases_and_their_public_schema_belong_to_the_owner(granted: Server) -> None:
    sql = "SELECT datdba::regrole FROM pg_database WHERE datname = 'orders'"
    assert granted.run(sql) == "orders_owner"
    sql = "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'public'"
    assert granted.run(sql, database="orders") == "orders_owner"


def test_extensions_are_there_and_usable(granted: Server) -> None:
    sql = "SELECT 'A'::citext = 'a', 'k=>v'::hstore -> 'k'"
    assert granted.run(sql, role="orders_app", database="orders") == "t|v"


def test_a_database_that_is_missing_fails_the_run_after_the_others_are_done(granted: Server) -> None:
    new = DatabaseGrants(database="new", owner="new_owner", application="new_app")
    granted.run("CREATE TABLE waiting (id int)", role="stock_owner", database="stock")
    code, said = grant(granted, new, STOCK)
    assert code != 0
    assert "new" in said
    assert "do not exist yet" in said
    granted.run("SELECT * FROM waiting", role="stock_app", database="stock")


def test_a_server_that_speaks_plain_text_only_is_refused_before_a_password_is_sent(granted: Server) -> None:
    with server(tls=False) as plain:
        plain.authority = granted.authority
        code, said = grant(plain, STOCK)
    assert code != 0
    assert "server does not support SSL, but SSL was required" in said


def test_a_server_with_another_certificate_is_refused(granted: Server) -> None:
    right, granted.authority = granted.authority, granted.folder / "other.crt"
    granted.authority.write_text("")
    try:
        code, said = grant(granted, STOCK)
    finally:
        granted.authority = right
    assert code != 0
    assert "certificate" in said
