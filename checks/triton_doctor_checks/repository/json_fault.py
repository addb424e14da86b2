"""What is wrong with a model.json, where, and which habit it comes from. Pure.

The backend reads the file with Python's json module, so that module's verdict counts here too:
it takes NaN and Infinity, and refuses comments and trailing commas.
"""

from __future__ import annotations

import json
import re

from triton_doctor.api import Record, pointed, spot
from triton_doctor.probes.repository_files import TextFile

_BLANK = " \t\r\n"
# What stands at the place of the fault -> the case. The first that matches counts.
_HABITS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"//|/\*|#"), "comment"),
    (re.compile(r"```"), "fence"),
    (re.compile(r"[\u2018-\u201f\u00ab\u00bb]"), "smart-quotes"),
    (re.compile(r"'"), "single-quotes"),
    (re.compile(r"(True|False|None)\b"), "python-word"),
    (re.compile(r"[A-Za-z_]\w*\s*[:=]"), "unquoted-key"),
)
_MESSAGES: tuple[tuple[str, str], ...] = (
    ("Extra data", "extra-data"),
    ("Invalid \\", "backslash"),
    ("Unterminated string", "unclosed-quote"),
    ("Invalid control character", "unclosed-quote"),
)


class Fault(Record, frozen=True):
    """case: of the problem's words, None where no habit is known; line and column count from 1."""

    case: str | None
    line: int
    column: int
    error: str
    source: tuple[str, ...]


def fault(file: TextFile) -> Fault | None:
    """What keeps the backend from reading the file; None where nothing does."""
    text = file.text or ""
    if file.encoding != "utf-8":
        case = {"utf-8-bom": "bom", "utf-16": "utf-16"}.get(file.encoding, "not-utf-8")
        return _at(text, file.bad_at, case, file.encoding)
    if not text.strip(_BLANK):
        return _at(text, 0, "empty", "Expecting value")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return _syntax(text, error)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, deep nesting
        return _at(text, 0, None, str(error))
    if not isinstance(value, dict):
        return _at(text, len(text) - len(text.lstrip(_BLANK)), "not-object", _kind(value))
    return None


def foreign(file: TextFile) -> Fault | None:
    """The first character outside ASCII in a file that is sound otherwise."""
    text = file.text or ""
    for index, character in enumerate("" if text.isascii() else text):
        if ord(character) > 127:
            return _at(file.text or "", index, "non-ascii", f"U+{ord(character):04X}")
    return None


def _syntax(text: str, error: json.JSONDecodeError) -> Fault:
    place = error.pos
    before = text[:place].rstrip(_BLANK)
    comma = before.endswith(",") and text[place : place + 1] in ("}", "]")
    # From Python 3.13 on the error points at the comma itself, before that at what follows it.
    if comma or error.msg.startswith("Illegal trailing comma"):
        return _at(text, len(before) - 1 if comma else place, "trailing-comma", error.msg)
    if place >= len(text.rstrip(_BLANK)):
        return _at(text, max(0, len(text.rstrip(_BLANK)) - 1), "cut-off", error.msg)
    for pattern, case in _HABITS:
        if pattern.match(text, place):
            return _at(text, place, case, error.msg)
    for message, case in _MESSAGES:
        if error.msg.startswith(message):
            return _at(text, place, case, error.msg)
    if error.msg.startswith("Expecting ','") and text[place] in '"{[':
        return _at(text, max(0, len(before) - 1), "missing-comma", error.msg)
    return _at(text, place, None, error.msg)


def _at(text: str, index: int, case: str | None, error: str) -> Fault:
    line, column = spot(text, index)
    return Fault(case, line, column, error, pointed(text, line, column))


def _kind(value: object) -> str:
    names = {list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
