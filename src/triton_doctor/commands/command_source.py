"""Where the user's own command comes from: words, standard input, or a file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from triton_doctor.errors import UsageError

LIMIT = 1 << 20  # bytes; a command is short, and a whole log is no command
STDIN = "-"
_COMPOSE = re.compile(r"^services:[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def text_of(given: tuple[str, ...], file: str | None, paste: str) -> tuple[str, str, str]:
    """Kind (argv, text, script, compose), path, and text; UsageError if it cannot be read.

    paste: what a person at a terminal is told, where the text is to be typed in.
    """
    if file and given:
        raise UsageError("is given beside a command", where="--from", hint="Give one of the two.")
    if file is None and len(given) == 1 and given[0] != STDIN and _is_file(given[0]):
        file = given[0]
    if file is not None and file != STDIN:
        text = _decoded(_read(file), file)
        kind = "compose" if _is_compose(file, text) else "script"
        return kind, file, text
    if file == STDIN or given == (STDIN,):
        if sys.stdin.isatty():
            sys.stderr.write(f"{paste}\n")
        text = _decoded(sys.stdin.buffer.read(LIMIT), "standard input")
        return ("compose" if _is_compose("", text) else "text"), "", text
    if len(given) == 1 and len(given[0].split()) > 1:  # all of it between quotes
        return "text", "", given[0]
    return "argv", "", ""


def _is_file(word: str) -> bool:
    """One word that names a file; a command has more than one."""
    try:
        if Path(word).is_file():
            return True
    except OSError:
        return False  # too long for a name: a whole command between quotes
    return Path(word).suffix in (".sh", ".ps1", ".bat", ".cmd", ".yml", ".yaml")


def _read(file: str) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LIMIT)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=file) from None


def _decoded(raw: bytes, where: str) -> str:
    """A script saved by Windows PowerShell is UTF-16."""
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if not text.strip("\x00 \r\n\t"):
        raise UsageError("is empty", where=where)
    return text


def _is_compose(file: str, text: str) -> bool:
    return Path(file).suffix in (".yml", ".yaml") or bool(_COMPOSE.search(text))
