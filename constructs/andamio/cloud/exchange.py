"""Which stack tells what to which: every value that crosses from one Terraform stack to another, in one table.

Only ids and addresses cross. A secret never does: it goes through a key store (`andamio.contract.secrets`).
A name that is not in the table can neither be published nor read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY
from andamio.contract.stacks import SHARED_STACKS, Stack

__all__ = ["EXCHANGE", "ExchangeError", "Published", "check_publish", "check_read", "cloud_outputs", "depends_on"]


class ExchangeError(ValueError):
    """A stack publishes or reads something that the table does not give it."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """One output of a stack."""

    doc: str
    """What it is, as the description of the Terraform output."""

    readers: tuple[Stack, ...] = ()
    """Stacks that read it by remote state. Default: none; it is a cloud output, read from `catalog/cloud/`."""


EXCHANGE: Mapping[Stack, Mapping[str, Published]] = MappingProxyType(
    {
        Stack.STATE: {},
        Stack.NETWORK: {
            "network_id": Published(
                doc="OpenStack id of the private network in the environment's region",
                readers=(Stack.CLUSTER, Stack.DATA),
            ),
            "subnet_id": Published(
                doc="Id of the subnet of nodes, databases and load balancers", readers=(Stack.CLUSTER, Stack.DATA)
            ),
            "gateway_address": Published(
                doc="Public IPv4 address by which everything leaves", readers=(Stack.CLUSTER,)
            ),
        },
        Stack.CLUSTER: {"cluster_id": Published(doc="Id of the Kubernetes cluster", readers=(Stack.GITOPS,))},
        Stack.KEYS: {
            "key_store_id": Published(doc="Id of the environment's key store", readers=(Stack.DATA, Stack.GITOPS)),
            "key_store_host": Published(doc="Host of the key store's API"),
        },
        Stack.DATA: {"store_ports": Published(doc="TCP ports of each store, by its name")},
        Stack.GITOPS: {},
        Stack.SHARED_STATE: {},
        Stack.SHARED_KEYS: {
            "key_store_id": Published(
                doc="Id of the shared key store", readers=(Stack.SHARED_REGISTRY, Stack.SHARED_REGISTRY_CONTENT)
            )
        },
        Stack.SHARED_REGISTRY: {
            "registry_host": Published(doc="Host name of the registry", readers=(Stack.SHARED_REGISTRY_CONTENT,))
        },
        Stack.SHARED_REGISTRY_CONTENT: {},
        Stack.SHARED_DNS: {},
    }
)
"""Stack → name of its output → what it is and who reads it.

The cloud outputs of `andamio.contract.outputs` are in it too, each at exactly the stack that publishes it there.
"""

_STATE = {True: Stack.SHARED_STATE, False: Stack.STATE}


def check_publish(stack: Stack, name: str) -> Published:
    """The entry of an output that `stack` publishes.

    Raises:
        ExchangeError: when the table gives `stack` no such output.
    """
    if name not in EXCHANGE[stack]:
        raise ExchangeError(f"stack {stack} publishes {name}, which andamio.cloud.exchange does not give it")
    return EXCHANGE[stack][name]


def check_read(reader: Stack, publisher: Stack, name: str) -> Published:
    """The entry of an output of `publisher` that `reader` reads by remote state.

    Raises:
        ExchangeError: when nobody publishes it, or the table does not name the reader. Shared stacks and those of
            an environment never read each other: they lie in projects and state buckets of their own.
    """
    found = EXCHANGE[publisher].get(name)
    if found is None:
        raise ExchangeError(f"stack {reader} reads {name} of {publisher}, which publishes no such output")
    if reader not in found.readers:
        raise ExchangeError(f"stack {reader} reads {name} of {publisher}; add it to its readers in the exchange")
    return found


def depends_on(reader: Stack) -> tuple[Stack, ...]:
    """Stacks that have to be deployed before `reader`, in the order of deployment.

    Those whose outputs it reads; of every stack the state stack, which holds its state; of gitops also data,
    which writes the secrets that the first sync asks for.
    """
    shared = reader in SHARED_STACKS
    state = _STATE[shared]
    before = {publisher for publisher, outputs in EXCHANGE.items() for one in outputs.values() if reader in one.readers}
    if reader is not state:
        before.add(state)
    if reader is Stack.GITOPS:
        before.add(Stack.DATA)
    return tuple(stack for stack in EXCHANGE if stack in before)


def cloud_outputs(stack: Stack) -> tuple[str, ...]:
    """Names of the cloud outputs that `stack` publishes for `catalog/cloud/`."""
    table = SHARED_PUBLISHED_BY if stack in SHARED_STACKS else PUBLISHED_BY
    return tuple(name for name, publisher in table.items() if publisher is stack)
