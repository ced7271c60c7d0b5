"""What lies on a database cluster."""

from __future__ import annotations

from tests.sandbox.zoo import Zoo, examples


def test_a_postgres_user_that_is_there_is_taken_over_without_its_password(zoo: Zoo) -> None:
    kind, arguments = examples(zoo.made)["postgres_user"]
    again = zoo.make(kind, arguments)
    assert again["id"] == zoo.made["postgres_user"]["id"]
    assert zoo.made["postgres_user"]["password"]
    assert again["password"] == ""


def test_the_administrator_has_a_password_after_a_reset_only(zoo: Zoo) -> None:
    kind, arguments = examples(zoo.made)["postgres_user"]
    found = zoo.make(kind, {**arguments, "name": "avnadmin"})
    assert found["password"] == ""
    first = zoo.change(kind, found, {**arguments, "name": "avnadmin", "password_reset": "1"})["password"]
    second = zoo.change(
        kind,
        {**found, "password_reset": "1", "password": first},
        {**arguments, "name": "avnadmin", "password_reset": "2"},
    )["password"]
    assert len({"", first, second}) == 3


def test_a_pool_listens_beside_its_cluster(zoo: Zoo) -> None:
    (endpoint,) = zoo.made["postgres"]["endpoints"]
    assert zoo.made["connections"]["port"] == endpoint["port"] + 1
    assert endpoint["domain"] in zoo.made["connections"]["uri"]
