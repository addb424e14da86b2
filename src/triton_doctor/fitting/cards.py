"""Graphics cards by name, with the memory that CUDA sees of each."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from triton_doctor.record import Record

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(gib|gb|g|mib)", re.IGNORECASE)
_MEMORY = re.compile(r"\d+gb")
_MOST = 1 << 40  # bytes; no card has more
_KEPT = 0.0125  # of what a card is sold as, give or take as much
_UNITS = {"gib": 2**30, "gb": 2**30, "g": 2**30, "mib": 2**20}


class Card(Record, frozen=True):
    """total: bytes that CUDA sees, and error: by how many it may be another number; free: of these
    now (None: all); capability: of compute, None = not known.
    """

    name: str
    total: int
    free: int | None = None
    capability: tuple[int, int] | None = None
    error: int = 0

    @property
    def is_a100(self) -> bool:
        return "a100" in self.name.lower()

    @property
    def is_h100(self) -> bool:
        return any(one in self.name.lower() for one in ("h100", "h200"))

    @property
    def eight_bits(self) -> bool:
        """Whether it computes with 8-bit floating point: compute capability 8.9 and later."""
        return self.capability is not None and self.capability >= (8, 9)


def names() -> list[str]:
    """The cards that are known, as they are written."""
    return [row["name"] for row in _rows()]


def card(text: str) -> Card | None:
    """A card by what a person calls it: `H100 80GB`, `rtx 4090`, `NVIDIA L4`; or `24GiB`.

    None where the name is unknown, or fits several cards of different memory.
    """
    bare = _SIZE.fullmatch(text.strip())
    if bare:
        return _sized(text.strip(), float(bare[1]), bare[2].lower())
    best = _best(text)
    if len({row["gib"] for row in best}) != 1:
        return None
    row = best[0]
    major, _, minor = row["capability"].partition(".")
    total = int(row["gib"] * 2**30)
    error = 0 if row["from"] == "measured" else total // 100
    return Card(row["name"], total, None, (int(major), int(minor)), error)


def fitting(text: str) -> list[str]:
    """Known cards that go by this name."""
    return [row["name"] for row in _best(text)]


def _best(text: str) -> list[dict[str, Any]]:
    asked = _words(text)
    every = [row for row in _rows() if asked and _fits(asked, row)]
    exact = [row for row in every if _words(row["name"]) == asked]
    # `H100` is no `H100 NVL`; of an `A100` there are two of that very name.
    return exact or [row for row in every if _kind(row) == asked] or every


def alike(text: str) -> list[str]:
    """Known cards that share a word with a digit with this name, for saying what was meant."""
    asked = {word for word in _words(text) if any(sign.isdigit() for sign in word)}
    return [row["name"] for row in _rows() if asked & _all_words(row)]


def _sized(name: str, number: float, unit: str) -> Card | None:
    """A card by its memory. What is sold as 24GB shows CUDA one or two per cent less."""
    total = number * _UNITS[unit]
    if not 0 < total <= _MOST:
        return None
    if unit in ("gib", "mib"):
        return Card(name, int(total))
    return Card(name, int(total * (1 - _KEPT)), error=int(total * _KEPT))


def _kind(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(word for word in _words(row["name"]) if not _MEMORY.fullmatch(word))


def _fits(asked: frozenset[str], row: dict[str, Any]) -> bool:
    return asked <= _all_words(row) and bool(asked & _kind(row))


def _all_words(row: dict[str, Any]) -> frozenset[str]:
    return _words(" ".join([row["name"], *row.get("also", [])]))


def _words(text: str) -> frozenset[str]:
    """`NVIDIA H100 80 GB HBM3` as {h100, 80gb, hbm3}."""
    plain = re.sub(r"(?<![a-z0-9])(\d+)\s*(gib|gb|g)\b", r"\1gb", text.lower())
    plain = re.sub(r"\b(rtx|gtx|tesla|titan)(?=\d)|(?<=\d)(?=(?:ti|super)\b)", r"\1 ", plain)
    left = re.split(r"[\s_/()-]+", plain)
    return frozenset(
        one for one in left if one and one not in ("nvidia", "geforce", "tesla", "gpu")
    )


@cache
def _rows() -> list[dict[str, Any]]:
    from importlib import resources

    import tomli

    text = (resources.files("triton_doctor.fitting") / "cards.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomli.loads(text)["card"]
    return rows
