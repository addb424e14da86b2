"""What comes back from a model, piece by piece: server-sent events, and the text in them. Pure.

The grammar of events is the HTML standard's (9.2.5); any bytes are taken, cut at any place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from triton_doctor.record import Mutable, Record, field

_END = re.compile(rb"\r\n|\n|\r")
_MARK = b"\xef\xbb\xbf"
LIMIT = 4 << 20  # bytes without an event; a model's piece is a few dozen


class TooLong(ValueError):
    """An event that has no end."""


class Events(Mutable):
    """Bytes as they come, made into the data of events. strange: lines that belong to none."""

    strange: int = 0
    _line_so_far: list[bytes] = field(default_factory=list)
    _held: bytes = b""  # a carriage return, whose line feed may be in the next block
    _data: list[bytes] | None = None
    _size: int = 0
    _begun: bool = False

    def feed(self, block: bytes) -> Iterator[bytes]:
        """The events that this block ends. TooLong: none will end any more."""
        block = self._held + block
        self._held = b"\r" if block.endswith(b"\r") else b""
        *ended, rest = _END.split(block[: len(block) - len(self._held)])
        for line in ended:
            yield from self._line(b"".join([*self._line_so_far, line]))
            self._line_so_far = []
        if rest:
            self._line_so_far.append(rest)
        self._size += len(block)
        if self._size > LIMIT:
            raise TooLong

    def close(self) -> Iterator[bytes]:
        """What is left at the end: a last event may lack its blank line."""
        yield from self._line(b"".join(self._line_so_far))
        yield from self._line(b"")
        self._line_so_far, self._held = [], b""

    def _line(self, line: bytes) -> Iterator[bytes]:
        if not self._begun:
            self._begun, line = True, line.removeprefix(_MARK)
        if not line:
            if self._data is not None:
                self._size = 0
                yield b"\n".join(self._data)
            self._data = None
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data = [*(self._data or []), value.removeprefix(b" ")]
        elif name not in (b"", b"event", b"id", b"retry"):
            self.strange += 1


class Piece(Record, frozen=True):
    """One event or reply. text: None, there is none in it; error: the server's; tokens: as it
    counts them, None = not told; sound: it is UTF-8 and JSON of an object."""

    text: str | None = None
    error: str | None = None
    tokens: int | None = None
    sound: bool = True


def read(data: bytes) -> Piece:
    """An event's data, or the body of a whole reply."""
    try:
        words = data.decode("utf-8")
        sound = True
    except UnicodeDecodeError:
        words, sound = data.decode("utf-8", "replace"), False
    try:
        told = json.loads(words)
    except (ValueError, RecursionError):
        return Piece(sound=False)
    if not isinstance(told, dict):
        return Piece(sound=False)
    if "error" in told:
        return Piece(error=_error(told["error"]), sound=sound)
    return Piece(_text(told.get("text_output")), None, _count(told.get("num_output_tokens")), sound)


def _error(value: object) -> str:
    """Triton gives a text; servers of OpenAI's manner an object with a `message`."""
    if isinstance(value, dict):
        value = value.get("message", value)
    return value if isinstance(value, str) else json.dumps(value)


def _text(value: object) -> str | None:
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "\n\n".join(value)  # n > 1: several answers in one reply
    return value if isinstance(value, str) else None


def _count(value: object) -> int | None:
    if isinstance(value, list):
        counts = [one for one in value if isinstance(one, int)]
        return sum(counts) if counts else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class Gathered(Mutable):
    """The answer so far. old: asks whether the server repeats everything in each piece, which is
    only of interest where a piece begins with what was there before."""

    prompt: str
    old: Callable[[], bool]
    text: str = ""
    tokens: int = 0
    counted: int = 0
    pieces: int = 0
    junk: int = 0
    _cumulative: bool | None = None

    def take(self, piece: Piece) -> str:
        """What is new in it, to be shown."""
        if piece.text is None:
            self.junk += piece.error is None
            return ""
        self.junk += not piece.sound
        self.counted += piece.tokens or 0
        new = self._new(piece.text)
        self.pieces += bool(new)
        self.text += new
        return new

    def _new(self, text: str) -> str:
        if self._cumulative is None and text and self.prompt:
            self._cumulative = text.startswith(self.prompt) and self.old()
        if self._cumulative:
            return text[len(self.prompt) + len(self.text) :]
        return text
