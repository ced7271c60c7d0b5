"""Definitions of custom kinds, put into a cluster from the files of Go modules."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Final

import yaml

from andamio.engines.client import Client
from andamio.engines.errors import StartError
from andamio.engines.find import files

__all__ = ["define"]

_SECONDS: Final = 60


def define(client: Client, *names: str) -> None:
    """Put definitions into a cluster, unless they are there, and wait until the API server serves them.

    Args:
        client: The cluster's administrator.
        names: Names of module files.

    Raises:
        MissingEngineError: files are not there.
        StartError: one is refused, or not served in time.
    """
    wanted = set()
    for name in names:
        for file in files(name):
            for body in yaml.load_all(file.read_text(encoding="utf-8"), yaml.CSafeLoader):
                wanted.add(body["metadata"]["name"])
                answer = client.create(body)
                if not answer.ok and answer.status != HTTPStatus.CONFLICT:
                    raise StartError(f"{body['metadata']['name']} was refused: {answer.message}")
    end = time.monotonic() + _SECONDS
    while lacking := wanted - _served(client):
        if time.monotonic() > end:
            raise StartError(f"The API server does not serve {', '.join(sorted(lacking))}.")
        time.sleep(0.1)


def _served(client: Client) -> set[str]:
    return {
        one["metadata"]["name"]
        for one in client.all_of("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        for condition in one["status"].get("conditions") or ()
        if (condition["type"], condition["status"]) == ("Established", "True")
    }
