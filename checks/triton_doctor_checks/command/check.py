"""Judges the user's own command: what it says, where, and what it says nothing of."""

from __future__ import annotations

import sys

from triton_doctor.api import Answer, Answers, Context, Found, not_for_here, sound, unsure
from triton_doctor.probes.given_command import Given, Mount, given_command
from triton_doctor.probes.image_names import parse
from triton_doctor_checks.command.env_files import in_files
from triton_doctor_checks.command.machine import machine
from triton_doctor_checks.command.mounts import mounts, unmounted
from triton_doctor_checks.command.options import options
from triton_doctor_checks.command.ports import ports
from triton_doctor_checks.command.server import remote, server
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
    yield sound(
        program=given.program.text,
        image=given.image.text if given.image else "?",
        count=len(given.options) + len(given.flags),
    )


def _place(answer: Answer) -> tuple[bool, int, int]:
    """What is wrong, in the order of the text; then what is missing; then what is not known."""
    if not isinstance(answer, Found) or not answer.where:
        return True, sys.maxsize, 0
    line, column = answer.where.split(":")[-2:]
    return answer.problem in _LACKING, int(line), int(column)


def _judged(context: Context, given: Given) -> Answers:
    yield from signs(given)
    yield from options(given)
    served = _served(given)
    yield from mounts(context, given, served)
    if given.image is not None:
        yield from server(given)
        yield from ports(given)
        yield from tokens(context, given)
        yield from in_files(context, given)
        yield from machine(context, given, bound=_bound(served))
    yield from _unmounted(given)
    yield from _unknown(given)


def _served(given: Given) -> Mount | None:
    """The mount that the first model repository lies in."""
    path = next(iter(_repositories(given)), "/models")
    return _around(given, path)


def _repositories(given: Given) -> tuple[str, ...]:
    return given.flag_values("model-repository") + given.flag_values("model-store")


def _around(given: Given, path: str) -> Mount | None:
    wanted = given.in_container(path).rstrip("/") + "/"
    fitting = [
        one
        for one in given.mounts
        if one.target and wanted.startswith("/" + one.target.strip("/") + "/")
    ]
    return max(fitting, key=lambda one: len(one.target), default=None)


def _bound(served: Mount | None) -> bool:
    return served is not None and served.kind == "bind" and not served.unset


def _unmounted(given: Given) -> Answers:
    if given.open or any(one.bad or not one.target for one in given.mounts):
        return  # a mount that is told already may be the one
    ours = given.image is not None and parse(given.image.text).is_triton
    for flag in given.flags:
        if flag.name not in ("model-repository", "model-store") or not flag.value or flag.unset:
            continue
        if not remote(flag.value) and _around(given, flag.value) is None:
            yield unmounted(given, flag.value, flag.start, ours=ours)


def _unknown(given: Given) -> Answers:
    """Variables whose value nobody knows here, where a judgement stands on them."""
    names = [name for one in given.options if not one.name for name in one.unset or (one.written,)]
    names += given.image.unset if given.image else ()
    names += [name for one in given.mounts if one.kind == "bind" for name in one.unset]
    for name in dict.fromkeys(names):
        yield _doubt(name)


def _doubt(name: str) -> Answer:
    return unsure("variable", name=name)
