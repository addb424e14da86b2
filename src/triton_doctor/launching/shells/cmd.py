"""cmd.exe, with the way in which programs of Windows take their command line apart.

Source: `cmd /?` and `set /?` for carets, percents and separators; "Parsing C command-line
arguments" of Microsoft's documentation for quotes and backslashes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from triton_doctor.launching.shells.words import BLANKS, DOUBLE, Oddity, Reading, Scanner, Word

_NAME = re.compile(r"%([A-Za-z_][\w()]*)(?::[^%\n]*)?%|!(\w+)!|%(~?[a-z]*[0-9*])")
_SET = re.compile(r"([^=]+)=(.*)", re.DOTALL)


def read(text: str, values: Mapping[str, str]) -> Reading:
    """values: of PWD and HOME, and of what else is known."""
    return _Cmd(text, values).reading()


class _Cmd(Scanner):
    def step(self) -> None:
        sign = self.text[self.at]
        if sign in BLANKS:
            self.blank()
        elif sign == "\r":
            self.end_word()
            self.at += 1
        elif sign == "^":
            self._caret()
        elif sign in '"' + DOUBLE:
            self._quote(sign)
        elif sign in "%!":
            self._variable(sign)
        elif sign == "\\" and self.text.startswith('\\"', self.at):
            self.put('"', 2)
        elif sign in "\\`" and self.continues("^"):
            return
        else:
            self._plain(sign)

    def _plain(self, sign: str) -> None:
        if sign in "\n&|" or (sign in "()" and not self.in_word):
            self.end_statement()
            self.at += 1
        elif sign == "<" and self.placeholder():
            return
        elif sign in "<>":
            self.end_word()
            found = re.compile(r"[<>]+&?[ \t]*[^\s&|]*").match(self.text, self.at)
            self.at = found.end() if found else self.at + 1
        elif not self.in_word and not self._words and self._remark():
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif sign == "@" and not self.in_word and not self._words:
            self.at += 1
        else:
            self.put(sign, 1)

    def _remark(self) -> bool:
        return bool(re.compile(r"::|rem(?=\s|$)", re.IGNORECASE).match(self.text, self.at))

    def _caret(self) -> None:
        if not self.continues("^"):
            after = self.text[self.at + 1 : self.at + 2]
            self.put(after, 1 + len(after))

    def _quote(self, sign: str) -> None:
        start = self.at
        closing = '"' + DOUBLE if sign != '"' else '"'
        if not self._ends(closing):
            self.unclosed(start)
            self.at += 1
            self.mark_quoted()
            return
        self.mark_quoted()
        self._typographic(sign)
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] not in closing:
            if self.text.startswith('\\"', self.at):
                self.put('"', 2)
            elif self.text[self.at] in "%!":
                self._variable(self.text[self.at])
            else:
                self.put(self.text[self.at], 1)
        self._typographic(self.text[self.at : self.at + 1] or '"')
        self.closed(start)

    def _typographic(self, sign: str) -> None:
        if sign != '"':
            self.oddities.append(Oddity("quote", self.at, self.at + 1, '"'))

    def _ends(self, closing: str) -> bool:
        place = self.at + 1
        while place < len(self.text) and self.text[place] != "\n":
            if self.text[place] in closing:
                return True
            place += 2 if self.text.startswith('\\"', place) else 1
        return False

    def _variable(self, sign: str) -> None:
        found = _NAME.match(self.text, self.at)
        if found is None:
            self.put(sign, 1)
            return
        name = found[1] or found[2] or found[3]
        known = {"cd": "PWD", "userprofile": "HOME", "~dp0": "PWD"}
        self.variable(known.get(name.lower(), name), found.end() - self.at)

    def assigned(self, words: tuple[Word, ...]) -> Mapping[str, str]:
        """`set NAME=value` and `set "NAME=value"`."""
        if words[0].text.lower() != "set" or any(word.unset for word in words):
            return {}
        found = _SET.fullmatch(" ".join(word.text for word in words[1:]))
        return {found[1]: found[2]} if found else {}
