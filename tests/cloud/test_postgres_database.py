import pytest

from andamio.cloud.data_addresses import DATABASE, POSTGRES_USER
from andamio.cloud.postgres_database import ServiceDatabase
from andamio.model import Migration, Pool, Postgres, Service
from tests.cloud.small_stack import access, stack, synthesized

POOL = "ovh_cloud_project_database_postgresql_connection_pool"


def database(*, keep=True, **given):
    pool = Pool(size=7, mode="session")
    service = Service(name="stock-list", team="shop", database=Postgres(placement="shared", pool=pool), **given)
    into = stack()
    ServiceDatabase(
        into,
        "database",
        access=access(service, "postgres"),
        keep=keep,
    )
    return synthesized(into)["resource"]


def test_a_database_has_an_owner_and_an_application_user_and_a_pool_of_the_latter() -> None:
    made = database()
    assert made[DATABASE]["stock-list-database"]["name"] == "stock_list"
    assert {user["name"] for user in made[POSTGRES_USER].values()} == {"stock_list_owner", "stock_list_app"}
    pool = made[POOL]["stock-list-pool"]
    assert (pool["name"], pool["size"], pool["mode"]) == ("stock_list_pool", 7, "session")
    assert pool["user_id"] == f"${{{POSTGRES_USER}.stock-list-application.id}}"
    assert pool["database_id"] == f"${{{DATABASE}.stock-list-database.id}}"


def test_the_owners_credential_is_written_only_for_who_migrates() -> None:
    assert set(database()["ovh_okms_secret"]) == {"stock-list-database_secret"}
    migrates = database(migration=Migration(command=("up",)))
    assert set(migrates["ovh_okms_secret"]) == {"stock-list-database_secret", "stock-list-owner_secret"}


@pytest.mark.parametrize("keep", [True, False])
def test_database_and_users_are_kept_together(keep) -> None:
    made = database(keep=keep)
    for resource in (*made[DATABASE].values(), *made[POSTGRES_USER].values()):
        assert bool(resource.get("lifecycle", {}).get("prevent_destroy")) is keep
