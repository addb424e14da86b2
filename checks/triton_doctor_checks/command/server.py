"""Judges what runs in the container: tritonserver, its flags and its models. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from triton_doctor.api import Answers, Found, Severity, unsure
from triton_doctor.probes.given_command import Given, Option, Part
from triton_doctor.probes.image_names import parse
from triton_doctor_checks.command.mounted import bound
from triton_doctor_checks.command.places import Change, at

_FLAG = "launch/bad-flag"
_MODES = ("none", "poll", "explicit")
_TRUE_FALSE = ("true", "false", "1", "0", "on", "off")
_FIRST_REFUSING = (
    "24.06"  # tritonserver before it took --load-model without the mode, and ignored it
)


def server(given: Given, there: Sequence[str]) -> Answers:
    """given: with an image; there: the models of the repository, where they are known."""
    for option in given.late:
        yield _after_image(given, option)
    head = given.inner[0] if given.inner else None
    if _by_itself(given, head):
        yield unsure("other-image", image=given.image.text if given.image else "?")
    elif head is None:
        if given.image and not given.option("entrypoint"):
            shell = given.on("interactive") and given.on("tty")  # where it may be typed then
            yield at(
                given, given.image.start, "no-server", *_appended(given),
                severity=Severity.WARNING if shell else None, image=given.image.text,
            )  # fmt: skip
    elif len(head.text.split()) > 1 and head.text.split()[0].endswith("tritonserver"):
        yield _in_one_word(given, head)
    elif get_close_matches(head.text, ["tritonserver"], 1, 0.8) and head.text != "tritonserver":
        change = Change(head.start, head.end, "tritonserver")
        yield at(given, head.start, "docker/bad-command", change, case="program", error=head.text)
    elif not head.text.startswith("-") and not head.text.endswith("tritonserver"):
        yield unsure("other-program", program=head.text)
    else:
        yield from _flags(given, head, there)


def _flags(given: Given, head: Part, there: Sequence[str]) -> Answers:
    if head.text.startswith("-") and not given.option("entrypoint"):
        change = Change(head.start, head.start, "tritonserver ")
        flags = [one for one in given.flags if not _dockers(one)]
        if flags:
            yield at(given, head.start, _FLAG, change, case="no-program", error=head.text)
    for flag in given.flags:
        answer = _unknown(given, flag) if not flag.known else _value(given, flag)
        if answer:
            yield answer
    for stray in given.strays:
        yield at(given, stray.start, _FLAG, error=f"Unexpected argument: {stray.text}")
    yield from _loading(given, there)


def _by_itself(given: Given, head: Part | None) -> bool:
    """Whether an image that is not Triton's, as vLLM's own, may start what the command leaves
    out."""
    image = given.image
    ours = image is None or bool(image.unset) or parse(image.text).is_triton
    left_out = head is None or head.text.startswith("-")
    return left_out and not ours and given.option("entrypoint") is None


def _in_one_word(given: Given, head: Part) -> Found:
    """`"tritonserver --model-repository=/models"`: the quotes make one name of it."""
    written = given.text[head.start : head.end]
    bare = written == f'"{head.text}"' and given.source != "compose"
    change = (Change(head.start, head.end, head.text),) if bare else ()
    error = head.text
    return at(given, head.start, "docker/bad-command", *change, case="one-word", error=error)


def _appended(given: Given) -> tuple[Change, ...]:
    if given.source == "compose" or given.image is None:
        return ()
    places = bound(given)
    place = places[0] if len(places) == 1 else "/models"
    return (Change(given.image.end, given.image.end, f" tritonserver --model-repository={place}"),)


def _dockers(flag: Option) -> bool:
    """Whether an unknown flag is one of docker's."""
    return not flag.known and flag.elsewhere


def _unknown(given: Given, flag: Option) -> Found:
    if _dockers(flag):
        return _after_image(given, flag)
    changes = []
    if flag.near and flag.written.startswith("--"):
        changes.append(Change(flag.start, flag.start + len(flag.written), f"--{flag.near}"))
    text = (
        f"{flag.written}={flag.value}"
        if flag.value and "=" in given.text[flag.start : flag.end]
        else flag.written
    )
    error = (
        f"unrecognized option '{text}'"
        if flag.written.startswith("--")
        else f"invalid option -- '{flag.name[:1]}'"
    )
    return at(given, flag.start, _FLAG, *changes, error=error)


def _after_image(given: Given, option: Option) -> Found:
    return at(
        given,
        option.start,
        "docker/bad-command",
        *_moved(given, option),
        case="flag-after-image",
        error=option.written,
    )


def _moved(given: Given, flag: Option) -> tuple[Change, ...]:
    """An option of docker put in front of the image; in a compose file there is no such place."""
    if given.image is None or given.source == "compose":
        return ()
    text = given.text[flag.start : flag.end]
    end = flag.end + (given.text[flag.end : flag.end + 1] == " ")
    if any(start < end and flag.start < stop for start, stop in given.secrets):
        return ()
    return (Change(given.image.start, given.image.start, f"{text} "), Change(flag.start, end, ""))


def _value(given: Given, flag: Option) -> Found | None:
    error = _refusal(flag)
    return at(given, flag.start, _FLAG, error=error) if error else None


def _refusal(flag: Option) -> str:
    """What tritonserver says of a value that it does not take."""
    kind, value = flag.kind, flag.value
    if not kind:
        return f"option '{flag.written}' doesn't allow an argument" if value else ""
    if value is None:
        return f"option '{flag.written}' requires an argument"
    if flag.unset:
        return ""
    if kind == "integer" and not re.fullmatch(r"[+-]?\d+", value):
        return f'Bad option: "{flag.written}". Invalid option value. Got {value}'
    if kind == "boolean" and value.lower() not in _TRUE_FALSE:
        return f'Bad option: "{flag.written}". invalid value for bool option: {value}'
    if flag.name == "model-control-mode" and value not in _MODES:
        return f'Bad option: "{flag.written}". invalid argument for --model-control-mode'
    return ""


def _loading(given: Given, there: Sequence[str]) -> Answers:
    repository = given.flag("model-repository") or given.flag("model-store")
    if repository is None and not any(one.near == "model-repository" for one in given.flags):
        start = given.inner[0].start
        end = given.inner[0].end
        change = (
            () if given.source == "compose" else (Change(end, end, " --model-repository=/models"),)
        )
        yield at(given, start, "no-repository", *change)
    load = given.flag("load-model")
    mode = given.flag("model-control-mode")
    meant = any(one.near == "model-control-mode" for one in given.flags)
    if load and given.mode != "explicit" and not meant and (not mode or mode.value in _MODES):
        yield _without_explicit(given, load, mode)
    loads = [one for one in given.flags if one.name == "load-model"]
    star = next((one for one in loads if one.value == "*"), None)
    if star and len(loads) > 1:
        error = "Wildcard model name '*' must be the ONLY startup model if specified at all"
        yield at(given, star.start, _FLAG, case="wildcard", error=error)
    if given.mode == "explicit" and load is None and mode:
        model = there[0] if len(there) == 1 else ""
        change = (Change(mode.end, mode.end, f" --load-model={model}"),) if model else ()
        change = () if given.source == "compose" else change
        yield at(
            given, mode.start, "nothing-loaded", *change,
            mode=f"{mode.written}=explicit", model=model or next(iter(there), "gemma"),
        )  # fmt: skip


def _without_explicit(given: Given, load: Option, mode: Option | None) -> Found:
    release = parse(given.image.text).release if given.image else ""
    milder = Severity.WARNING if "" < release < _FIRST_REFUSING else None
    if given.source == "compose":
        changes: tuple[Change, ...] = ()
    elif mode is None:
        changes = (Change(load.start, load.start, "--model-control-mode=explicit "),)
    else:
        changes = (Change(mode.start, mode.end, "--model-control-mode=explicit"),)
    return at(
        given,
        load.start,
        "launch/load-without-explicit",
        *changes,
        severity=milder,
        model=load.value or "gemma",
    )
