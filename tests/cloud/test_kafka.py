from hypothesis import given
from hypothesis import strategies as st

from andamio.cloud.kafka import ServiceEvents, permissions
from andamio.model import Service
from tests.cloud.small_stack import access, stack, synthesized

TOPICS = st.lists(st.sampled_from("abcd"), max_size=4).map(tuple)


@given(TOPICS, TOPICS)
def test_a_service_may_do_what_it_declares_and_nothing_else(publishes, subscribes) -> None:
    granted = permissions(Service(name="orders", team="shop", publishes=publishes, subscribes=subscribes))
    assert {topic for topic, what in granted.items() if what in ("write", "readwrite")} == set(publishes)
    assert {topic for topic, what in granted.items() if what in ("read", "readwrite")} == set(subscribes)


def test_a_user_logs_in_by_certificate() -> None:
    service = Service(name="orders", team="shop", publishes=("a",))
    into = stack()
    ServiceEvents(into, "events", access=access(service, "kafka"))
    made = synthesized(into)
    assert set(made["data"]["ovh_cloud_project_database_kafka_user_access"]) == {"orders-events"}
    data = made["resource"]["ovh_okms_secret"]["orders-events_secret"]["version"]["data"]
    for part in (
        "kafka_user_access.orders-events.cert",
        "kafka_user_access.orders-events.key",
        "certificates.kafka.ca",
    ):
        assert part in data
    assert "password" not in data
