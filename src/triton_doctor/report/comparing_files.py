"""What differs between the same file of two repositories: settings by name, else lines. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

SHOWN, LENGTH = 3, 80  # lines of a side, and signs of a line or value
Parts = Iterator[tuple[str, str | None, str | None]]  # what of it, before, after; None: not there
_LAYOUT = ("", "", "")


def parts(before: str, after: str) -> Parts:
    """Empty texts for `what` mean the file itself."""
    old, new = _settings(before), _settings(after)
    if old is not None and new is not None:
        yield from [*_by_name(old, new)] or [_LAYOUT]
    else:
        yield from _by_line(before, after)


def _settings(text: str) -> dict[str, Any] | None:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _by_name(old: dict[str, Any], new: dict[str, Any]) -> Parts:
    for key in dict.fromkeys([*old, *new]):
        before, after = (
            _short(json.dumps(one[key], ensure_ascii=False)) if key in one else None
            for one in (old, new)
        )
        if before != after:
            yield key, before, after


def _by_line(before: str, after: str) -> Parts:
    """Lines that only one of them has; where none has, blanks or their order are what differs."""
    if before.split() == after.split():
        yield _LAYOUT
        return
    old, new = (Counter(filter(None, map(str.strip, one.split("\n")))) for one in (before, after))
    yield "", _lines(old - new), _lines(new - old)


def _lines(lines: Counter[str]) -> str:
    found = [*lines.elements()]
    more = [f"(+{len(found) - SHOWN})"] if len(found) > SHOWN else []
    return " | ".join([*map(_short, found[:SHOWN]), *more])


def _short(text: str) -> str:
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 1]}…"
