"""Messages that were broken over several lines on their way, as in a mail or a terminal's copy.

Nothing is lost by trying: it is done only where no line by itself told the cause, and only with
the beginning and the end of a log.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.logs.cleaning import cleaned, decode
from triton_doctor.record import Mutable, Record

END = 64 << 10  # bytes kept from each side
_OWN = ("|", "+-", "Traceback", "  File ", "At:")  # lines that go on from none
LINES = 4  # that one message may be broken over


class Kept(Mutable):
    """The beginning and the end of a log."""

    head: bytes = b""
    tail: bytes = b""
    behind: int = 0  # newlines between the two

    def feed(self, block: bytes) -> None:
        room = END - len(self.head)
        if room > 0:
            self.head += block[:room]
            block = block[room:]
        if block:
            data = self.tail + block if self.tail else block
            self.tail = data[-END:]
            self.behind += data.count(b"\n", 0, max(0, len(data) - END))

    def text(self) -> list[tuple[int, str]]:
        """Numbered lines; those in the gap between the two halves are not there."""
        if not self.behind:
            return list(enumerate(decode_all(self.head + self.tail), 1))
        head = list(enumerate(decode_all(self.head), 1))
        first = self.head.count(b"\n") + self.behind + 1
        return head[:-1] + list(enumerate(decode_all(self.tail), first))[1:]


def decode_all(data: bytes) -> list[str]:
    return [decode(line) for line in data.split(b"\n")]


class Joined(Record, frozen=True):
    """A message put together again. line, raw: its first line; first: characters of that one."""

    line: int
    raw: str
    text: str
    first: int


def joined(lines: list[tuple[int, str]]) -> Iterator[Joined]:
    """Each line with those that go on from it, at a blank and within a word."""
    cleans = [(number, raw, cleaned(raw)) for number, raw in lines if raw.strip()]
    for place, (number, raw, message) in enumerate(cleans):
        parts = [message.text]
        for _, _, more in cleans[place + 1 : place + LINES]:
            if more.framed or more.text.startswith(_OWN):
                break
            parts.append(more.text.strip())
        if len(parts) > 1 and message.text and not message.text.startswith(_OWN):
            for text in (" ".join(parts), "".join(parts)):
                yield Joined(number, raw, text, len(message.text))
