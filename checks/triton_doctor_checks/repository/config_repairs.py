"""Changes that put a config.pbtxt right where only one thing can be meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from triton_doctor.api import Record
from triton_doctor_checks.repository.text_format import Fault, Message, parse
from triton_doctor_checks.repository.text_habits import QUOTES

_MOST = 100  # slips of one kind in one file that are put right at once
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u00b4"
_BARE = re.compile(r"[\w./:@+-]+(?=[\s,;}\]>]|$)", re.ASCII)
_OPEN_TEXT = re.compile(r"([\"'])[\w./:@+-]*(?=[ \t]*\r?$)", re.ASCII | re.MULTILINE)
_QUOTED_NUMBER = re.compile(r"([\"'])(-?[0-9]+)\1")
_QUOTED_NAME = re.compile(r"([\"'])([A-Za-z_]\w*)\1", re.ASCII)


class Change(Record, frozen=True):
    """In the file as it is, `old` at `index` becomes `new`."""

    index: int
    old: str
    new: str


def repaired(text: str, fault: Fault, triton: str | None) -> list[Change]:
    """Changes for this slip and for others of its kind, in the order of the file; none if not sure.

    Each is tried: the reader has to come further with it than without.
    """
    changes: list[Change] = []
    now, grown, case = text, 0, fault.case
    while fault.case == case and len(changes) < _MOST:
        batch = list(_changes(now, _index(now, fault), fault))
        for change in reversed(batch):
            end = change.index + len(change.old)
            now = now[: change.index] + change.new + now[end:]
        result = parse(now, triton)
        if not batch or not _further(result, now, batch):
            break
        changes += [Change(one.index - grown, one.old, one.new) for one in batch]
        grown += sum(len(change.new) - len(change.old) for change in batch)
        if isinstance(result, Message):
            break
        fault = result
    return changes


def by_line(text: str, changes: list[Change]) -> list[Change]:
    """The same with those on one line made into one, so that a line is shown once."""
    merged: list[Change] = []
    for change in changes:
        last = merged[-1] if merged else None
        if last is None or "\n" in text[last.index : change.index]:
            merged.append(change)
            continue
        between = text[last.index + len(last.old) : change.index]
        old, new = last.old + between + change.old, last.new + between + change.new
        merged[-1] = Change(last.index, old, new)
    return merged


def _further(result: Message | Fault, text: str, batch: list[Change]) -> bool:
    return isinstance(result, Message) or _index(text, result) > batch[0].index


def _index(text: str, fault: Fault) -> int:
    start = 0
    for _line in range(fault.line - 1):
        start = text.index("\n", start) + 1
    return start + fault.column - 1


def _changes(text: str, index: int, fault: Fault) -> Iterator[Change]:
    make = _BY_CASE.get(fault.case or "")
    if make is not None:
        yield from make(text, index, fault)


def _quotes(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    """All typographic quotes from there to the end of the line."""
    end = text.find("\n", index)
    for place in range(index, len(text) if end < 0 else end):
        if text[place] in QUOTES:
            yield Change(place, text[place], "'" if text[place] in _SINGLE_QUOTES else '"')


def _blank(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    yield Change(index, text[index], " " if text[index].isspace() else "")


def _equals(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    start = len(text[:index].rstrip(" \t"))
    if text.startswith("=", index):
        yield Change(start, text[start : index + 1], "" if text[start - 1 : start] == ":" else ":")


def _meant(text: str, index: int, fault: Fault) -> Iterator[Change]:
    if fault.sure and text.startswith(fault.seen, index):
        yield Change(index, fault.seen, fault.meant)


def _fence(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    yield Change(start, text[start:end], "")


def _comment(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    if text.startswith("//", index):
        yield Change(index, "//", "#")


def _text(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    hit = _BARE.match(text, index)
    if hit:
        yield Change(index, hit[0], f'"{hit[0]}"')


def _open_text(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    hit = _OPEN_TEXT.match(text, index)
    if hit:
        yield Change(index, hit[0], hit[0] + hit[1])


def _bare_number(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    hit = _QUOTED_NUMBER.match(text, index)
    if hit:
        yield Change(index, hit[0], hit[2])


def _bare_name(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    hit = _QUOTED_NAME.match(text, index)
    if hit:
        yield Change(index, hit[0], hit[2])


def _after_last(sign: str) -> Callable[[str, int, Fault], Iterator[Change]]:
    """The sign behind the word before, which is on the same line."""

    def changes(text: str, index: int, _fault: Fault) -> Iterator[Change]:
        before = text[:index].rstrip(" \t")
        if before and before[-1] != "\n":
            yield Change(len(before), "", sign)

    return changes


def _stray(text: str, index: int, _fault: Fault) -> Iterator[Change]:
    yield Change(index, text[index], "")


_BY_CASE: dict[str, Callable[[str, int, Fault], Iterator[Change]]] = {
    "smart-quotes": _quotes,
    "blank": _blank,
    "equals": _equals,
    "misspelt-field": _meant,
    "unknown-value": _meant,
    "needs-type": _meant,
    "needs-word": _meant,
    "fence": _fence,
    "comment": _comment,
    "needs-text": _text,
    "needs-number": _bare_number,
    "quoted-name": _bare_name,
    "unclosed-quote": _open_text,
    "missing-colon": _after_last(":"),
    "missing-comma": _after_last(","),
    "stray": _stray,
}
