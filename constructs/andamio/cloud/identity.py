"""Identities of machines at OVHcloud, each with one policy that says all that it may do."""

from __future__ import annotations

from collections.abc import Sequence

from andamio.cdktf import Construct
from andamio.cloud.rights import READ_SECRETS, Grant
from andamio.cloud.stack import CloudStack, lifecycle
from cdktf_cdktf_provider_ovh.iam_policy import IamPolicy
from cdktf_cdktf_provider_ovh.me_api_oauth2_client import MeApiOauth2Client
from cdktf_cdktf_provider_ovh.me_identity_group import MeIdentityGroup
from cdktf_cdktf_provider_ovh.me_identity_user import MeIdentityUser
from cdktf_cdktf_provider_ovh.me_identity_user_token import MeIdentityUserToken

__all__ = ["KeyStoreReader", "MachineClient"]


class MachineClient(Construct):
    """An OAuth2 client of OVHcloud's API (client credentials) that may do what its grants say, and nothing else.

    Args:
        name: What it is for; part of its name at OVHcloud.
        purpose: One sentence on who uses it.
        grants: One policy each.
    """

    def __init__(
        self, scope: Construct, id_: str, *, stack: CloudStack, name: str, purpose: str, grants: Sequence[Grant]
    ) -> None:
        super().__init__(scope, id_)
        client = stack.address(
            MeApiOauth2Client(
                self,
                "client",
                name=f"{stack.place.prefix}-{name}",
                description=purpose,
                flow="CLIENT_CREDENTIALS",
            ),
            name,
        )
        self.client_id: str = client.client_id
        self.client_secret: str = client.client_secret
        for grant in grants:
            stack.address(
                IamPolicy(
                    self,
                    f"may-{grant.name}",
                    name=f"{stack.place.prefix}-{name}-{grant.name}",
                    description=purpose,
                    identities=[client.identity],
                    resources=[grant.on],
                    allow=list(grant.allow),
                    except_=list(grant.keep) or None,
                ),
                name,
                grant.name,
            )


class KeyStoreReader(Construct):
    """A local user whose token reads one key store, and who may do nothing else.

    External Secrets needs such a token: its `vault` provider knows neither OAuth2 clients nor certificates. The user
    is in a group without a role, since the default group may see the whole account. Nobody logs in as it, so its
    password is random, known to the state alone and never looked at again.

    Args:
        email: Address that OVHcloud writes to about the user.
        store_urn: URN of the key store.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, email: str, store_urn: str) -> None:
        super().__init__(scope, id_)
        name = f"{stack.place.prefix}-key-store-reader"
        purpose = "Reads the key store for External Secrets"
        group = stack.address(
            MeIdentityGroup(self, "group", name=name, description="No role: policies alone give rights", role="NONE"),
            "key-store-reader",
        )
        user = stack.address(
            MeIdentityUser(
                self,
                "user",
                login=name,
                email=email,
                description=purpose,
                group=group.name,
                password="Aa1-${uuid()}",  # noqa: S106 - drawn by Terraform, once
                lifecycle=lifecycle(ignore=["password"]),
            ),
            "key-store-reader",
        )
        stack.address(
            IamPolicy(
                self,
                "policy",
                name=name,
                description=purpose,
                identities=[user.urn],
                resources=[store_urn],
                allow=list(READ_SECRETS),
            ),
            "key-store-reader",
        )
        token = stack.address(
            MeIdentityUserToken(self, "token", name="external-secrets", description=purpose, user_login=user.login),
            "key-store-reader",
        )
        self.token: str = token.token
