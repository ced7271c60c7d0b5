"""The gRPC service of one provider, and what the plugin protocol wants beside it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import grpc  # type: ignore[import-untyped]

from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.protocol.messages import CALLS, message
from andamio.sandbox.protocol.shape import schemas_message
from andamio.sandbox.protocol.values import decode, encode, from_state
from andamio.sandbox.provider.provider import SandboxProvider

__all__ = ["server"]

_ERROR = 1
_SERVING = 1
_LARGEST = 256 << 20


def server(provider: SandboxProvider, *, shutdown: Callable[[], None] = lambda: None) -> Any:
    """A gRPC server for `provider`, without an address yet.

    Args:
        provider: Who answers.
        shutdown: What happens when Terraform says that it is done.
    """
    limits = [("grpc.max_receive_message_length", _LARGEST), ("grpc.max_send_message_length", _LARGEST)]
    made = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=limits)
    service = _Service(provider)

    def shut(_: Any) -> Any:
        shutdown()
        return message("Empty")()

    calls = {name: _unary(getattr(service, name), *CALLS[name]) for name in CALLS}
    made.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler("tfplugin6.Provider", calls),
            grpc.method_handlers_generic_handler(
                "grpc.health.v1.Health", {"Check": _unary(lambda _: message("Health")(status=_SERVING), "Empty")}
            ),
            grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": _unary(shut, "Empty")}),
            grpc.method_handlers_generic_handler("plugin.GRPCStdio", {"StreamStdio": _silent()}),
        )
    )
    return made


def _unary(answer: Callable[[Any], Any], request: str, _response: str = "") -> Any:
    return grpc.unary_unary_rpc_method_handler(
        lambda asked, _context: answer(asked),
        request_deserializer=message(request).FromString,
        response_serializer=lambda response: response.SerializeToString(),
    )


def _silent() -> Any:
    """A stream of the plugin's own output, in which nothing comes."""

    def stream(_asked: Any, _context: Any) -> Iterator[Any]:
        yield from ()

    return grpc.unary_stream_rpc_method_handler(
        stream,
        request_deserializer=message("Empty").FromString,
        response_serializer=lambda response: response.SerializeToString(),
    )


class _Service:
    """Turns messages into plain values and back; a refusal becomes a diagnostic."""

    def __init__(self, provider: SandboxProvider) -> None:
        self._provider = provider
        self._schemas = schemas_message(provider.body)

    def GetProviderSchema(self, _: Any) -> Any:  # noqa: N802 - the protocol's name, here and below
        return self._schemas

    def ValidateProviderConfig(self, _: Any) -> Any:  # noqa: N802
        return message("Diagnosed")()

    def ConfigureProvider(self, asked: Any) -> Any:  # noqa: N802
        return self._guarded("DiagnosedFirst", lambda _: self._provider.configure(decode(asked.config.msgpack)))

    def ValidateResourceConfig(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            for sentence in self._provider.validate(asked.type_name, decode(asked.config.msgpack)):
                response.diagnostics.append(_diagnostic(f"Invalid {asked.type_name}", sentence))

        return self._guarded("DiagnosedFirst", run)

    def ValidateDataResourceConfig(self, asked: Any) -> Any:  # noqa: N802
        return self._guarded("DiagnosedFirst", lambda _: self._provider.validate_data(asked.type_name))

    def UpgradeResourceState(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            state = self._provider.upgrade(asked.type_name, from_state(asked.raw_state.json))
            response.upgraded_state.msgpack = encode(state)

        return self._guarded("UpgradeResponse", run)

    def ReadResource(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            state = self._provider.read(asked.type_name, decode(asked.current_state.msgpack))
            response.new_state.msgpack = encode(state)

        return self._guarded("ReadResponse", run)

    def PlanResourceChange(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            states = (decode(one.msgpack) for one in (asked.prior_state, asked.proposed_new_state, asked.config))
            plan = self._provider.plan(asked.type_name, *states)
            response.planned_state.msgpack = encode(plan.state)
            response.legacy_type_system = plan.legacy
            for name in plan.replaced_by:
                response.requires_replace.add().steps.add(attribute_name=name)

        return self._guarded("PlanResponse", run)

    def ApplyResourceChange(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            response.new_state.msgpack = asked.prior_state.msgpack  # what stays when the cloud refuses
            states = (decode(one.msgpack) for one in (asked.prior_state, asked.planned_state, asked.config))
            response.new_state.msgpack = encode(self._provider.apply(asked.type_name, *states))

        return self._guarded("ApplyResponse", run)

    def ImportResourceState(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            state = self._provider.import_(asked.type_name, asked.id)
            response.imported_resources.add(type_name=asked.type_name).state.msgpack = encode(state)

        return self._guarded("ImportResponse", run)

    def ReadDataSource(self, asked: Any) -> Any:  # noqa: N802
        def run(response: Any) -> None:
            state = self._provider.read_data(asked.type_name, decode(asked.config.msgpack))
            response.state.msgpack = encode(state)

        return self._guarded("DataResponse", run)

    def StopProvider(self, _: Any) -> Any:  # noqa: N802
        return message("Stopped")()

    def _guarded(self, response: str, run: Callable[[Any], Any]) -> Any:
        made = message(response)()
        try:
            run(made)
        except Refusal as refusal:
            made.diagnostics.append(_diagnostic("The sandbox's cloud refuses", refusal.detail))
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            made.diagnostics.append(_diagnostic("The sandbox is broken", f"{type(error).__name__}: {error}"))
        return made


def _diagnostic(summary: str, detail: str) -> Any:
    return message("Diagnostic")(severity=_ERROR, summary=summary, detail=detail)
