"""What a service of a compose file has in common with the options of `docker run`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from triton_doctor.launching import arguments
from triton_doctor.launching.compose_nodes import (
    Keys,
    child,
    children,
    interpolated,
    items_of,
    option_of,
    scalar,
    texts_of,
)
from triton_doctor.launching.shells import bash
from triton_doctor.launching.shells.words import Variable as Unset
from triton_doctor.launching.shells.words import Word
from triton_doctor.probes.given_command import Mount, Option, Port, Variable
from triton_doctor.record import replace

if TYPE_CHECKING:
    from yaml import Node


def gpus(service: Keys) -> Iterator[Option]:
    """`gpus: all`, or the devices that a service reserves."""
    if "gpus" in service:
        key, value = service["gpus"]
        yield option_of("gpus", key, value, _devices(value))
    place = service
    for part in ("deploy", "resources", "reservations"):
        place = children(child(place, part))
    if "devices" in place:
        key, value = place["devices"]
        for one in items_of(value):
            if {"gpu", "nvidia"} & {
                *texts_of(child(children(one), "capabilities")),
                *texts_of(child(children(one), "driver")),
            }:
                yield option_of("gpus", key, value, _devices(one))


def _devices(node: Node) -> str:
    from yaml import ScalarNode

    if isinstance(node, ScalarNode):
        return scalar(node)
    first = children(next(iter(items_of(node)), None))
    ids, count = texts_of(child(first, "device_ids")), texts_of(child(first, "count"))
    if ids:
        return f'"device={",".join(ids)}"'
    return count[0] if count else "all"


def mounts(service: Keys, base: str) -> Iterator[Mount]:
    for node in items_of(service["volumes"][1]) if "volumes" in service else ():
        keys = children(node)
        at = option_of("volume", service["volumes"][0], node, "" if keys else None)
        short = arguments.volume(at.value or "", at, "compose")
        one = _long_mount(keys, at) if keys else short
        yield replace(one, source=_beside(base, one.source)) if one.kind == "bind" else one


def _long_mount(keys: Keys, at: Option) -> Mount:
    kind = "".join(texts_of(child(keys, "type"))) or "volume"
    source, target = child(keys, "source"), child(keys, "target")
    text, unset = interpolated(scalar(source) if source is not None else "")
    return Mount(
        form="compose",
        kind=kind,
        source=text,
        target=scalar(target) if target is not None else "",
        start=at.start,
        end=at.end,
        source_start=source.start_mark.index if source is not None else at.start,
        unset=unset,
    )


def _beside(base: str, source: str) -> str:
    """A path that begins with a dot is meant from the folder of the file."""
    if source == "." or source.startswith("./"):
        return base if source in (".", "./") else f"{base}/{source[2:]}"
    return f"{base}/{source}" if source.startswith("../") else source


def ports(service: Keys) -> Iterator[Port]:
    for node in items_of(service["ports"][1]) if "ports" in service else ():
        keys, start, end = children(node), node.start_mark.index, node.end_mark.index
        value = interpolated(scalar(node))[0]
        if keys:
            host, inside = texts_of(child(keys, "published")), texts_of(child(keys, "target"))
            value = f"{host[0]}:{inside[0]}" if host and inside else "".join(inside)
        one = arguments.port(value, start, end)
        if one is not None:
            yield one


def variables(service: Keys) -> Iterator[Variable]:
    if "environment" not in service:
        return
    node = service["environment"][1]
    for name, (key, value) in children(node).items():
        empty = value.tag == "tag:yaml.org,2002:null"
        text, unset = interpolated(scalar(value))
        at = key if empty else value
        yield Variable(name, None if empty else text, at.start_mark.index, at.end_mark.index, unset)
    for one in items_of(node) if not children(node) else ():
        name, sign, rest = scalar(one).partition("=")
        text, unset = interpolated(rest)
        start, end = one.start_mark.index, one.end_mark.index
        yield Variable(name, text if sign else None, start, end, unset)


def words(text: str, node: Node | None) -> list[Word]:
    """A command, in one text or as a list; the text is parted as a shell does it."""
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, SequenceNode):
        return [_word(one) for one in node.value]
    if not isinstance(node, ScalarNode):
        return []
    value = interpolated(scalar(node))[0]
    raw = text[node.start_mark.index : node.end_mark.index]
    inside = raw.find(value)
    words = [word for one in bash.read(value, {}).statements for word in one.words]
    begin = node.start_mark.index

    def moved(place: int) -> int:
        return begin + inside + place if inside >= 0 else begin

    return [replace(word, start=moved(word.start), end=moved(word.end)) for word in words]


def _word(node: Node) -> Word:
    text, unset = interpolated(scalar(node))
    start, end = node.start_mark.index, node.end_mark.index
    return Word(text, start, end, tuple(Unset(name, start, end) for name in unset))
