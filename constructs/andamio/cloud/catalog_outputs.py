"""The precondition of everything in a cluster: the catalog's cloud outputs are those of this very cluster and cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsii

from andamio.cdktf import Construct, Precondition, TerraformResource, TerraformResourceLifecycle
from andamio.contract.outputs import CloudOutputs, Source

__all__ = ["CatalogOutputs"]

_LOOPBACK = r"^https://(127\\.[0-9.]+|localhost|\\[::1\\])(:[0-9]+)?(/|$)"


class CatalogOutputs(TerraformResource):
    """A `terraform_data` that Terraform refuses unless the files of `catalog/cloud/` fit the cluster.

    What Argo CD reads from `dist/k8s` was made with the environment's file and the shared one, which names the registry
    of all images. Both have to come from OVHcloud, or from a sandbox if the cluster's own API is on loopback, which no
    cluster of OVHcloud is; and the cluster id has to be the one that the cluster's stack tells. All of it holds when
    Terraform plans, before anything is touched, if whatever changes the cluster depends on this resource.

    Args:
        environment: Name of the environment, for the messages.
        outputs: The environment's file as it was when the stack was synthesized.
        shared: Where the shared file came from then.
        cluster_id: Terraform expression of the cluster's id.
        api: Terraform expression of the URL of the cluster's API.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        environment: str,
        outputs: CloudOutputs,
        shared: Source,
        cluster_id: str,
        api: str,
    ) -> None:
        self._input = {"source": outputs.source, "shared_source": shared, "cluster_id": outputs.cluster_id}
        file, pull = f"catalog/cloud/{environment}.json", f"andamio outputs pull {environment}"
        super().__init__(
            scope,
            id_,
            terraform_resource_type="terraform_data",
            lifecycle=TerraformResourceLifecycle(
                precondition=[
                    _comes_from(environment, outputs.source, api),
                    _comes_from("shared", shared, api),
                    Precondition(
                        condition=f'${{"{outputs.cluster_id}" == {cluster_id}}}',
                        error_message=(
                            f"{file} has the id of another cluster ({outputs.cluster_id}). Run `{pull}`, and "
                            "synthesize again."
                        ),
                    ),
                ]
            ),
        )
        self.override_logical_id("catalog_outputs")

    @jsii.member(jsii_name="synthesizeAttributes")
    def _synthesize_attributes(self) -> Mapping[str, Any]:
        return {"input": self._input}


def _comes_from(place: str, source: Source, api: str) -> Precondition:
    loopback = f'can(regex("{_LOOPBACK}", {api}))'
    stacks = "the shared stacks" if place == "shared" else f"the other stacks of {place}"
    return Precondition(
        condition=f'${{"{source}" == "ovh" || ("{source}" == "sandbox" && {loopback})}}',
        error_message=(
            f'catalog/cloud/{place}.json is of the source "{source}", which must not reach this cluster. Deploy '
            f"{stacks}, run `andamio outputs pull {place}`, and synthesize again."
        ),
    )
