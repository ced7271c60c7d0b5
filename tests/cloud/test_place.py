from andamio.cloud.place import place
from tests.infra.small_shop import DEV, PRODUCTION, SHARED


def test_data_matters_everywhere_but_in_development() -> None:
    assert not place(SHARED, DEV).durable
    assert place(SHARED, PRODUCTION).durable
    assert place(SHARED).durable


def test_each_environment_has_a_project_and_a_bucket_of_its_own() -> None:
    places = [place(SHARED), place(SHARED, DEV), place(SHARED, PRODUCTION)]
    assert len({one.project for one in places}) == 3
    assert len({one.bucket for one in places}) == 3
    assert len({one.prefix for one in places}) == 3


def test_what_is_shared_lies_in_no_environment_and_no_region() -> None:
    shared = place(SHARED)
    assert shared.environment == shared.region == ""
    assert shared.project == SHARED.project
