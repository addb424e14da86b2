"""The nodes of a YAML file: values by their keys, texts with their variables. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triton_doctor.probes.given_command import Option

if TYPE_CHECKING:
    from yaml import Node

_PARAMETER = re.compile(r"\$(?:\$|\{(\w+)(?:(:?[-?+])([^}]*))?\}|([A-Za-z_]\w*))")
Keys = dict[str, "tuple[Node, Node]"]


def scalar(node: Node) -> str:
    """The text of a plain value; empty for a list or a mapping, which is none."""
    return node.value if isinstance(node.value, str) else ""


def children(node: Node | None) -> Keys:
    """A mapping's values by their keys, those of `<<` below its own."""
    from yaml import MappingNode

    if not isinstance(node, MappingNode):
        return {}
    found: Keys = {}
    for key, value in node.value:
        if scalar(key) == "<<":
            for one in items_of(value):
                found = {**children(one), **found}
    return {**found, **{scalar(key): (key, value) for key, value in node.value}}


def items_of(node: Node) -> list[Node]:
    from yaml import SequenceNode

    return list(node.value) if isinstance(node, SequenceNode) else [node]


def child(keys: Keys, name: str) -> Node | None:
    return keys[name][1] if name in keys else None


def texts_of(node: Node | None) -> list[str]:
    return [] if node is None else [scalar(one) for one in items_of(node)]


def interpolated(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with the defaults of `${X:-default}`; names that have none stay, and are told."""
    unset: list[str] = []

    def fill(hit: re.Match[str]) -> str:
        if hit[0] == "$$":
            return "$"
        name = hit[1] or hit[4]
        if hit[2] in ("-", ":-") and hit[3]:
            return hit[3]
        if name == "PWD":
            return "."
        unset.append(name)
        return hit[0]

    return _PARAMETER.sub(fill, text), tuple(unset)


def option_of(name: str, key: Node, node: Node, value: str | None = None) -> Option:
    text, unset = interpolated(scalar(node) if value is None else value)
    start = node.start_mark.index
    return Option(
        name=name,
        written=scalar(key),
        value=text,
        start=start if name in ("env", "volume", "publish") else key.start_mark.index,
        end=node.end_mark.index,
        value_start=start,
        unset=unset,
    )
