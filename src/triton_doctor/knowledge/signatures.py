"""Reading `signatures.toml`: how each problem of an area looks in a log.

It lies beside `check.toml`, so that a run that reads no log does not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import tomli

from triton_doctor.errors import CatalogueError
from triton_doctor.model import Rank, Signature
from triton_doctor.record import Record

FILE = "signatures.toml"


class SignatureTable(msgspec.Struct, forbid_unknown_fields=True):
    """One `[[SLUG]]` of signatures.toml, or one `[[problem.SLUG.signature]]` of check.toml."""

    regex: str
    samples: list[str]
    others: list[str] = []
    also: list[str] = []
    case: str | None = None
    rank: Rank = "cause"
    give: dict[str, str] = {}

    def signature(self) -> Signature:
        return Signature(
            regex=self.regex,
            samples=tuple(self.samples),
            others=tuple(self.others),
            also=tuple(self.also),
            case=self.case,
            rank=self.rank,
            give=self.give,
        )


class Known(Record, frozen=True):
    """A signature with the problem that it tells of."""

    problem: str
    signature: Signature


class HarmlessTable(msgspec.Struct, forbid_unknown_fields=True):
    """One `[[harmless]]` of noise.toml: a line that is never a cause.

    beside: it becomes worth showing only where something has failed.
    """

    regex: str
    samples: list[str]
    why: str
    others: list[str] = []
    beside: bool = False


class Signatures(Record, frozen=True):
    """All that is known of lines: those that tell of a problem, and those that tell of none."""

    known: tuple[Known, ...]
    harmless: tuple[HarmlessTable, ...] = ()


def read_signatures(area_id: str, source: bytes, place: str) -> list[Known]:
    """The signatures of one area. Raises CatalogueError, which names the place and the key."""
    table = _toml(source, place)
    try:
        slugs = msgspec.convert(table, dict[str, list[SignatureTable]])
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{place}: {error}") from None
    return [
        Known(f"{area_id}/{slug}", one.signature()) for slug, many in slugs.items() for one in many
    ]


def read_harmless(source: bytes, place: str) -> list[HarmlessTable]:
    """The lines of noise.toml. Raises CatalogueError, which names the place and the key."""
    try:
        return msgspec.convert(_toml(source, place).get("harmless", []), list[HarmlessTable])
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{place}: {error}") from None


def _toml(source: bytes, place: str) -> Mapping[str, Any]:
    try:
        return tomli.loads(source.decode("utf-8"))
    except (UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        raise CatalogueError(f"{place}: {error}") from None
