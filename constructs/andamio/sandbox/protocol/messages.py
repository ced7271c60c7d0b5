"""The messages of plugin protocol 6 that a provider needs, built at run time from one short table.

The field numbers are those of the protocol (HashiCorp, `tfplugin6`, version 6.8); names are ours where the wire does
not carry them. Fields that this provider neither reads nor writes are left out: protocol buffers skip them. An enum
is a number and a map is a list of entries, as both are on the wire.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)

__all__ = ["CALLS", "message"]

_TABLE: Final = """
Empty:
Value: bytes msgpack 1
Step: string attribute_name 1
Path: *Step steps 1
Diagnostic: int32 severity 1, string summary 2, string detail 3, Path attribute 4
RawState: bytes json 1
Diagnosed: *Diagnostic diagnostics 2
DiagnosedFirst: *Diagnostic diagnostics 1
Attribute: string name 1, bytes type 2, Object nested_type 10, bool required 4, bool optional 5, bool computed 6, \
bool sensitive 7, bool deprecated 9, bool write_only 11
Object: *Attribute attributes 1, int32 nesting 3
Nested: string type_name 1, Block block 2, int32 nesting 3, int64 min_items 4, int64 max_items 5
Block: int64 version 1, *Attribute attributes 2, *Nested block_types 3, bool deprecated 6
Schema: int64 version 1, Block block 2
SchemaEntry: string key 1, Schema value 2
Capabilities: bool plan_destroy 1, bool get_provider_schema_optional 2
Schemas: Schema provider 1, *SchemaEntry resource_schemas 2, *SchemaEntry data_source_schemas 3, \
*Diagnostic diagnostics 4, Capabilities server_capabilities 6
ConfigRequest: Value config 1
ConfigureRequest: string terraform_version 1, Value config 2
TypedConfig: string type_name 1, Value config 2
UpgradeRequest: string type_name 1, int64 version 2, RawState raw_state 3
UpgradeResponse: Value upgraded_state 1, *Diagnostic diagnostics 2
ReadRequest: string type_name 1, Value current_state 2
ReadResponse: Value new_state 1, *Diagnostic diagnostics 2
PlanRequest: string type_name 1, Value prior_state 2, Value proposed_new_state 3, Value config 4
PlanResponse: Value planned_state 1, *Path requires_replace 2, *Diagnostic diagnostics 4, bool legacy_type_system 5
ApplyRequest: string type_name 1, Value prior_state 2, Value planned_state 3, Value config 4
ApplyResponse: Value new_state 1, *Diagnostic diagnostics 3, bool legacy_type_system 4
ImportRequest: string type_name 1, string id 2
Imported: string type_name 1, Value state 2
ImportResponse: *Imported imported_resources 1, *Diagnostic diagnostics 2
DataResponse: Value state 1, *Diagnostic diagnostics 2
Stopped: string error 1
Health: int32 status 1
"""

CALLS: Final = {
    "GetProviderSchema": ("Empty", "Schemas"),
    "ValidateProviderConfig": ("ConfigRequest", "Diagnosed"),
    "ValidateResourceConfig": ("TypedConfig", "DiagnosedFirst"),
    "ValidateDataResourceConfig": ("TypedConfig", "DiagnosedFirst"),
    "UpgradeResourceState": ("UpgradeRequest", "UpgradeResponse"),
    "ConfigureProvider": ("ConfigureRequest", "DiagnosedFirst"),
    "ReadResource": ("ReadRequest", "ReadResponse"),
    "PlanResourceChange": ("PlanRequest", "PlanResponse"),
    "ApplyResourceChange": ("ApplyRequest", "ApplyResponse"),
    "ImportResourceState": ("ImportRequest", "ImportResponse"),
    "ReadDataSource": ("TypedConfig", "DataResponse"),
    "StopProvider": ("Empty", "Stopped"),
}
"""Call of the service `tfplugin6.Provider` → its request and its response."""

_PACKAGE: Final = "andamio.sandbox"
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS: Final = {
    "bool": _Field.TYPE_BOOL,
    "bytes": _Field.TYPE_BYTES,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "string": _Field.TYPE_STRING,
}


def message(name: str) -> Any:
    """The class of a message of the table; raises `KeyError` for another."""
    return _CLASSES[name]


def _build() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="andamio-sandbox.proto", package=_PACKAGE, syntax="proto3")
    for line in _TABLE.strip().splitlines():
        name, _, fields = line.partition(":")
        described = file.message_type.add(name=name)
        for field in filter(None, (part.strip() for part in fields.split(","))):
            kind, label, number = field.split()
            repeated, kind = kind.startswith("*"), kind.lstrip("*")
            added = described.field.add(
                name=label,
                number=int(number),
                label=_Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL,
                type=_SCALARS.get(kind, _Field.TYPE_MESSAGE),
            )
            if kind not in _SCALARS:
                added.type_name = f".{_PACKAGE}.{kind}"
    pool = descriptor_pool.DescriptorPool()
    found = pool.AddSerializedFile(file.SerializeToString()) or pool.FindFileByName(file.name)
    return {name: message_factory.GetMessageClass(each) for name, each in found.message_types_by_name.items()}


_CLASSES: Final = _build()
