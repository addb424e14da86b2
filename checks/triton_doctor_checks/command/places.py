"""A finding with its place in the command, and the change that would put it right. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from triton_doctor.api import (
    SAFE,
    SHOW,
    Found,
    Plan,
    Severity,
    Step,
    edit,
    found,
    plan,
    pointed,
    spot,
)
from triton_doctor.probes.given_command import Given
from triton_doctor.probes.image_names import parse


class Change(NamedTuple):
    """From start to end, `new`."""

    start: int
    end: int
    new: str


def where(given: Given, start: int) -> str:
    """`line:column`, after the file's name if there is one."""
    line, column = spot(given.text, start)
    return f"{given.path}:{line}:{column}" if given.path else f"{line}:{column}"


def at(
    given: Given,
    start: int,
    problem: str,
    *changes: Change,
    case: str | None = None,
    severity: Severity | None = None,
    **values: object,
) -> Found:
    """The problem at this place of the command, with the changes that would repair it."""
    return found(
        problem,
        where=where(given, start),
        evidence=pointed(given.text, *spot(given.text, start)),
        case=case,
        severity=severity,
        fix=_fix(given, changes),
        **values,
    )


def _fix(given: Given, changes: Sequence[Change]) -> Plan | None:
    """For a script an edit of it; what was typed or pasted is shown as it should read."""
    if not changes:
        return None
    secret = any(
        change.start < end and start < change.end
        for change in changes
        for start, end in given.secrets
    )
    ours = given.source == "script" and not secret
    return plan("correct", SAFE if ours else SHOW, *(_step(given, one) for one in changes))


def _step(given: Given, change: Change) -> Step:
    line, column = spot(given.text, change.start)
    old = given.text[change.start : change.end]
    return edit(given.path or "-", given.text, line, column, old, change.new)


def is_triton(given: Given) -> bool:
    """Whether tritonserver is what runs, or may be, by the program or the image's name."""
    return starts_triton(given) or (given.image is not None and parse(given.image.text).is_triton)


def starts_triton(given: Given) -> bool:
    """Whether the command itself starts tritonserver, or names its options."""
    head = given.inner[0].text if given.inner else ""
    ours = given.image is not None and parse(given.image.text).is_triton
    return head.endswith("tritonserver") or (ours and head.startswith("-"))


def first(given: Given) -> int:
    """Where the first option of docker stands, or would."""
    if given.options:
        return given.options[0].start
    return given.image.start if given.image else given.program.end if given.program else 0


def added(given: Given, option: str) -> tuple[Change, ...]:
    """One more option of docker, in front of the others; a compose file has other places for it."""
    if given.source == "compose" or not given.program:
        return ()
    return (Change(first(given), first(given), f"{option} "),)


def without(given: Given, start: int, end: int) -> Change:
    """An option taken out, with the blank after it."""
    return Change(start, end + (given.text[end : end + 1] == " "), "")


def start_of(given: Given) -> int:
    """Where the command begins."""
    if given.before:
        return given.before[0].start
    return given.program.start if given.program else 0
