"""A secret in a key store: written by the stack that makes its values, read by its path in another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, Condition, lifecycle
from andamio.cloud.text import plain
from andamio.contract.names import terraform_id
from andamio.contract.secrets import SecretLink
from cdktf_cdktf_provider_ovh.data_ovh_okms_secret import DataOvhOkmsSecret
from cdktf_cdktf_provider_ovh.okms_secret import OkmsSecret

__all__ = ["CopiedSecret", "StoredSecret", "WrittenSecret", "literal", "texts"]


class WrittenSecret(OkmsSecret):
    """The secret of one link, written to a key store as a JSON object of the link's keys.

    A value is plain text or one expression in `${}`; the secret itself is never in the configuration. It lies in the
    stack's state too, as everything that a provider manages does.

    Args:
        label: Its label in Terraform. Default: made of the link's path.

    Raises:
        ValueError: when the values are not exactly the keys of the link, when one mixes text and expressions, or when a
            person is the writer.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        key_store_id: str,
        link: SecretLink,
        values: Mapping[str, str],
        label: str = "",
    ) -> None:
        if link.writer != "terraform":
            raise ValueError(f"{link.path} is for a {link.writer} to write")
        if set(values) != set(link.keys):
            raise ValueError(f"{link.path} has the keys {sorted(link.keys)}, not {sorted(values)}")
        fields = ", ".join(f"{json.dumps(key)} = {_expression(values[key])}" for key in link.keys)
        super().__init__(
            scope, id_, okms_id=key_store_id, path=link.path, version={"data": f"${{jsonencode({{{fields}}})}}"}
        )
        cast("CloudStack", CloudStack.of(self)).address(self, label or _label(link))


def texts(expressions: Mapping[str, str]) -> dict[str, str]:
    """Values of a secret, made of expressions without `${}`: each as text, a port too.

    External Secrets hands keys on as text, and would refuse a number.
    """
    return {key: f"${{tostring({expression})}}" for key, expression in expressions.items()}


def literal(text: str) -> str:
    """`text` as a string inside a Terraform expression."""
    return plain(json.dumps(text))


def _expression(value: str) -> str:
    """`value` as an expression inside another one.

    A token of cdktf stays as it is, since cdktf leaves out the braces of one that stands inside an expression; its
    own `Fn.jsonencode` keeps tokens too, but turns every other expression into plain text.

    Raises:
        ValueError: when text and expressions are mixed.
    """
    if "${" not in value:
        return literal(value)
    if not (value.startswith("${") and value.endswith("}") and value.replace("$${", "").count("${") == 1):
        raise ValueError("a value of a secret is one expression or plain text, not both")
    return value if value.startswith("${TfToken[") else value[2:-1]


def _label(link: SecretLink) -> str:
    return terraform_id("secret", link.path)


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
            _label(link),
        )

    def value(self, key: str) -> str:
        """The value of one key, as a reference that Terraform resolves.

        Raises:
            ValueError: when the link has no such key.
        """
        if key not in self.link.keys:
            raise ValueError(f"{self.link.path} has the keys {sorted(self.link.keys)}, not {key}")
        address = f"data.ovh_okms_secret.{_label(self.link)}.data"
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
            _label(link),
        )
