from __future__ import annotations

from pathlib import Path

import pytest

from andamio.state.credentials import (
    S3Credential,
    credentials_file,
    read_credential,
    usual_credential,
    write_credential,
)
from andamio.state.errors import SettingError
from andamio.state.secret import Secret


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "andamio" / "shop-dev.credentials"
    write_credential(path, S3Credential(access_key="ours", secret_key=Secret("per%cent")))
    return path


def test_what_is_written_is_what_is_read(ours: Path) -> None:
    found = read_credential(ours)
    assert (found.access_key, found.secret_key.reveal(), found.source) == ("ours", "per%cent", str(ours))


def test_variables_come_before_files_as_for_terraform(ours: Path, tmp_path: Path) -> None:
    named = tmp_path / "named"
    named.write_text(
        "[default]\naws_access_key_id=d\naws_secret_access_key=s\n[ci]\naws_access_key_id=c\naws_secret_access_key=s\n"
    )
    file = {"AWS_SHARED_CREDENTIALS_FILE": str(named)}
    pair = {"AWS_ACCESS_KEY_ID": "e", "AWS_SECRET_ACCESS_KEY": "s"}
    assert usual_credential(ours, {}).access_key == "ours"
    assert usual_credential(ours, file).access_key == "d"
    assert usual_credential(ours, {**file, "AWS_PROFILE": "ci"}).access_key == "c"
    assert usual_credential(ours, {**file, **pair}).access_key == "e"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"AWS_ACCESS_KEY_ID": "a"}, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"),
        ({"AWS_SECRET_ACCESS_KEY": "s"}, "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"),
        ({"AWS_SHARED_CREDENTIALS_FILE": "/nowhere/at/all"}, "does not hold a credential"),
    ],
)
def test_half_a_credential_is_an_error_not_another_credential(ours: Path, environment: dict, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        usual_credential(ours, environment)


def test_no_file_is_no_credential(tmp_path: Path) -> None:
    assert usual_credential(tmp_path / "none", {}) is None


def test_a_file_in_another_form_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("aws_secret_access_key = hush")
    with pytest.raises(SettingError) as caught:
        read_credential(path)
    assert "hush" not in str(caught.value)


def test_the_file_follows_xdg_and_ignores_a_relative_path(tmp_path: Path) -> None:
    assert credentials_file("shop", "dev", {"XDG_CONFIG_HOME": "/x"}) == Path("/x/andamio/shop-dev.credentials")
    for environment in ({"HOME": "/h"}, {"HOME": "/h", "XDG_CONFIG_HOME": "relative"}):
        assert credentials_file("shop", "dev", environment) == Path("/h/.config/andamio/shop-dev.credentials")
