"""The words of protobuf's text format, cut as libprotobuf's C++ `io::Tokenizer` cuts them. Pure.

Written after google/protobuf/io/tokenizer.cc as the text format's parser sets it up: `#` begins a
comment, a number may end in `f`, a number and a word need a blank between them. Its messages are
kept letter for letter. Where C++ notes an error and goes on, the file is refused in the end all the
same, and the first note is what the server's log shows first; so the first one stops here.
"""

from __future__ import annotations

import re

from triton_doctor_checks.repository.text_schema import FieldType

WORD, INTEGER, FLOAT, TEXT, SYMBOL, END = range(6)

# Nearly all of a file: blanks and comments, then a plain word, number, text or sign.
_PLAIN = re.compile(
    r"""[ \t\r\n\v\f]*(?:\#[^\n\0]*\n[ \t\r\n\v\f]*)*
    (?: ([A-Za-z_][A-Za-z0-9_]*)
      | ((?:0|[1-9][0-9]*)(?![A-Za-z0-9_.]))
      | (?!)()
      | ("[^"\\\n\0]*"|'[^'\\\n\0]*')
      | ([!$%&()*+,\-/:;<=>?@\[\\\]^`{|}~\x7f]|\.(?![0-9]))
      | (\Z)
    )""",
    re.VERBOSE,
)
_SKIP = re.compile(r"(?:[ \t\r\n\v\f]+|#[^\n\0]*\n?)*")
_DIGITS, _OCTAL, _HEX = re.compile("[0-9]*"), re.compile("[0-7]*"), re.compile("[0-9A-Fa-f]*")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_INSIDE = {'"': re.compile(r'[^"\\\n\0]*'), "'": re.compile(r"[^'\\\n\0]*")}
_ESCAPE = re.compile(r"""[abfnrtv\\?'"0-7]""")
_ANY = "0123456789abcdefABCDEF"
# After the backslash: the letter, what may follow it sign by sign, and the words if it does not.
_LONG_ESCAPES = (
    ("x", (_ANY,), "Expected hex digits for escape sequence."),
    ("u", (_ANY,) * 4, "Expected four hex digits for \\u escape sequence."),
    (
        "U",
        ("0", "0", "01", *(_ANY,) * 5),
        "Expected eight hex digits up to 10ffff for \\U escape sequence",
    ),
)


class Refused(Exception):
    """The reader stops. at: where C++ reports it; place: what is to be pointed at; both indexes.

    field: the one that was being read; block: the name of the message that has no such field; seen:
    what stands there.
    """

    def __init__(
        self,
        at: int,
        error: str,
        place: int | None = None,
        *,
        field: FieldType | None = None,
        block: str = "",
        seen: str = "",
    ) -> None:
        super().__init__(error)
        self.at = at
        self.error = error
        self.place = at if place is None or place < 0 else place
        self.field = field
        self.block = block
        self.seen = seen


class Tokens:
    """The current word: kind, text, start and end in the whole; `next` moves on to the next."""

    __slots__ = ("end", "kind", "source", "start", "text")

    def __init__(self, source: str) -> None:
        self.source = source
        self.kind, self.text = SYMBOL, ""
        self.start = self.end = 0
        self.next()

    def next(self) -> None:
        hit = _PLAIN.match(self.source, self.end)
        if hit is None:
            self._odd()
            return
        group = hit.lastindex or 0
        self.kind = group - 1
        self.text = hit[group]
        self.start, self.end = hit.span(group)

    def _odd(self) -> None:
        """A word that needs a closer look: with an escape, a fraction, or an error in it."""
        source, before = self.source, self.end
        at = _past(_SKIP, source, before)
        word = self.kind == WORD
        self.start = at
        sign = source[at : at + 1]
        if sign < " ":
            if sign == "":
                self.kind, self.text, self.end = END, "", at
                return
            raise Refused(at, "Invalid control characters encountered in text.")
        if sign in "\"'":
            self.kind, self.end = TEXT, _text_end(source, at)
        elif sign.isascii():
            if sign == "." and word and at == before:
                raise Refused(at, "Need space between identifier and decimal point.")
            self.kind, self.end = _number_end(source, at)
        else:
            first = sign.encode("utf-8", "surrogatepass")[0]
            raise Refused(at, f"Interpreting non ascii codepoint {first}.")
        self.text = source[at : self.end]


def _past(pattern: re.Pattern[str], source: str, at: int) -> int:
    """Behind what the pattern matches there, which may be nothing."""
    found = pattern.match(source, at)
    return found.end() if found else at


def _text_end(source: str, start: int) -> int:
    """Behind the closing quote of the text that begins at start."""
    inside, at = _INSIDE[source[start]], start + 1
    while True:
        at = _past(inside, source, at)
        sign = source[at : at + 1]
        if sign in ("", "\0"):
            raise Refused(at, "Unexpected end of string.", start)
        if sign == "\n":
            raise Refused(at, "String literals cannot cross line boundaries.", start)
        if sign != "\\":
            return at + 1
        at = _escape_end(source, at + 1)


def _escape_end(source: str, at: int) -> int:
    """Behind the escape whose backslash stands before `at`."""
    if _ESCAPE.match(source, at):
        return at + 1
    for letter, signs, error in _LONG_ESCAPES:
        if source.startswith(letter, at):
            for place, known in enumerate(signs, at + 1):
                if source[place : place + 1] not in known or place >= len(source):
                    raise Refused(place, error, at - 1)
            return at + 1 + len(signs)
    raise Refused(at, "Invalid escape sequence in string literal.", at - 1)


def _number_end(source: str, start: int) -> tuple[int, int]:
    """Kind and end of the number at start."""
    kind, at = INTEGER, start
    second = source[at + 1 : at + 2]
    if source[at] == "0" and second in ("x", "X"):
        at = _some(_HEX, source, at + 2, '"0x" must be followed by hex digits.')
    elif source[at] == "0" and second.isdigit() and second.isascii():
        at = _past(_OCTAL, source, at)
        if source[at : at + 1] in ("8", "9"):
            raise Refused(at, "Numbers starting with leading zero must be in octal.", start)
    else:
        kind, at = _decimal_end(source, at)
    after = source[at : at + 1]
    if after in _LETTERS:
        raise Refused(at, "Need space between number and identifier.", start)
    if after == "." and kind == FLOAT:
        error = "Already saw decimal point or exponent; can't have another one."
        raise Refused(at, error, start)
    if after == ".":
        raise Refused(at, "Hex and octal numbers must be integers.", start)
    return kind, at


def _decimal_end(source: str, at: int) -> tuple[int, int]:
    kind = INTEGER
    at = _past(_DIGITS, source, at)
    if source.startswith(".", at):
        kind = FLOAT
        at = _past(_DIGITS, source, at + 1)
    if source.startswith(("e", "E"), at):
        kind = FLOAT
        at += 1 + source.startswith(("-", "+"), at + 1)
        at = _some(_DIGITS, source, at, '"e" must be followed by exponent.')
    if source.startswith(("f", "F"), at):
        kind = FLOAT
        at += 1
    return kind, at


def _some(digits: re.Pattern[str], source: str, at: int, error: str) -> int:
    end = _past(digits, source, at)
    if end == at:
        raise Refused(at, error)
    return end
