"""A program's arguments in the writing of a shell. Pure.

What is typed is read twice: by the shell, and on Windows once more by the program, which gets one
line of text and splits it itself. The rules and where they are written:
- POSIX: "Quoting" in the Shell Command Language of POSIX.1; fish: "Quotes" in its documentation;
- a program on Windows: "Parsing C command-line arguments" and CommandLineToArgvW at
  learn.microsoft.com;
- cmd: `cmd /?` and "Everyone quotes command line arguments the wrong way", learn.microsoft.com;
- PowerShell: about_Quoting_Rules, about_Parsing, and $PSNativeCommandArgumentPassing in
  about_Preference_Variables, learn.microsoft.com.
"""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.probes.shell import Shell, ShellKind
from triton_doctor.record import Record

ShellName = Literal["bash", "fish", "powershell", "cmd", "git-bash"]

_BLANK = re.compile(r"[ \t]")
# Words that mean themselves: to cmd, and to PowerShell, which takes `a,b` for a list and breaks an
# option at its first dot or colon.
_PLAIN_CMD = re.compile(r"[A-Za-z0-9_+=:.,@/\\*-]+")
_PLAIN_POWERSHELL = re.compile(
    r"--?[A-Za-z][A-Za-z0-9_+=/\\-]*|[A-Za-z/][A-Za-z0-9_+=/\\-]*|[0-9][0-9:]*|[A-Za-z0-9/][\w:./-]*"
)
_DIGITS = re.compile(r"\d[\d.]*[A-Za-z]\w*")  # 1gb is a number there
_OPERATORS = "()%!^<>&|"


class Unquotable(ValueError):
    """A word that the shell has no writing for."""


class Dialect(Record, frozen=True):
    """How a shell wants a command. goes_on: the sign at the end of a line that is not the last."""

    name: ShellName
    kind: ShellKind
    goes_on: str
    joins: str = "; "  # between two commands on one line

    def quote(self, word: str) -> str:
        """The word so that the program gets exactly it; Unquotable where that cannot be."""
        if self.name == "cmd":
            return _cmd(word)
        if self.name == "powershell":
            return _powershell(word)
        return Shell(self.kind).quote(word)


_POWERSHELL = Dialect("powershell", "powershell", "`")
DIALECTS: dict[ShellName, Dialect] = {
    "bash": Dialect("bash", "posix", "\\"),
    "fish": Dialect("fish", "fish", "\\"),
    "git-bash": Dialect("git-bash", "git-bash", "\\"),
    "powershell": _POWERSHELL,
    "cmd": Dialect("cmd", "cmd", "^", " && "),
}
BY_KIND: dict[ShellKind, ShellName] = {one.kind: name for name, one in DIALECTS.items()}


def needs_legacy(word: str) -> bool:
    """Whether PowerShell's versions pass the word on in different ways.

    Up to 7.2 they put it into the command line as it is, from 7.3 they quote what is in it. To be
    right in both it is quoted here, and 7.3 is told to go the old way.
    """
    return '"' in word or not word


def argv_word(word: str, *, always: bool = False) -> str:
    r"""One argument as a program on Windows splits its command line.

    Backslashes count as themselves, except before a double quote: there two of them are one, and
    `\"` is a quote that stays. always: quoted even where that is not needed.
    """
    if word and not always and not _BLANK.search(word) and '"' not in word:
        return word
    escaped = _escaped(word)
    tail = len(word) - len(word.rstrip("\\"))
    return f'"{escaped}{chr(92) * tail}"'


def _escaped(word: str) -> str:
    """Each double quote with a backslash, and the backslashes before it doubled."""
    return re.sub(r'(\\*)"', r"\1\1\\" + '"', word)


def _powershell(word: str) -> str:
    if "\0" in word:
        raise Unquotable("no argument can hold a NUL")
    if not word:
        return "'\"\"'"
    if _PLAIN_POWERSHELL.fullmatch(word) and not _DIGITS.fullmatch(word):
        return word
    inner = _escaped(word) if needs_legacy(word) else word
    quoted = Shell("powershell").quote(inner)
    return quoted if quoted.startswith("'") else f"'{quoted}'"


def _cmd(word: str) -> str:
    if re.search(r"[\0\r\n]", word):
        raise Unquotable("cmd ends a command at the end of the line")
    if _PLAIN_CMD.fullmatch(word):
        return word
    written = argv_word(word, always=True)
    if "%" not in word and _inert(written):
        return written
    # A caret before every sign that means something to cmd, the quotes too: then it sees none. And
    # one after a percent sign: the variable of `%^NAME:~1%` does not exist. In a batch file a
    # percent sign is doubled instead.
    return re.sub(r'%(?=[^()%!^"<>&|])', "%^", re.sub(r'([()%!^"<>&|])', r"^\1", written))


def _inert(written: str) -> bool:
    """Whether cmd, which knows no `\\"`, sees nothing to act on and its quotes closed."""
    quoted = False
    for sign in written:
        if sign == '"':
            quoted = not quoted
        elif not quoted and sign in _OPERATORS:
            return False
    return not quoted
