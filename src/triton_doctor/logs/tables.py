"""Triton's status table: the message of a model that failed, put together from its rows.

Older servers break a cell wherever its width ends, newer ones at the newlines of the message. A row
that fills its column to the edge is taken to go on in the next.
"""

from __future__ import annotations

import re

from triton_doctor.record import Mutable, Record, field

_ROW = re.compile(r"^\|([^|]*)\|([^|]*)\|(.*?)\|?\s*$")
_BORDER = re.compile(r"^\+[-+]{5,}")
MOST_ROWS = 300  # of one cell


class Cell(Record, frozen=True):
    """The status of one model; line: of its first row."""

    model: str
    text: str
    line: int


class Table(Mutable):
    """The table under way: rows go in, whole cells come out."""

    model: str = ""
    parts: list[str] = field(default_factory=list)
    line: int = 0
    open: bool = False

    def feed(self, number: int, text: str) -> Cell | None:
        """Take one cleaned line; the cell that it ends, if it ends one."""
        row = _ROW.match(text)
        if not row or _BORDER.match(text):
            return self.end()
        first, cell = row[1].strip(), row[3]
        done = None
        if first or not self.open:
            done = self.end()
            self.model, self.line, self.open = first, number, True
        if len(self.parts) < MOST_ROWS:
            self.parts.append(cell.removeprefix(" "))
        return done

    def end(self) -> Cell | None:
        """The cell that was under way."""
        if not self.open:
            return None
        cell = Cell(self.model, _joined(self.parts), self.line)
        self.open, self.parts = False, []
        return cell


def is_row(text: str) -> bool:
    """A row of such a table; ERR! stands in those of nvidia-smi, which are lines by themselves."""
    return bool(_ROW.match(text)) and "ERR!" not in text


def _joined(parts: list[str]) -> str:
    width = max(len(part) for part in parts) - 1
    full = [len(part.rstrip()) >= width for part in parts]
    broken = sum(full) > 1 or all(full[:-1])
    text = ""
    for part, to_the_edge in zip(parts, full, strict=True):
        text += part[:width].ljust(width) if broken and to_the_edge else part.rstrip() + "\n"
    return text.strip()
