"""Places in a text: line and column, both from 1, and the line shown with a mark below."""

from __future__ import annotations


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


def _line(text: str, line: int) -> str:
    lines = text.split("\n", line)
    return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
