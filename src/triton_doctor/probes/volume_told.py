"""Reading what `volume_script` says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from triton_doctor.probes.outside_view import plain
from triton_doctor.probes.probe_script import disk_numbers
from triton_doctor.probes.weights_store import Listed
from triton_doctor.record import Mutable, Record, field

Kind = Literal["file", "folder", "broken", "denied", "other"]
_KINDS: dict[str, Kind] = {
    "file": "file", "folder": "folder", "broken": "broken", "denied": "denied", "other": "other",
}  # fmt: skip


class Place(Mutable):
    """What one argument of the script led to. It is a Store.

    there: it could be entered; closed: it is there and could not be. commit: what the revision
    stands for; blobs: names of the downloaded files, those that end in `.incomplete` among them.
    """

    there: bool = False
    closed: bool = False
    commit: str = ""
    blobs: list[str] = field(default_factory=list)
    names: dict[str, Listed] = field(default_factory=dict)
    heads: dict[str, bytes] = field(default_factory=dict)
    tails: dict[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> bytes:
        return self.heads.get(name, b"")

    def head(self, name: str) -> bytes:
        return self.heads.get(name, b"")

    def ends(self, name: str) -> tuple[bytes, bytes]:
        return self.heads.get(name, b""), self.tails.get(name, b"")


class VolumeTold(Record, frozen=True):
    """All that the script said: by argument what is there, and the disk's numbers in bytes."""

    places: Mapping[str, Place]
    total: int | None = None
    free: int | None = None


class Lacking(Exception):
    """The image has not what the script needs."""


def parse(out: bytes) -> VolumeTold | None:
    """What the script wrote; None where it did not come to its end. Raises Lacking."""
    places: dict[str, Place] = {}
    disk: tuple[int | None, int | None] = (None, None)
    last, ended = Place(), False
    name = ""
    for key, value in _fields(out):
        said = plain(value)
        if key == "lacks":
            raise Lacking(said)
        if key == "disk":
            disk = disk_numbers(value)
        elif key == "place":
            last = places[said] = Place()
        elif key == "done":
            ended = True
        else:
            name = _taken(last, key, said, value, name)
    return VolumeTold(places, *disk) if ended else None


def _taken(place: Place, key: str, said: str, value: bytes, name: str) -> str:
    """Puts one field into its place; gives the name that the next ones are about."""
    if key == "of":
        return said
    if key in _KINDS:
        place.names[said] = Listed(_KINDS[key])
        return said
    if key == "size":
        place.names[name] = Listed("file", int(said) if said.isdecimal() else 0)
    elif key in ("head-bytes", "tail-bytes"):
        (place.heads if key == "head-bytes" else place.tails)[name] = value
    elif key == "end":
        place.there = True
    elif key == "closed":
        place.closed = True
    elif key == "commit":
        place.commit = said
    elif key == "blob":
        place.blobs.append(said)
    return name


def _fields(out: bytes) -> Iterator[tuple[str, bytes]]:
    """Keys with their values; raw bytes under `head-bytes` and `tail-bytes`."""
    at, last = 0, b""
    shares: list[tuple[bytes, int]] = []
    while at < len(out):
        key, at = _word(out, at)
        value, at = _word(out, at)
        name = key.decode("ascii", "replace")
        if name in ("head-bytes", "tail-bytes"):
            value, at = out[at : at + _number(value)], at + _number(value)
        elif name == "file":
            last = value
        elif name == "share":
            shares.append((last, _number(value)))
            continue
        elif name == "shared":
            for file, count in shares:
                yield "of", file
                yield "head-bytes", out[at : at + count]
                at += count
            shares = []
            continue
        yield name, value


def _number(word: bytes) -> int:
    return int(word) if word.isdigit() else 0


def _word(out: bytes, at: int) -> tuple[bytes, int]:
    end = out.find(b"\0", at)
    return (out[at:], len(out)) if end < 0 else (out[at:end], end + 1)
