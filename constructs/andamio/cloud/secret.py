"""A secret in a key store: written by the stack that makes it, read by its path in another."""

from __future__ import annotations

import json
from collections.abc import Mapping

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, Condition, lifecycle
from andamio.contract.names import terraform_id
from andamio.contract.secrets import SecretLink
from cdktf_cdktf_provider_ovh.data_ovh_okms_secret import DataOvhOkmsSecret
from cdktf_cdktf_provider_ovh.okms_secret import OkmsSecret

__all__ = ["CopiedSecret", "StoredSecret", "WrittenSecret"]


class WrittenSecret(Construct):
    """The secret of one link, written to a key store as a JSON object of the link's keys.

    The value lies in the stack's state too, as everything that a provider manages does.

    Raises:
        ValueError: when the values are not exactly the keys of the link, when one mixes text and expressions, or when a
            person is the writer.
    """

    def __init__(
        self, scope: Construct, id_: str, *, stack: CloudStack, store: str, link: SecretLink, values: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_)
        if link.writer != "terraform":
            raise ValueError(f"{link.path} is for a {link.writer} to write")
        if set(values) != set(link.keys):
            raise ValueError(f"{link.path} has the keys {sorted(link.keys)}, not {sorted(values)}")
        fields = ", ".join(f'"{key}" = {_expression(values[key])}' for key in link.keys)
        data = f"${{jsonencode({{{fields}}})}}"
        self.secret = stack.address(
            OkmsSecret(self, "secret", okms_id=store, path=link.path, version={"data": data}),
            "secret",
            link.path,
        )


def _expression(value: str) -> str:
    """`value` as an expression inside another one.

    A token of cdktf stays as it is, since cdktf leaves out the braces of one that stands inside an expression; its
    own `Fn.jsonencode` keeps tokens too, but turns every other expression into plain text.

    Raises:
        ValueError: when text and expressions are mixed.
    """
    if "${" not in value:
        return json.dumps(value).replace("%{", "%%{")
    if not (value.startswith("${") and value.endswith("}") and value.count("${") == 1):
        raise ValueError("a value of a secret is one expression or plain text, not both")
    return value if value.startswith("${TfToken[") else value[2:-1]


class StoredSecret(Construct):
    """A secret that another stack wrote, read from its key store.

    Args:
        require: Preconditions of reading it. Default: none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        store: str,
        link: SecretLink,
        require: tuple[Condition, ...] = (),
    ) -> None:
        super().__init__(scope, id_)
        self.link = link
        self.source = stack.address(
            DataOvhOkmsSecret(
                self,
                "secret",
                okms_id=store,
                path=link.path,
                include_data=True,
                lifecycle=lifecycle(require=require),
            ),
            "secret",
            link.path,
        )

    def value(self, key: str) -> str:
        """The value of one key, as a reference that Terraform resolves.

        Raises:
            ValueError: when the link has no such key.
        """
        if key not in self.link.keys:
            raise ValueError(f"{self.link.path} has the keys {sorted(self.link.keys)}, not {key}")
        address = f"data.ovh_okms_secret.{terraform_id('secret', self.link.path)}.data"
        return f'${{jsondecode({address})["{key}"]}}'


class CopiedSecret(Construct):
    """A secret of one key store, copied as it is into another under the same path."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        origin: str,
        store: str,
        link: SecretLink,
        require: tuple[Condition, ...] = (),
    ) -> None:
        super().__init__(scope, id_)
        original = StoredSecret(self, "original", stack=stack, store=origin, link=link, require=require)
        self.secret = stack.address(
            OkmsSecret(self, "copy", okms_id=store, path=link.path, version={"data": original.source.data}),
            "secret",
            link.path,
        )
