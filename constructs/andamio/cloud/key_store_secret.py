"""A secret in an environment's key store, written by the stack that makes its values."""

from __future__ import annotations

import json
from collections.abc import Mapping

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Address
from andamio.cloud.text import plain
from andamio.contract.secrets import SecretLink
from cdktf_cdktf_provider_ovh.okms_secret import OkmsSecret

__all__ = ["KeyStoreSecret", "literal"]


class KeyStoreSecret(OkmsSecret):
    """The writer of a `SecretLink`: one JSON object of strings at the link's path.

    The values are Terraform expressions, so no secret is ever in the configuration. Every value is stored as
    a string, a port too, because External Secrets hands keys on as text.

    Raises:
        ValueError: `values` does not have exactly the link's keys, or a person is to write the secret.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: Address,
        link: SecretLink,
        key_store_id: str,
        values: Mapping[str, str],
    ) -> None:
        if link.writer != "terraform":
            raise ValueError(f"{link.path} is written by a person, not by Terraform")
        if set(values) != set(link.keys):
            raise ValueError(f"{link.path} takes the keys {', '.join(link.keys)}; given: {', '.join(values)}")
        fields = ", ".join(f"{literal(key)} = tostring({values[key]})" for key in link.keys)
        super().__init__(
            scope, id_, okms_id=key_store_id, path=link.path, version={"data": f"${{jsonencode({{{fields}}})}}"}
        )
        self.override_logical_id(address.label)


def literal(text: str) -> str:
    """`text` as a string in a Terraform expression."""
    return plain(json.dumps(text))
