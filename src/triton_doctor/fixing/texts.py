"""Changing texts, not printing parsed objects: all that is not meant stays as it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from typing import Any

from triton_doctor.redact import clean, starred
from triton_doctor.repairs import Edit

_BOM = codecs.BOM_UTF8
_ESCAPED = re.compile("[\udc80-\udcff]")
_BAD = re.compile("[\ud800-\udbff]")
_RUNS = 1024  # of bad bytes in one file, each of which gets a sign of its own
_LIMIT = 2000  # characters of one line that a diff shows
SHOWN_NOWHERE = "(the token; it is shown nowhere)"

Value = str | int | tuple[str, ...]


class Misplaced(Exception):
    """The text is not what the edit was made for."""


class Unset(Exception):
    """The settings file could not be given a key."""


def edited(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The file with all edits made; each of them speaks of the text as it was.

    Bytes that are no UTF-8 and a byte order mark stay, but where an edit names another encoding:
    then the whole becomes UTF-8 without a mark. New lines end as the others of the file do.
    """
    encoding = next((one.encoding for one in edits if one.encoding != "utf-8"), "utf-8")
    mark, whole = _decoded(data, encoding)
    text, bad = _seen(whole, data[len(mark) :])
    crlf = text.count("\r\n") * 2 > text.count("\n")
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    changes = sorted({_placed(one, text, starts): None for one in edits}, key=lambda one: one[:2])
    done, at = "", 0
    for start, end, new in changes:
        if start < at:
            raise Misplaced("two edits of the same place")
        done += text[at:start] + (_with_crlf(new) if crlf else new)
        at = end
    return mark + _encoded(done + text[at:], bad)


def with_values(data: bytes, values: Mapping[str, Value]) -> bytes:
    """A TOML file with these keys set at its top; everything else stays as it is.

    Raises Unset. An underscore in a key of the file counts as a hyphen.
    """
    import tomli
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    mark, text = _decoded(data, "utf-8")
    try:
        document = tomlkit.parse(text)
        wanted: dict[str, Any] = dict(document.unwrap())
        for key, value in values.items():
            name = next((one for one in document if one.replace("_", "-") == key), key)
            plain = list(value) if isinstance(value, tuple) else value
            wanted[name] = plain
            _set(document, name, plain)
        new = tomlkit.dumps(document)
        new = _with_crlf(new) if "\r\n" in text else new
        if text and not text.endswith("\n"):
            new = new.rstrip("\r\n")
        if tomli.loads(new) != wanted:
            raise Unset("the file is written in a way that cannot be changed safely")
        return mark + new.encode()
    except (TOMLKitError, tomli.TOMLDecodeError, UnicodeError) as error:
        raise Unset(str(error)) from None


def difference(
    names: tuple[str, str], old: bytes | None, new: bytes, *, encoding: str, secret: bool
) -> str:
    """A unified diff for the eye: no secret, no control character, whatever the line ends are.

    names: what stands in its two heading lines.
    """
    if secret:
        return f"--- {names[0]}\n+++ {names[1]}\n+{SHOWN_NOWHERE}\n"
    from difflib import unified_diff

    before = [] if old is None else _lines(_decoded(old, encoding)[1])
    after = _lines(_decoded(new, "utf-8")[1])
    lines = [line.rstrip("\n") for line in unified_diff(before, after, *names)]
    if not lines and old != new:
        lines = [f"--- {names[0]}", f"+++ {names[1]}"]
    if encoding != "utf-8":
        lines.insert(2, "(written as UTF-8 without a mark)")
    return "".join(f"{clean(starred(line))[:_LIMIT]}\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines without their ends; the last is marked where it has none, as diff does it."""
    lines = text.replace("\r\n", "\n").split("\n")
    last = lines.pop()
    shown = [line.encode("utf-8", "replace").decode() for line in lines]
    return [*shown, f"{last}\n\\ No newline at end of file"] if last else shown


def _decoded(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The mark that is to stay, and the text without it."""
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    if encoding != "utf-8":
        try:
            return b"", data.decode(encoding)
        except UnicodeDecodeError as error:
            raise Misplaced(str(error)) from None
    mark = _BOM if data.startswith(_BOM) else b""
    return mark, data[len(mark) :].decode("utf-8", "surrogateescape")


def _seen(text: str, data: bytes) -> tuple[str, list[bytes]]:
    """The text with as many characters as whoever judged it saw: one for each run of bad bytes.

    Those of the runs are no characters of any text; each stands for the bytes at its number.
    """
    if not _ESCAPED.search(text):
        return text, []
    bad: list[bytes] = []
    done, rest = "", data
    while len(bad) < _RUNS:
        try:
            return done + rest.decode(), bad
        except UnicodeDecodeError as error:  # noqa: PERF203 - a turn for each run of bad bytes
            done += rest[: error.start].decode() + chr(0xD800 + len(bad))
            bad.append(rest[error.start : error.end])
            rest = rest[error.end :]
    return done + rest.decode("utf-8", "surrogateescape"), bad


def _encoded(text: str, bad: Sequence[bytes]) -> bytes:
    parts = _BAD.split(text)
    signs = [bad[ord(one) - 0xD800] for one in _BAD.findall(text)]
    whole = [one.encode("utf-8", "surrogateescape") for one in parts]
    return whole[0] + b"".join(sign + part for sign, part in zip(signs, whole[1:], strict=True))


def _placed(one: Edit, text: str, starts: Sequence[int]) -> tuple[int, int, str]:
    """Start, end and new text. A secret in `old` was starred out before anybody judged it."""
    if not 1 <= one.line < len(starts):
        raise Misplaced("a line that is not there")
    start = starts[one.line - 1] + one.column - 1
    end = start + len(one.old)
    here = _BAD.sub("\ufffd", text[start:end])
    hidden = "*" in one.old and "*" not in one.new and starred(text)[start:end] == one.old
    if here != one.old and not hidden:
        raise Misplaced("another text")
    return start, end, one.new


def _with_crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _set(document: Any, name: str, value: Any) -> None:
    from tomlkit.items import Array

    old = document.get(name)
    if isinstance(old, Array) and isinstance(value, list):
        if list(old.unwrap()) == value:
            return
        for item in [one for one in old.unwrap() if one not in value]:
            old.remove(item)
        for item in [one for one in value if one not in old.unwrap()]:
            old.append(item)
        if list(old.unwrap()) == value:
            return
    document[name] = value
