"""Where the names and values of a JSON object stand in its text. Pure.

The reader is Python's own, one name and one value at a time, so its view of escapes and nesting is
this one's too. Only for text that `json.loads` takes as an object.
"""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import Any

from triton_doctor.api import Record, Step, edit, spot

_BLANK = re.compile(r"[ \t\n\r]*")
_REST = re.compile(r"[ \t\n\r]*,[ \t\r]*\n")  # of the lines of a member
_READER = JSONDecoder()


class Member(Record, frozen=True):
    """`"name": value` of an object. start, name_end, value_start, end: indices in the text."""

    name: str
    value: Any
    start: int
    name_end: int
    value_start: int
    end: int


def members(text: str, begin: int = 0) -> tuple[Member, ...]:
    """The members of the object that starts at `begin` (blanks before it may be), in their order.

    ValueError where the text is no object.
    """
    index = _skip(text, begin)
    if text[index : index + 1] != "{":
        raise ValueError("no object")
    index, found = _skip(text, index + 1), []
    while text[index : index + 1] == '"':
        name, name_end = _READER.raw_decode(text, index)
        value_start = _skip(text, _skip(text, name_end) + 1)
        value, end = _READER.raw_decode(text, value_start)
        found.append(Member(name, value, index, name_end, value_start, end))
        index = _skip(text, _skip(text, end) + 1)
    return tuple(found)


def replaced(path: str, text: str, start: int, end: int, new: str) -> Step | None:
    """A step that puts `new` in the place of what stands there; None where that is not to be shown.

    Secrets are starred out in the text, so what holds stars cannot be found in the file.
    """
    old = text[start:end]
    if "***" in old:
        return None
    return edit(path, text, *spot(text, start), old, new)


def without(path: str, text: str, every: tuple[Member, ...], member: Member) -> Step | None:
    """A step that takes a member out, with the comma that is then too many."""
    index = every.index(member)
    if index + 1 < len(every):
        line = text.rfind("\n", 0, member.start) + 1
        rest = _REST.match(text, member.end)
        if rest and not text[line : member.start].strip():  # whole lines, as they stand
            return replaced(path, text, line, rest.end(), "")
        return replaced(path, text, member.start, every[index + 1].start, "")
    start = every[index - 1].end if index else member.start
    return replaced(path, text, start, member.end, "")


def lifted(path: str, text: str, member: Member) -> Step | None:
    """A step that puts an inner object's members in the place of the member that holds it."""
    inner = members(text, member.value_start)
    if not inner:
        return None
    body = text[inner[0].start : inner[-1].end]
    deeper = spot(text, inner[0].start)[1] - spot(text, member.start)[1]
    if deeper > 0 and "\n" in text[member.value_start : inner[0].start]:
        body = re.sub(rf"\n[ \t]{{1,{deeper}}}", "\n", body)
    return replaced(path, text, member.start, member.end, body)


def _skip(text: str, index: int) -> int:
    match = _BLANK.match(text, index)
    return match.end() if match else index
