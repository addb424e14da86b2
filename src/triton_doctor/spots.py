"""Places in a text: line and column, both from 1, and the line shown with a mark below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NUMBERED = re.compile(r"\d+ \| ")


def spot(text: str, index: int) -> tuple[int, int]:
    """Line and column of the character at `index`, as an editor counts them."""
    start = text.rfind("\n", 0, index) + 1
    return text.count("\n", 0, index) + 1, index - start + 1


def pointed(text: str, line: int, column: int, width: int = 100) -> tuple[str, ...]:
    """The line as it stands, cut around the place if it is long, with a mark below the place.

    Two lines: `3 | "dtype": half,` and the mark; nothing where the line is blank.
    """
    source = _line(text, line)
    start = max(0, column - 1 - width // 2) if len(source) > width else 0
    head = f"{line} | "
    part = source[start : start + width].replace("\t", " ")
    if not part.strip():
        return ()
    return (head + part, " " * (len(head) + column - 1 - start) + "^")


def excerpts(evidence: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Lines of evidence, each with the mark below it where it has one."""
    before: tuple[str, ...] = ()
    for one in evidence:
        if before and one.strip() == "^":
            yield (*before, one)
            before = ()
            continue
        if before:
            yield before
        before = (one,)
    if before:
        yield before


def narrowed(excerpt: tuple[str, ...], width: int) -> tuple[str, ...]:
    """In a window that is narrower than the line the part around the mark, and the mark below."""
    if len(excerpt) < 2 or max(map(len, excerpt)) <= width:
        return excerpt
    shown, mark = excerpt
    begin = shown.find(" | ") + 3 if _NUMBERED.match(shown) else 0
    at, room = mark.index("^") - begin, width - begin - 1  # it may stand behind the last sign
    start = max(0, min(at - room // 2, len(shown) - begin - room))
    part = shown[begin + start : begin + start + room]
    return (shown[:begin] + part, " " * (begin + at - start) + "^")


def _line(text: str, line: int) -> str:
    lines = text.split("\n", line)
    return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
