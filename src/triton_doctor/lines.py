"""Lines of styled pieces, wrapped to a width. Pure text: no terminal, no colour yet."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from triton_doctor.record import Record

LABEL = 9  # columns of the first word of a line: `warning`, `not told`


class Piece(Record, frozen=True):
    """Some text in one style; styles are names such as `error`, `dim`, `command`."""

    text: str
    style: str = ""


class Line(Record, frozen=True):
    """One line; `whole` ones are never broken, so that a command can be copied."""

    pieces: tuple[Piece, ...] = ()
    whole: bool = False

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces).rstrip()


def line(text: str = "", indent: int = 0, style: str = "") -> Line:
    """A line that is never broken."""
    return Line((Piece(" " * indent), Piece(text, style)), whole=True) if text else Line()


def command(text: str, indent: int = 0) -> Line:
    return line(text, indent, "command")


def paragraph(text: str, width: int, indent: int = 0, style: str = "") -> Iterator[Line]:
    """Words wrapped at blanks; a word longer than the line stands on its own, unbroken."""
    room = max(width - indent, 20)
    for part in textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False):
        yield Line((Piece(" " * indent), Piece(part, style)))


def labelled(label: str, style: str, text: str, width: int) -> Iterator[Line]:
    """`label   text`, with the text hanging under itself; in a narrow window under the label."""
    column = max(LABEL, len(label) + 1)
    hang = column if width >= 60 else 2
    room = max(width - hang, 20)
    first = " " * (column - hang) if width >= 60 else "." * (len(label) + 1 - hang)
    wrapped = textwrap.wrap(
        text, room, initial_indent=first, break_long_words=False, break_on_hyphens=False
    ) or [first]
    head = Piece(label.ljust(column) if width >= 60 else label + " ", style)
    yield Line((head, Piece(wrapped[0][len(first) :])))
    for part in wrapped[1:]:
        yield Line((Piece(" " * hang), Piece(part)))


def advice(text: str, width: int, indent: int, inner: int = 2) -> Iterator[Line]:
    """Sentences, wrapped, and commands, which are indented by four there, whole."""
    for piece in text.split("\n"):
        if piece.startswith("    "):
            yield command(piece.strip(), indent + inner)
        elif piece.strip():
            yield from paragraph(piece.strip(), width, indent)
        else:
            yield line()


def block(text: str, indent: int = 0, mark: str = "", style: str = "") -> Iterator[Line]:
    """Text as it is, line by line."""
    for part in text.rstrip().split("\n"):
        yield Line((Piece(" " * indent + mark), Piece(part, style)), whole=True)
