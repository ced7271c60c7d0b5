"""The S3 credential of a state: where it lies on this machine, and which one Terraform would take."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from andamio.state.errors import SettingError, clean
from andamio.state.files import write_whole
from andamio.state.secret import Secret

__all__ = ["S3Credential", "credentials_file", "read_credential", "usual_credential", "write_credential"]


@dataclass(frozen=True, kw_only=True)
class S3Credential:
    """A key pair for object storage."""

    access_key: str
    """Names the credential; not secret."""

    secret_key: Secret

    source: str = ""
    """Where it was found, for messages. Default: nowhere; it comes from the API."""


def credentials_file(platform: str, place: str, environment: Mapping[str, str] | None = None) -> Path:
    """`~/.config/andamio/<platform>-<place>.credentials`, under `XDG_CONFIG_HOME` where that is set."""
    found = os.environ if environment is None else environment
    root = found.get("XDG_CONFIG_HOME", "").strip()
    # The XDG specification: a relative path there is invalid and counts as not set.
    base = Path(root) if root and Path(root).is_absolute() else Path(found.get("HOME") or Path.home(), ".config")
    return base / "andamio" / f"{platform}-{place}.credentials"


def write_credential(path: Path, credential: S3Credential) -> bool:
    """Write `path` in the form of AWS's shared credentials, readable by its owner alone, all or nothing.

    Returns whether it changed.

    Raises:
        SettingError: when the file cannot be written.
    """
    text = (
        "# Written by `andamio state init`. It opens Terraform's state, which holds secrets: treat it like a key.\n"
        f"[default]\naws_access_key_id = {credential.access_key}\n"
        f"aws_secret_access_key = {credential.secret_key.reveal()}\n"
    )
    return write_whole(path, text, private=True)


def read_credential(path: Path, *, profile: str = "default") -> S3Credential | None:
    """The credential in the file at `path`; None when there is no file or it holds no such profile.

    Raises:
        SettingError: when the file is there and cannot be read.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with path.open(encoding="utf-8") as stream:
            parser.read_file(stream)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingError(f"{path} cannot be read ({clean(error.strerror or error)}).") from None
    except (configparser.Error, UnicodeDecodeError):
        # The parser's message quotes lines, which may hold the secret.
        raise SettingError(
            f"{path} is not in the form of AWS's shared credentials. Delete it and run `andamio state init`."
        ) from None
    access = parser.get(profile, "aws_access_key_id", fallback="").strip()
    secret = parser.get(profile, "aws_secret_access_key", fallback="").strip()
    if not access or not secret:
        return None
    return S3Credential(access_key=access, secret_key=Secret(secret), source=str(path))


def usual_credential(ours: Path, environment: Mapping[str, str] | None = None) -> S3Credential | None:
    """The credential that Terraform takes from this process's variables, else the one in the file `ours`; or None.

    Raises:
        SettingError: when only one of a pair is set, or a file that is named cannot be read or lacks the profile.
    """
    found = os.environ if environment is None else environment
    access, secret = (found.get(name, "").strip() for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
    if access and secret:
        return S3Credential(access_key=access, secret_key=Secret(secret), source="AWS_ACCESS_KEY_ID")
    if access or secret:
        here, missing = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")[:: 1 if access else -1]
        raise SettingError(f"{here} is set and {missing} is not. Set both, or neither.")
    named = found.get("AWS_SHARED_CREDENTIALS_FILE", "").strip()
    if named:
        profile = found.get("AWS_PROFILE", "").strip() or "default"
        credential = read_credential(Path(named), profile=profile)
        if credential is None:
            raise SettingError(
                f"AWS_SHARED_CREDENTIALS_FILE names {named}, which does not hold a credential under [{profile}]. "
                "Unset the variable, or run `andamio state init`."
            )
        return credential
    return read_credential(ours)
