"""bash, zsh, sh and Git Bash, as far as a command that a person types goes.

Source: GNU Bash manual, chapters 3.1.2 (quoting), 3.5 (expansions) and 3.6 (redirections).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from triton_doctor.launching.shells.words import (
    BLANKS,
    DOUBLE,
    SECRET_NAME,
    SINGLE,
    Oddity,
    Reading,
    Scanner,
    Word,
)

_NAME = re.compile(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*|[0-9@*#?$!-]))")
_DEFAULT = re.compile(r"\$\{(\w+):?-([^{}$`]*)\}")
_PWD = re.compile(r"\$\(\s*pwd(?:\s+-[PLW])?\s*\)|`\s*pwd(?:\s+-[PLW])?\s*`")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*(['\"\\]?)(\w+)['\"]?")
_REDIRECT = re.compile(r"(?:&>>?|[<>]&?|>>|>\||<>|<<<)[ \t]*")
_ANSI = dict(zip("ntrabeEfv", "\n\t\r\a\b\x1b\x1b\f\v", strict=True))
_ESCAPED = re.compile(
    r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})", re.DOTALL
)


def read(text: str, values: Mapping[str, str]) -> Reading:
    """values: of PWD and HOME, and of what else is known."""
    return _Bash(text, values).reading()


class _Bash(Scanner):
    def __init__(self, text: str, values: Mapping[str, str]) -> None:
        super().__init__(text, values)
        self._waiting: list[str] = []  # tags of heredocs whose body begins after this line

    def step(self) -> None:
        sign = self.text[self.at]
        if sign == "\n":
            self._newline()
        elif sign in BLANKS or sign == "\r":
            self.blank_or_return(sign)
        elif sign == "\\":
            self._backslash()
        elif sign in "'" + SINGLE:
            self._single(sign)
        elif sign in '"' + DOUBLE:
            self._double(sign)
        elif sign in "$`":
            self._expansion(sign)
        elif sign == "^" and self.continues("\\"):
            return
        else:
            self._plain(sign)

    def _plain(self, sign: str) -> None:
        if sign == "#" and not self.in_word:
            self.comment()
        elif sign == "<" and self.placeholder():
            return
        elif sign in "<>" or self.text.startswith("&>", self.at):
            self._redirect()
        elif sign == "(" and self._substitutes():
            return
        elif sign in ";&|()":
            self.end_statement()
            self.at += 1
        elif (
            sign == "~"
            and not self.in_word
            and self.text[self.at + 1 : self.at + 2] in ("", "/", " ", "\n")
        ):
            self.put(self.values.get("HOME", "~"), 1)
        else:
            self.put(sign, 1)

    def _substitutes(self) -> bool:
        """Take `(...)` of fish. To the others a bracket among docker's words means nothing."""
        end = self.text.find(")", self.at)
        if end < 0 or not any(word.text == "docker" for word in self._words):
            return False
        raw = self.text[self.at : end + 1]
        self.variable("PWD" if raw[1:-1].strip() == "pwd" else raw, len(raw))
        return True

    def _newline(self) -> None:
        self.end_statement()
        self.at += 1
        while self._waiting:
            tag = self._waiting.pop(0)
            begin = self.at
            end = re.compile(rf"^\t*{re.escape(tag)}\r?$", re.MULTILINE).search(self.text, begin)
            self.at = len(self.text) if end is None else end.end()
            self.heredocs.append((begin, len(self.text) if end is None else end.start()))

    def _redirect(self) -> None:
        here = _HEREDOC.match(self.text, self.at)
        if here and not self.text.startswith("<<<", self.at):
            self.end_word()
            self._waiting.append(here[2])
            self.at = here.end()
            return
        if self._parts and "".join(self._parts).isdigit():  # a file descriptor, as in 2>&1
            self._parts, self._begin = [], -1
        self.end_word()
        found = _REDIRECT.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        while self.at < len(self.text) and self.text[self.at] not in " \t\n;|()\r":
            self.at += 1  # the file's name

    def _backslash(self) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        if after == "\n" and self.in_word:
            self.at += 2  # a word that goes on in the next line
        elif not self.continues("\\"):
            self.put(after, 1 + len(after))

    def _single(self, sign: str) -> None:
        """Up to the next mark; a typographic one is no quote to the shell, and was meant as one."""
        if sign != "'" and not self._closes("'" + SINGLE):
            self.put(sign, 1)
            return
        self._quote(sign, "'", SINGLE)

    def _closes(self, marks: str) -> bool:
        line = self.text[self.at + 1 :].partition("\n")[0]
        return any(mark in line for mark in marks)

    def _quote(self, sign: str, plain: str, marks: str) -> None:
        start = self.at
        closing = plain if sign == plain else plain + marks
        place = start + 1
        while place < len(self.text) and self.text[place] not in closing:
            if sign != plain and self.text[place] == "\n":
                break
            place += 1
        if place >= len(self.text) or self.text[place] == "\n":
            self.unclosed(start)
            place = start + len(self.text[start:].partition("\n")[0])
            self.mark_quoted()
            self.put(self.text[start + 1 : place].rstrip("\\ "), place - start)
            return
        for at in (start, place):
            if self.text[at] != plain:
                self.oddities.append(Oddity("quote", at, at + 1, plain))
        self.mark_quoted()
        if plain == '"':
            self.at = start + 1
            while self.at < place:  # as within straight quotes, which were meant
                self._within()
            self.at = max(self.at, place + 1)
        else:
            self.put(self._inner(start + 1, place), place + 1 - start)

    def _inner(self, start: int, end: int) -> str:
        """What single quotes hold; typographic double ones around all of it were meant straight."""
        inside = self.text[start:end]
        if len(inside) < 2 or inside[0] not in DOUBLE or inside[-1] not in DOUBLE:
            return inside
        for at in (start, end - 1):
            self.oddities.append(Oddity("quote", at, at + 1, '"'))
        return f'"{inside[1:-1]}"'

    def _double(self, sign: str) -> None:
        if sign != '"':
            self._quote(sign, '"', DOUBLE)
            return
        start = self.at
        if not self._ends(start):
            self._quote(sign, '"', DOUBLE)
            return
        self.mark_quoted()
        self.at += 1
        while self.text[self.at : self.at + 1] not in ('"', ""):
            self._within()
        self.closed(start)

    def _ends(self, start: int) -> bool:
        """Whether the double quote at start is closed somewhere."""
        place = start + 1
        while place < len(self.text):
            if self.text[place] == '"':
                return True
            place += 2 if self.text[place] == "\\" else 1
        return False

    def _within(self) -> None:
        """One sign of a text in double quotes."""
        sign, after = self.text[self.at], self.text[self.at + 1 : self.at + 2]
        if sign == "\\" and after == "\n":
            self.at += 2
        elif sign == "\\" and after in ('"', "\\", "$", "`"):
            self.put(after, 2)
        elif sign in "$`":
            self._expansion(sign, quoted=True)
        else:
            self.put(sign, 1)

    def _expansion(self, sign: str, *, quoted: bool = False) -> None:
        here = _PWD.match(self.text, self.at)
        name, default = _NAME.match(self.text, self.at), _DEFAULT.match(self.text, self.at)
        after = self.text[self.at + 1 : self.at + 2]
        if here:
            self.variable("PWD", here.end() - self.at)
        elif name:
            self.variable(name[1] or name[2], name.end() - self.at)
        elif default:
            self._default(default)
        elif sign == "`" and not quoted and self.continues("\\"):
            return
        elif sign == "$" and after == "'" and not quoted:
            self._ansi()
        elif sign == "$" and after == '"' and not quoted:
            self.at += 1
        else:
            self._substitution(sign, after)

    def _default(self, found: re.Match[str]) -> None:
        name, length = found[1], found.end() - self.at
        if name in self.values or not found[2] or SECRET_NAME.search(name):
            self.variable(name, length)
        else:
            self.put(found[2], length)

    def _substitution(self, sign: str, after: str) -> None:
        """$(...), ${...} or `...`, whose value nobody knows here."""
        closing = {"(": ")", "{": "}"}.get(after, "`") if sign == "$" else "`"
        end = self.text.find(closing, self.at + 2 - (sign == "`"))
        if sign == "$" and after not in ("(", "{"):
            self.put(sign, 1)
        elif end < 0:
            self.unclosed(self.at)
            self.put(sign, 1)
        else:
            self.variable(self.text[self.at : end + 1], end + 1 - self.at)

    def _ansi(self) -> None:
        """$'...' with the escapes of C; those of bytes may make up a character together."""
        self.mark_quoted()
        place, parts = self.at + 2, list[bytes]()
        while place < len(self.text) and self.text[place] != "'":
            if self.text[place] != "\\":
                parts.append(self.text[place].encode("utf-8", "surrogatepass"))
                place += 1
                continue
            code = _ESCAPED.match(self.text, place + 1)
            if code:
                parts.append(_coded(code))
                place = code.end()
            else:
                letter = self.text[place + 1 : place + 2]
                parts.append(_ANSI.get(letter, letter).encode())
                place += 2
        self.put(
            b"".join(parts).decode("utf-8", "replace"), min(place + 1, len(self.text)) - self.at
        )

    def assigned(self, words: tuple[Word, ...]) -> Mapping[str, str]:
        rest = words[1:] if words[0].text in ("export", "declare", "local", "readonly") else words
        found = [_ASSIGNED.fullmatch(word.text) for word in rest]
        if not all(found):
            return {}
        return {
            one[1]: one[2] for one, word in zip(found, rest, strict=True) if one and not word.unset
        }


def _coded(code: re.Match[str]) -> bytes:
    """What an escape by number stands for: a byte, or a character."""
    digits = next(one for one in code.groups() if one)
    number = int(digits, 8 if code[4] else 16)
    if code[1] or code[4]:
        return bytes([number & 0xFF])
    return chr(min(number, 0x10FFFF)).encode("utf-8", "replace")
