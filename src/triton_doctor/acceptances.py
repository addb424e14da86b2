"""The entries `[[accept]]` of a settings file: problems that somebody knows of, and until when.

`until` is a date, the last day on which the entry holds, or a version from which on it holds no
more: `image 25.09` or `triton-doctor 0.3`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from triton_doctor.errors import UsageError
from triton_doctor.model import Acceptance, Accepted

KEY = "accept"
_REQUIRED, _OPTIONAL = ("problem", "reason", "until"), ("where",)
_VERSION = re.compile(r"(image|triton-doctor) (\d+(?:\.\d+)*)")
_TABLE = re.compile(r"\s*\[\[\s*[\"']?accept[\"']?\s*\]\]")
_LIST = re.compile(r"\s*[\"']?accept[\"']?\s*=")
_EXAMPLE = 'until = "2027-01-31", "image 25.09" or "triton-doctor 0.3"'


def read(value: object, source: str, path: str) -> Iterator[Acceptance]:
    """The entries in their order. UsageError names file, line and key of a bad one."""
    lines = _lines(source)
    entries = value if isinstance(value, list) else [value]
    for number, entry in enumerate(entries):
        place = f"{path}:{lines[min(number, len(lines) - 1)]}"
        where = f"{place}: {KEY}"
        if not isinstance(entry, Mapping):
            raise UsageError(
                f"expected tables, got {entry!r}", where=where, hint="Each begins with [[accept]]."
            )
        yield _entry(entry, where, place)


def _lines(source: str) -> list[int]:
    """The line, from 1, on which each entry begins; where they are one list, that of the list."""
    every = list(enumerate(source.splitlines(), start=1))
    tables = [number for number, line in every if _TABLE.match(line)]
    return tables or [number for number, line in every if _LIST.match(line)] or [1]


def _entry(entry: Mapping[str, Any], where: str, place: str) -> Acceptance:
    unknown = [key for key in entry if key not in (*_REQUIRED, *_OPTIONAL)]
    if unknown:
        known = ", ".join((*_REQUIRED, *_OPTIONAL))
        raise UsageError(
            f"{unknown[0]} is not a key of it", where=where, hint=f"Its keys: {known}."
        )
    for key in _REQUIRED:
        if key not in entry:
            hint = _EXAMPLE if key == "until" else f'{key} = "..."'
            raise UsageError(f"{key} is missing", where=where, hint=hint)
    values = {key: _text(key, value, where) for key, value in entry.items()}
    accepted = Accepted(values["reason"], _until(values["until"], where), place)
    return Acceptance(values["problem"], values.get("where"), accepted)


def _text(key: str, value: object, where: str) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{key}: expected a text that is not empty, got {value!r}", where=where)
    return " ".join(value.split())


def _until(text: str, where: str) -> str:
    if _VERSION.fullmatch(text):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(
            f"until: neither a date nor a version: {text!r}", where=where, hint=_EXAMPLE
        ) from None


def has_run_out(accepted: Accepted, today: date, versions: Mapping[str, str]) -> bool:
    """Whether an entry holds no more. versions: by the words `image` and `triton-doctor`.

    Raises UsageError where the version that it speaks of is not known.
    """
    match = _VERSION.fullmatch(accepted.until)
    if not match:
        return date.fromisoformat(accepted.until) < today
    now = versions.get(match[1], "")
    if not now:
        raise UsageError(
            f"until {accepted.until!r}: the name of this image tells no release",
            where=f"{accepted.place}: {KEY}",
            hint="Give a date instead.",
        )
    return _numbers(now) >= _numbers(match[2])


def _numbers(version: str) -> tuple[int, ...]:
    """`0.10.1` as numbers, without noughts at its end, so that 1.0 is not before 1."""
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
