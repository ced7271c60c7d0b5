"""The identities by which an environment's pipelines run Terraform: one plans, one applies."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.identity import MachineClient
from andamio.cloud.links import PIPELINES, Pipeline, ci_link
from andamio.cloud.rights import APPLY, KEEP, PLAN, SECRETS_FOR_APPLY, SECRETS_FOR_PLAN, Grant, project_urn
from andamio.cloud.secret import WrittenSecret
from andamio.cloud.stack import CloudStack
from andamio.cloud.state_access import apply_policy, plan_policy
from andamio.cloud.storage_user import StorageUser
from andamio.contract.stacks import Stack

__all__ = ["APPLIED_STACKS", "PipelineIdentities"]

APPLIED_STACKS = (Stack.NETWORK, Stack.CLUSTER, Stack.DATA, Stack.GITOPS)
"""Stacks that a pipeline applies. State and keys give rights, so a person applies those."""

_PURPOSE = {"plan": "Plans the environment's stacks", "apply": "Applies the environment's stacks"}


class PipelineIdentities(Construct):
    """For each pipeline an OAuth2 client of the API and an S3 user for the state, both written to the key store.

    Planning reads the environment's project, key store and state, and locks. Applying also changes what the stacks
    network, cluster, data and gitops hold, and writes their states alone; where data matters it can delete neither
    cluster nor network nor any store. Neither reaches another environment, nor the account; so pipelines set
    `OVH_IGNORE_INIT_ERROR=true`, since the provider asks for the account's details when it starts. The subscription of
    an audit log also asks for a right on the log service, which is nobody's here: a person applies that once.

    Args:
        store_id: Id of the environment's key store.
        store_urn: Its URN.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, store_id: str, store_urn: str) -> None:
        super().__init__(scope, id_)
        place = stack.place
        applied = [f"{place.environment}-{one}" for one in APPLIED_STACKS]
        buckets = {"plan": plan_policy(place.bucket), "apply": apply_policy(place.bucket, applied)}
        for pipeline in PIPELINES:
            client = MachineClient(
                self,
                f"{pipeline}-client",
                stack=stack,
                name=f"ci-{pipeline}",
                purpose=_PURPOSE[pipeline],
                grants=_grants(pipeline, stack, store_urn),
            )
            user = StorageUser(
                self,
                f"{pipeline}-user",
                stack=stack,
                name=f"ci-{pipeline}",
                description=f"{place.prefix}-ci-{pipeline}",
                policy=buckets[pipeline],
            )
            WrittenSecret(
                self,
                f"{pipeline}-secret",
                key_store_id=store_id,
                link=ci_link(pipeline),
                values={
                    "client_id": client.client_id,
                    "client_secret": client.client_secret,
                    "access_key_id": user.credential.access_key_id,
                    "secret_access_key": user.credential.secret_access_key,
                },
            )


def _grants(pipeline: Pipeline, stack: CloudStack, store_urn: str) -> list[Grant]:
    project = project_urn(stack.place.project)
    if pipeline == "plan":
        return [
            Grant(name="project", on=project, allow=PLAN),
            Grant(name="key-store", on=store_urn, allow=SECRETS_FOR_PLAN),
        ]
    return [
        Grant(name="project", on=project, allow=APPLY, keep=KEEP if stack.place.durable else ()),
        Grant(name="key-store", on=store_urn, allow=SECRETS_FOR_APPLY),
    ]
