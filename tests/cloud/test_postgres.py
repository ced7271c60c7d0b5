from andamio.cloud.data_addresses import CLUSTER, KEY_STORE_SECRET, POSTGRES_USER, Address
from andamio.cloud.postgres import PostgresStore
from andamio.cloud.store_cluster import StoreNetwork
from andamio.model import PostgresCluster
from tests.cloud.small_stack import stack, synthesized

NETWORK = StoreNetwork(project="p", region="GRA", network_id="net", subnet_id="sub", allowed="10.0.0.0/20")


def store(**settings):
    into = stack()
    PostgresStore(
        into,
        "postgres",
        cluster=Address(type=CLUSTER, label="postgres"),
        admin=Address(type=POSTGRES_USER, label="postgres_admin"),
        admin_secret=Address(type=KEY_STORE_SECRET, label="postgres_admin"),
        name="postgres",
        cloud_name="shop-dev-postgres",
        settings=PostgresCluster(plan="essential", flavor="db1-7", deletion_protection=False, **settings),
        network=NETWORK,
        key_store_id="store",
        keep=False,
    )
    return synthesized(into)["resource"]


def test_the_administrators_password_is_reset_into_the_key_store() -> None:
    made = store()
    admin = made[POSTGRES_USER]["postgres_admin"]
    assert admin["name"] == "avnadmin"
    assert admin["password_reset"]
    secret = made[KEY_STORE_SECRET]["postgres_admin"]
    assert secret["path"] == "admin/postgres"
    assert f"{POSTGRES_USER}.postgres_admin.password" in secret["version"]["data"]
    assert "ovh_cloud_project_database_certificates.postgres.ca" in secret["version"]["data"]


def test_the_disk_is_the_flavors_unless_declared() -> None:
    assert "disk_size" not in store()[CLUSTER]["postgres"]
    assert store(disk=320)[CLUSTER]["postgres"]["disk_size"] == 320
