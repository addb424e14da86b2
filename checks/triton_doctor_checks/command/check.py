"""Judges the user's own command: what it says, where, and what it says nothing of."""

from __future__ import annotations

import sys

from triton_doctor.api import Answer, Answers, Context, Found, not_for_here, sound, unsure
from triton_doctor.probes.given_command import Given, Mount, given_command
from triton_doctor_checks.command.env_files import in_files
from triton_doctor_checks.command.machine import machine, models_of
from triton_doctor_checks.command.mounted import served, unmounted
from triton_doctor_checks.command.mounts import mounts
from triton_doctor_checks.command.options import options
from triton_doctor_checks.command.ports import ports
from triton_doctor_checks.command.server import server
from triton_doctor_checks.command.signs import signs
from triton_doctor_checks.command.tokens import tokens

# What a command does not say is often said in a line that is cut off, or in a wrong place.
_LACKING = ("gpu/not-visible", "token/missing", "request/connection-refused")


def check(context: Context) -> Answers:
    given = context.fact(given_command)
    if given.source == "none" or given.program is None:
        yield not_for_here("none")
        return
    yield from sorted(_judged(context, given), key=_place)
    count = len(given.options) + len(given.flags)
    image = given.image.text if given.image else "?"
    if given.source == "compose":
        yield sound("compose", image=image, count=count)
    else:
        yield sound(program=given.program.text, image=image, count=count)


def _place(answer: Answer) -> tuple[bool, int, int]:
    """What is wrong, in the order of the text; then what is missing; then what is not known."""
    if not isinstance(answer, Found) or not answer.where:
        return True, sys.maxsize, 0
    line, column = answer.where.split(":")[-2:]
    return answer.problem in _LACKING, int(line), int(column)


def _judged(context: Context, given: Given) -> Answers:
    yield from signs(given)
    yield from options(given)
    mount = served(given)
    yield from mounts(context, given, mount)
    if given.image is not None:
        there = models_of(context) if _bound(mount) else ()
        yield from server(given, there)
        yield from ports(given)
        yield from tokens(context, given)
        yield from in_files(context, given)
        yield from machine(context, given, bound=_bound(mount))
    yield from unmounted(given)
    yield from _unknown(given)


def _bound(mount: Mount | None) -> bool:
    return mount is not None and mount.kind == "bind" and not mount.unset


def _unknown(given: Given) -> Answers:
    """Variables whose value nobody knows here, where a judgement stands on them."""
    names = [name for one in given.options if not one.name for name in one.unset or (one.written,)]
    names += given.image.unset if given.image else ()
    names += [name for one in given.flags for name in one.unset]
    names += [name for one in given.mounts if one.kind == "bind" for name in one.unset]
    for name in dict.fromkeys(names):
        yield _doubt(name)


def _doubt(name: str) -> Answer:
    return unsure("variable", name=name)
