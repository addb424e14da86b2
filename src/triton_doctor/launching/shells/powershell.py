"""PowerShell, 5.1 and 7, as far as a command that a person types goes.

Source: about_Quoting_Rules, about_Special_Characters, about_Parsing of Microsoft's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from triton_doctor.launching.shells.words import (
    BLANKS,
    DOUBLE,
    SINGLE,
    Oddity,
    Reading,
    Scanner,
    Word,
)

_NAME = re.compile(
    r"\$(?:\{((?:env:)?[^}]+)\}|((?:env:|script:|global:)?[A-Za-z_]\w*))", re.IGNORECASE
)
_PWD = re.compile(r"\$\(\s*(?:pwd|Get-Location)\s*\)|\$\{?PWD\}?(?:\.Path)?(?!\w)", re.IGNORECASE)
_DRIVE = re.compile(r"\$([A-Za-z_]\w*):(?![\w:])")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_QUOTES = '"' + DOUBLE[:3]  # a typographic quote is as good as a straight one here


def read(text: str, values: Mapping[str, str]) -> Reading:
    """values: of PWD and HOME, and of what else is known."""
    return _PowerShell(text, values).reading()


class _PowerShell(Scanner):
    def step(self) -> None:
        sign = self.text[self.at]
        if sign in BLANKS + "\r":
            self.blank_or_return(sign)
        elif sign == "`":
            self._backtick()
        elif sign in "'" + SINGLE:
            self._single()
        elif sign in _QUOTES:
            self._double()
        elif sign == "$":
            self._variable()
        elif sign in "\\^" and self.continues("`"):
            return
        else:
            self._plain(sign)

    def _plain(self, sign: str) -> None:
        if sign == "#" and not self.in_word:
            self.comment()
        elif self.text.startswith("<#", self.at):
            end = self.text.find("#>", self.at)
            self.at = len(self.text) if end < 0 else end + 2
        elif sign in "\n;|&{}()":
            self.end_statement()
            self.at += 1
        elif sign == "<" and self.placeholder():
            return
        elif sign == ">":
            self.end_word()
            found = re.compile(r">+[ \t]*[^\s;|]*").match(self.text, self.at)
            self.at = found.end() if found else self.at + 1
        else:
            self.put(sign, 1)

    def _backtick(self) -> None:
        if not self.continues("`"):
            after = self.text[self.at + 1 : self.at + 2]
            self.put(_ESCAPED.get(after, after), 1 + len(after))

    def _single(self) -> None:
        marks, place, parts = "'" + SINGLE, self.at + 1, list[str]()
        while place < len(self.text):
            if self.text[place] in marks:
                if self.text[place + 1 : place + 2] not in tuple(marks):
                    break
                place += 1
            parts.append(self.text[place])
            place += 1
        self._close(place, "".join(parts))

    def _close(self, place: int, inside: str) -> None:
        """Take a quoted text whose closing mark stands at `place`, if there is one."""
        self.mark_quoted()
        if place >= len(self.text):
            self.unclosed(self.at)
            place = self.at + len(self.text[self.at :].partition("\n")[0]) - 1
            inside = self.text[self.at + 1 : place + 1].rstrip("` ")
        self.put(inside, min(place + 1, len(self.text)) - self.at)

    def _double(self) -> None:
        start = self.at
        if not self._ends(start):
            self._close(len(self.text), "")
            return
        self.mark_quoted()
        self.at += 1
        while self.at < len(self.text) and (self.text[self.at] not in _QUOTES or self._doubled()):
            sign, after = self.text[self.at], self.text[self.at + 1 : self.at + 2]
            if sign in _QUOTES:
                self.put(sign, 2)
            elif sign == "`":
                self.put(_ESCAPED.get(after, after), 2)
            elif sign == "$":
                self._variable()
            else:
                self.put(sign, 1)
        self.closed(start)

    def _doubled(self) -> bool:
        after = self.text[self.at + 1 : self.at + 2]
        return bool(after) and after in _QUOTES

    def _ends(self, start: int) -> bool:
        place = start + 1
        while place < len(self.text):
            if self.text[place] in _QUOTES:
                if self.text[place + 1 : place + 2] not in tuple(_QUOTES):
                    return True
                place += 1
            place += 2 if self.text[place] == "`" else 1
        return False

    def _variable(self) -> None:
        here, name = _PWD.match(self.text, self.at), _NAME.match(self.text, self.at)
        drive = _DRIVE.match(self.text, self.at)
        if drive:  # not a name alone: the colon makes a drive of it, and PowerShell refuses it
            braced = f"${{{drive[1]}}}"
            self.oddities.append(Oddity("drive", self.at, drive.end(1), braced))
        if here:
            self.variable("PWD", here.end() - self.at)
        elif name:
            self.variable(_canonical(name[1] or name[2]), name.end() - self.at)
        elif self.text.startswith("$(", self.at) and (end := self.text.find(")", self.at)) > 0:
            self.variable(self.text[self.at : end + 1], end + 1 - self.at)
        else:
            self.put("$", 1)

    def assigned(self, words: tuple[Word, ...]) -> Mapping[str, str]:
        """`$name = "value"`, also `$env:NAME`."""
        texts = [word.text for word in words]
        if len(texts) == 3 and texts[1] == "=" and words[0].unset and not words[2].unset:
            return {words[0].unset[0].name: texts[2]}
        return {}


def _canonical(name: str) -> str:
    """The name under which a variable is known; those of the profile folder are HOME."""
    known = {"env:userprofile": "HOME", "home": "HOME", "env:home": "HOME"}
    return known.get(name.lower(), name)
