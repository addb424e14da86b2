"""Blocks of bytes to the few lines that may matter, by number, in memory that does not grow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from triton_doctor.record import Record

END = 64 << 10  # bytes of a line without an end that are kept from each side
_COLOUR = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


class Line(Record, frozen=True):
    """One line as it is in the log; number: from 1."""

    number: int
    raw: bytes


class Scanner:
    """Cuts blocks into lines and gives out those in which `places` finds something.

    `want` asks for so many of the lines that follow, whatever is in them; `afresh` for another
    look at what follows, where `places` has come to look for more than it did.
    """

    def __init__(
        self, places: Callable[[bytes], list[int]], worth: Callable[[bytes], bool]
    ) -> None:
        self._places, self._worth = places, worth
        self._rest = b""
        self._head = b""  # of a line that is too long to be kept
        self._owed = 0
        self._anew = False
        self.lines = 0  # whole lines behind us

    def want(self, lines: int) -> None:
        """Give out the next lines too."""
        self._owed = max(self._owed, lines)

    def enough(self) -> None:
        """What was wanted is over."""
        self._owed = 0

    def afresh(self) -> None:
        """Look once more for what stands behind the line that was given out."""
        self._anew = True

    def feed(self, block: bytes) -> Iterator[Line]:
        data = self._rest + block if self._rest else block
        end = data.rfind(b"\n") + 1
        if not end:
            self._rest = self._shortened(data)
            return
        if self._head:
            first = data.find(b"\n") + 1
            yield from self._long(data[:first])
            lines = data[first:end]
        else:
            lines = data[:end]
        self._rest = self._shortened(data[end:])
        if lines:
            yield from self._whole(lines)

    def finish(self) -> Iterator[Line]:
        """The last line, where no newline ends it."""
        if self._head:
            yield from self._long(self._rest)
        elif self._rest:
            yield from self._whole(self._rest)
        self._rest = b""

    def _shortened(self, data: bytes) -> bytes:
        """Of a line without an end, what is kept for now."""
        if len(data) <= 2 * END:
            return data
        if not self._head:
            self._head = data[:END]
        return data[-END:]

    def _long(self, tail: bytes) -> Iterator[Line]:
        line = self._head + b" ... " + tail[-END:]
        self._head = b""
        yield from self._whole(line if line.endswith(b"\n") else line + b"\n")

    def _whole(self, data: bytes) -> Iterator[Line]:
        """Lines that are all there."""
        if b"\x1b" in data:
            searched = _COLOUR.sub(b"", data)
            same = searched.count(b"\n") == data.count(b"\n")
            data = searched if same else data
        behind, number = 0, self.lines
        places = iter(self._places(data))
        while (place := next(places, None)) is not None:
            if place < behind:
                continue
            start = data.rfind(b"\n", 0, place) + 1
            if self._owed:
                yield from self._wanted(data, behind, start, number)
            number += data.count(b"\n", behind, start)
            behind = _end(data, place)
            number += 1
            line = data[start:behind].rstrip(b"\n")
            if self._owed or self._worth(line):
                yield Line(number, line)
            if self._anew:
                self._anew = False
                places = iter([behind + one for one in self._places(data[behind:])])
        if self._owed:
            yield from self._wanted(data, behind, len(data), number)
        unended = behind < len(data) and not data.endswith(b"\n")
        self.lines = number + data.count(b"\n", behind) + unended

    def _wanted(self, data: bytes, start: int, stop: int, number: int) -> Iterator[Line]:
        """Lines that were asked for, between two in which something stands."""
        while self._owed and start < stop:
            end = _end(data, start)
            self._owed -= 1
            number += 1
            yield Line(number, data[start:end].rstrip(b"\n"))
            start = end


def _end(data: bytes, place: int) -> int:
    end = data.find(b"\n", place)
    return len(data) if end < 0 else end + 1
