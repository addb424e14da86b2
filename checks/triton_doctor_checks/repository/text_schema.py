"""Triton's own ModelConfig message: which fields there are, from model_config.json. Pure.

The table is made from the message as tritonclient ships it, release by release, by docs/schema.py.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from triton_doctor.api import Record, data

ROOT = "ModelConfig"
Version = tuple[int, ...]


class FieldType(Record, frozen=True):
    """kind: protobuf's word (int32, string, message, enum, ...); of: the message's or enum's name.

    many: it may stand several times; oneof: the group of which only one may be set; since: the
    Triton release that brought it, () for one that all known releases have; presence: it counts as
    set by its default value too, as the key and the value of a map's entry do.
    """

    name: str
    kind: str
    of: str = ""
    many: bool = False
    oneof: str = ""
    since: Version = ()
    presence: bool = False


class Schema(Record, frozen=True):
    """messages: the fields by name; enums: the numbers by name; newest: the last known release."""

    messages: dict[str, dict[str, FieldType]]
    enums: dict[str, dict[str, int]]
    newest: Version


@cache
def schema() -> Schema:
    """All that any known release understands."""
    table = data(__package__, "model_config.json")
    messages = {
        message: {name: _field(name, entry) for name, entry in fields.items()}
        for message, fields in table["messages"].items()
    }
    return Schema(messages, table["enums"], version(table["newest"]))


def version(text: str) -> Version:
    """`2.51.0` or `2.51` as numbers; what is no number ends it."""
    numbers: list[int] = []
    for part in text.split("."):
        if not (part.isascii() and part.isdigit()):
            break
        numbers.append(int(part))
    return tuple(numbers)


def _field(name: str, entry: dict[str, Any]) -> FieldType:
    return FieldType(
        name,
        entry["type"],
        entry.get("of", ""),
        entry.get("many", False),
        entry.get("oneof", ""),
        version(entry["since"]) if "since" in entry else (),
        entry.get("presence", False),
    )
