"""What the doctor looks for in states is what the stand-in tells only once, and how to set another is an argument."""

from __future__ import annotations

import importlib

from andamio.bindings.schema import committed_schema
from andamio.sandbox.provider.model import MODELS
from andamio.state.terraform_state import TOLD_ONCE
from andamio.state.unowned import RESETS

UNUSED = "ovh_cloud_project_user"
"""Whose password nobody uses."""


def test_the_doctor_knows_every_credential_that_is_told_once() -> None:
    importlib.import_module("andamio.sandbox.models")
    told = {kind: model.told_once for kind, model in MODELS.items() if model.told_once and kind != UNUSED}
    assert told == {kind: (attribute,) for kind, attribute in TOLD_ONCE.items()}


def test_every_reset_is_an_argument_of_the_provider() -> None:
    schemas = committed_schema("ovh").body["resource_schemas"]
    known = {kind: schemas[kind]["block"]["attributes"] for kind in TOLD_ONCE if kind in schemas}
    assert {kind for kind, attributes in known.items() if "password_reset" in attributes} == set(RESETS)
