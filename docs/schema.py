"""Writes the table of Triton's ModelConfig message: `python docs/schema.py WHEEL...`.

The wheels are those of tritonclient, one for each Triton release; each holds the message of its
release as generated code. Only the descriptor in it is read: nothing of the wheel is run. Needs
protobuf, which the doctor itself does not.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

TABLE = Path("checks/triton_doctor_checks/repository/model_config.json")
# The newest descriptor as it is, with which tests ask protobuf itself.
DESCRIPTOR = Path("tests/recordings/model_config.binpb")
_MODULE, _PACKAGE = "tritonclient/grpc/model_config_pb2.py", ".inference."
_TYPES = {number: name[5:].lower() for name, number in FieldDescriptorProto.Type.items()}
Version = tuple[int, ...]
Table = dict[str, dict[str, Any]]


def main(wheels: list[str]) -> None:
    every = sorted((_version(wheel), described(Path(wheel))) for wheel in wheels)
    newest, (messages, enums) = every[-1]
    for version, (older, older_enums) in reversed(every[:-1]):
        following = every[[one for one, _ in every].index(version) + 1][0]
        _mark(messages, older, following)
        _mark_values(enums, older_enums)
    first = ".".join(map(str, every[0][0]))
    table = {
        "source": "inference.ModelConfig in tritonclient/grpc/model_config_pb2.py of tritonclient",
        "first": first,
        "newest": ".".join(map(str, newest)),
        "messages": messages,
        "enums": enums,
    }
    TABLE.write_text(written(table), encoding="utf-8")
    last = max(wheels, key=_version)
    DESCRIPTOR.write_bytes(descriptor(Path(last)).SerializeToString())
    sys.stdout.write(f"{TABLE}: {len(messages)} messages, {first} to {table['newest']}\n")


def described(wheel: Path) -> tuple[Table, Table]:
    """The messages (fields by name) and the enums (numbers by name) of one release."""
    file = descriptor(wheel)
    messages: Table = {}
    enums: Table = {one.name: {v.name: v.number for v in one.value} for one in file.enum_type}
    for message in file.message_type:
        _collect(message, "", messages, enums)
    return messages, enums


def descriptor(wheel: Path) -> FileDescriptorProto:
    """The message's own description in a wheel of tritonclient."""
    with zipfile.ZipFile(wheel) as packed:
        name = next(name for name in packed.namelist() if name.endswith(_MODULE))
        return next(_descriptors(packed.read(name).decode()))


def written(table: dict[str, Any]) -> str:
    """As JSON with a line for each field, so that a change of Triton's is a change of lines."""
    text = json.dumps(table, indent=1)
    return re.sub(r"\{\s*(\"(?:type|TYPE_|[A-Z])[^{}]*?)\s*\}", _flat, text) + "\n"


def _flat(hit: re.Match[str]) -> str:
    return "{" + re.sub(r"\s*\n\s*", " ", hit[1]) + "}"


def _version(wheel: str) -> Version:
    numbers = re.findall(r"\d+", Path(wheel).name.split("-")[1])
    return tuple(map(int, numbers[:3]))


def _descriptors(source: str) -> Iterator[FileDescriptorProto]:
    for node in ast.walk(ast.parse(source)):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, bytes) and value.startswith(b"\n\x12model_config.proto"):
            yield FileDescriptorProto.FromString(value)


def _collect(message: DescriptorProto, above: str, messages: Table, enums: Table) -> None:
    if message.reserved_name:
        raise ValueError(
            f"{message.name} reserves names: the reader does not know how to skip them"
        )
    name = above + message.name
    messages[name] = {field.name: _field(field, message) for field in message.field}
    for enum in message.enum_type:
        enums[f"{name}.{enum.name}"] = {one.name: one.number for one in enum.value}
    for inner in message.nested_type:
        _collect(inner, f"{name}.", messages, enums)


def _field(field: FieldDescriptorProto, message: DescriptorProto) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": _TYPES[field.type]}
    if field.type_name:
        entry["of"] = field.type_name.removeprefix(_PACKAGE)
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        entry["many"] = True
    if field.HasField("oneof_index"):
        entry["oneof"] = message.oneof_decl[field.oneof_index].name
    if message.options.map_entry:
        entry["presence"] = True
    return entry


def _mark(messages: Table, older: Table, following: Version) -> None:
    """Notes the version `following` at each field that the release before did not have."""
    for name, fields in messages.items():
        for field, entry in fields.items():
            before = older.get(name, {}).get(field)
            if before is None:
                entry.setdefault("since", ".".join(map(str, following)))
            elif {**entry, "since": ""} != {**before, "since": ""}:
                raise ValueError(f"{name}.{field} was {before}, is {entry}")
    for name, fields in older.items():
        gone = set(fields) - set(messages.get(name, {}))
        if gone:
            raise ValueError(f"{name} lost {gone}: the table has no word for that")


def _mark_values(enums: Table, older: Table) -> None:
    for name, values in older.items():
        if values != enums.get(name):
            raise ValueError(f"{name} had other values: the table has no word for that")


if __name__ == "__main__":
    main(sys.argv[1:])
