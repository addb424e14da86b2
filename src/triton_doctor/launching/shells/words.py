"""Words and commands of a text with their places, and what all shells' readers share."""

from __future__ import annotations

import re
from collections.abc import Mapping

from triton_doctor.record import Record

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
DOUBLE, SINGLE = "\u201c\u201d\u201e\u00ab\u00bb", "\u2018\u2019\u201a\u201b"
BLANKS = " \t\u00a0\u200b\ufeff"
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w .'/-]*>")
_COMMENT = re.compile(r"[ \t]+#[^\n]*")
SECRET_NAME = re.compile(r"token|secret|passw|api_?key", re.IGNORECASE)


class Variable(Record, frozen=True):
    """A variable in a word whose value is not known. start, end: of its writing in the text."""

    name: str
    start: int
    end: int


class Word(Record, frozen=True):
    """One argument. text: after quoting; start, end: of its writing in the text, quotes included.

    quoted: some of it stood in quotes.
    """

    text: str
    start: int
    end: int
    unset: tuple[Variable, ...] = ()
    quoted: bool = False


class Statement(Record, frozen=True):
    """One command with its words."""

    words: tuple[Word, ...]


class Oddity(Record, frozen=True):
    """A sign that this shell takes otherwise than it was meant.

    kind: `blank-after`, `continuation`, `crlf`, `quote`, `dash`, `blank`, `drive`, `unclosed`,
    `prompt`, `numbers`; start, end: of the sign in the text; new: what was meant, None where it is
    not known.
    """

    kind: str
    start: int
    end: int
    new: str | None = None


class Reading(Record, frozen=True):
    """A text as one shell reads it. heredocs: bodies that are handed to a program, (start, end)."""

    statements: tuple[Statement, ...]
    oddities: tuple[Oddity, ...]
    heredocs: tuple[tuple[int, int], ...] = ()


class Scanner:
    """What the readers share: a place in the text, the word and the command being put together.

    values: of variables, by name; what the text itself assigns comes to it, secrets apart.
    """

    def __init__(self, text: str, values: Mapping[str, str]) -> None:
        self.text, self.values = text, dict(values)
        self.at = 0
        self.statements: list[Statement] = []
        self.oddities: list[Oddity] = []
        self.heredocs: list[tuple[int, int]] = []
        self._words: list[Word] = []
        self._begin = -1
        self._parts: list[str] = []
        self._unset: list[Variable] = []
        self._quoted = False

    def reading(self) -> Reading:
        while self.at < len(self.text):
            self.step()
        self.end_statement()
        return Reading(tuple(self.statements), tuple(self.oddities), tuple(self.heredocs))

    def step(self) -> None:
        raise NotImplementedError

    def assigned(self, words: tuple[Word, ...]) -> Mapping[str, str]:
        """The variables that a command sets for those after it."""
        raise NotImplementedError

    @property
    def in_word(self) -> bool:
        return self._begin >= 0

    def begin(self) -> None:
        if self._begin < 0:
            self._begin = self.at

    def put(self, piece: str, length: int) -> None:
        """A piece of the word at hand, which `length` characters of the text stand for."""
        self.begin()
        self._parts.append(piece)
        self.at += length

    def variable(self, name: str, length: int) -> None:
        """The value of a variable; one that is not known stays as it is written."""
        self.begin()
        raw = self.text[self.at : self.at + length]
        value = self.values.get(name)
        if value is None:
            self._unset.append(Variable(name, self.at, self.at + length))
        self._parts.append(raw if value is None else value)
        self.at += length

    def mark_quoted(self) -> None:
        self.begin()
        self._quoted = True

    def end_word(self) -> None:
        if self._begin < 0:
            return
        text, start = "".join(self._parts), self._begin
        if text[:1] and text[0] in DASHES:
            text = self._dashed(text, start)
        self._words.append(Word(text, start, self.at, tuple(self._unset), self._quoted))
        self._begin, self._parts, self._unset, self._quoted = -1, [], [], False

    def _dashed(self, text: str, start: int) -> str:
        """A word that begins with a typographic dash, with what was typed before it was set."""
        rest = text.lstrip(DASHES + "-")
        length = len(text) - len(rest)
        start = max(start, self.text.find(text[0], start))  # it may stand within quotes
        meant = "-" if len(rest.partition("=")[0]) == 1 else "--"
        self.oddities.append(Oddity("dash", start, start + length, meant))
        return meant + rest

    def end_statement(self) -> None:
        self.end_word()
        if self._words:
            words = tuple(self._words)
            self.statements.append(Statement(words))
            for name, value in self.assigned(words).items():
                if not SECRET_NAME.search(name):
                    self.values[name] = value
        self._words = []

    def blank(self) -> None:
        """Between words. A blank that is none to a shell was pasted from a page."""
        sign = self.text[self.at]
        self.end_word()
        if sign not in " \t":
            self.oddities.append(
                Oddity("blank", self.at, self.at + 1, " " if sign > "\u007f" else "")
            )
        self.at += 1

    def blank_or_return(self, sign: str) -> None:
        """The sign at hand, which ends a word: a return is that of a line written on Windows."""
        if sign == "\r":
            self.end_word()
            self.at += 1
        else:
            self.blank()

    def closed(self, start: int) -> None:
        """Step over the closing mark of what is quoted from start on, if it is there."""
        if self.at >= len(self.text):
            self.unclosed(start)
        self.at = min(self.at + 1, len(self.text))

    def placeholder(self) -> bool:
        """Take `<your token>`, which was left as the page had it, for one piece of a word."""
        found = _PLACEHOLDER.match(self.text, self.at)
        if found:
            self.put(found[0], found.end() - self.at)
        return bool(found)

    def line_end(self, start: int) -> int | None:
        """Where the next line begins if only blanks stand between `start` and its end."""
        place = start
        while place < len(self.text) and self.text[place] in BLANKS + "\r":
            place += 1
        if place == len(self.text):
            return place
        return place + 1 if self.text[place] == "\n" else None

    def continues(self, own: str) -> bool:
        """Take a sign at the end of a line that joins it with the next, here or elsewhere.

        own: the sign of this shell. Whether the sign at hand was one.
        """
        after = self.line_end(self.at + 1)
        sign = self.text[self.at]
        if after is None and sign == own and self._comment_after():
            return True
        if after is None or (sign != own and self.at and self.text[self.at - 1] not in BLANKS):
            return False
        between = self.text[self.at + 1 : after]
        self.end_word()
        if sign != own:
            self.oddities.append(Oddity("continuation", self.at, self.at + 1, own))
        elif between.strip("\r\n"):
            end = self.at + 1 + len(between.rstrip("\r\n"))
            self.oddities.append(Oddity("blank-after", self.at + 1, end, ""))
        elif "\r" in between:
            self.oddities.append(Oddity("crlf", self.at + 1, self.at + 2, ""))
        self.at = after
        return True

    def _comment_after(self) -> bool:
        """A comment after the sign that ends a line: the sign then joins nothing."""
        found = _COMMENT.match(self.text, self.at + 1)
        if found is None:
            return False
        self.end_word()
        self.oddities.append(Oddity("comment", self.at + 1, found.end(), ""))
        self.at = min(found.end() + 1, len(self.text))
        return True

    def comment(self) -> None:
        """A comment. One on a line of its own within a command ends it, and was not meant to."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        begin = self.text.rfind("\n", 0, self.at) + 1
        if self._words and not self.text[begin : self.at].strip():
            self.oddities.append(Oddity("comment", begin, min(end + 1, len(self.text)), ""))
            end = min(end + 1, len(self.text))
        self.at = end

    def unclosed(self, start: int) -> None:
        """A quote that nothing closes: the rest of its line is taken for what it holds."""
        self.oddities.append(Oddity("unclosed", start, start + 1))
