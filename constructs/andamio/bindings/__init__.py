"""Bindings of Terraform providers as plain typed Python, generated from the providers' schemas.

`generate_command` and `check_terraform_json` are for others; `runtime` is what generated packages sit on, and
the only module here that imports cdktf.
"""

from andamio.bindings.arguments import ArgumentError
from andamio.bindings.generate import generate_command
from andamio.bindings.schema import SchemaError, check_terraform_json, committed_schema

__all__ = ["ArgumentError", "SchemaError", "check_terraform_json", "committed_schema", "generate_command"]
