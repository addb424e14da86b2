"""Judges docker's own options and the image's name. Pure."""

from __future__ import annotations

import re

from triton_doctor.api import Answers, Found, Severity, size
from triton_doctor.probes.given_command import Given, Option, Part
from triton_doctor.probes.image_names import parse
from triton_doctor_checks.command.places import Change, added, at, first, without

_BAD = "docker/bad-command"
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_PATH = re.compile(
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*"
)
_TAG = re.compile(r"\w[\w.-]{0,127}")
_PARTED = re.compile(r"(?<=,)[ \t]+$|(?<=--gpus)[ \t]*=[ \t]+$|(?<=\d:)[ \t]+$")
_LEAST = 1 << 20  # bytes of /dev/shm that Triton's Python backend sets up for a model
_UNQUOTED_DEVICES = re.compile(r"device=[\w-]+(?:,[\w-]+)+")
_QUOTED = {
    "powershell": "'\"device={}\"'",
    "cmd": '"\\"device={}\\""',
}


def options(given: Given) -> Answers:
    yield from _engine(given)
    for option in (one for one in given.options if one.name):
        answer = _unknown(given, option) if not option.known else _value(given, option)
        if answer:
            yield answer
    for word in given.misplaced:
        yield at(given, word.start, _BAD, *_joined(given, word), case="stray", error=word.text)
    yield from _image(given)
    yield from _gpus(given)
    yield from _shared_memory(given)
    yield from _removal(given)


def _engine(given: Given) -> Answers:
    program = given.program
    if program is None:
        return
    name = re.split(r"[\\/]", program.text)[-1].lower().removesuffix(".exe")
    if name == "docker":
        yield from _capital(given, program)
        return
    case = "nvidia" if name.startswith("nvidia-docker") else None
    change = [Change(program.start, program.end, "docker")] if case else []
    if case and not given.option("gpus"):
        change += added(given, "--gpus all")
    yield at(given, program.start, "other-engine", *change, case=case, engine=name)


def _capital(given: Given, program: Part) -> Answers:
    """`Docker run`, as keyboards that begin a sentence write it; Windows has no such names."""
    word = re.split(r"[\\/]", program.text)[-1]
    if given.shell in ("posix", "fish") and word == "Docker":
        change, milder = Change(program.end - len(word), program.end, "docker"), Severity.WARNING
        yield at(given, program.start, _BAD, change, case="capital", severity=milder, error=word)


def _joined(given: Given, word: Part) -> tuple[Change, ...]:
    """The blank taken out that parted a word from its list, or from its option's `=`."""
    blank = _PARTED.search(given.text[: word.start])
    if blank is None or given.source == "compose":
        return ()
    return (Change(blank.start(), word.start, "=" if "=" in blank[0] else ""),)


def _unknown(given: Given, option: Option) -> Found:
    """An option that docker does not have: one of tritonserver's, or a slip."""
    if option.elsewhere:
        return at(given, option.start, _BAD, case="triton-flag", error=option.written)
    if option.written.startswith("--"):
        error = f"unknown flag: {option.written}"
        change = Change(option.start, option.start + len(option.written), f"--{option.near}")
    else:
        short = option.name[0] if option.near else option.name
        error = f"unknown shorthand flag: '{short}' in {option.written}"
        change = Change(option.start, option.start + 1, "--")
    if not option.near:
        return at(given, option.start, _BAD, case="no-option", error=error)
    error = f"{error}. Did you mean --{option.near}?"
    return at(given, option.start, _BAD, change, case="misspelt", error=error)


def _value(given: Given, option: Option) -> Found | None:
    """A value that docker refuses, in docker's own words."""
    error = _refusal(given, option)
    place = option.value_start if option.value else option.start
    case = "name" if option.name == "name" and option.value else "value"
    return at(given, place, _BAD, case=case, error=error) if error else None


def _refusal(given: Given, option: Option) -> str:
    value = option.value
    if value is None:
        return f"flag needs an argument: {option.written}"
    if option.unset:
        return ""
    if option.name == "name" and not _NAME.fullmatch(value):
        return f"Invalid container name ({value}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
    if option.name in ("shm-size", "memory") and not _is_size(value):
        return f'invalid argument "{value}" for "--{option.name}" flag: invalid size'
    if option.name == "publish" and not re.fullmatch(
        r"[\d.:\[\]a-fA-F-]+(?:/(?:tcp|udp|sctp))?", value
    ):
        return f'invalid argument "{value}" for "-p, --publish" flag'
    if option.name == "gpus" and not re.fullmatch(r"all|\d+|.*=.*", value):
        return f'invalid argument "{value}" for "--gpus" flag: neither "all" nor an integer'
    if option.name == "restart" and value != "no" and given.on("rm"):
        return "conflicting options: cannot specify both --restart and --rm"
    return ""


def _is_size(value: str) -> bool:
    try:
        size(value)
    except ValueError:
        return value == "-1"
    return True


def _image(given: Given) -> Answers:
    image = given.image
    if image is None:
        place = given.program.start if given.program else 0
        yield at(given, place, _BAD, error="'docker run' requires at least 1 argument: the image")
        return
    if image.unset or not image.text:
        return
    name = parse(image.text)
    if name.repository != name.repository.lower():
        error = f"invalid reference format: repository name ({name.repository}) must be lowercase"
        lower = image.text.replace(name.repository, name.repository.lower())
        change = Change(image.start, image.end, lower)
        yield at(given, image.start, _BAD, change, case="reference", error=error)
    elif (
        image.text.endswith(":")
        or not _PATH.fullmatch(name.repository)
        or (name.tag and not _TAG.fullmatch(name.tag))
    ):
        error = f"invalid reference format: {image.text}"
        yield at(given, image.start, _BAD, case="reference", error=error)


def _gpus(given: Given) -> Answers:
    option, runtime = given.option("gpus"), given.option("runtime")
    devices = [one for one in given.options if one.name == "device"]
    if option and option.value and _UNQUOTED_DEVICES.fullmatch(option.value):
        numbers = option.value.partition("=")[2]
        quoted = _QUOTED.get(given.shell, "'\"device={}\"'").format(numbers)
        change: tuple[Change, ...] = (Change(option.value_start, option.end, quoted),)
        change = () if given.source == "compose" else change
        error = "cannot set both Count and DeviceIDs on device request"
        yield at(given, option.start, _BAD, *change, case="devices", error=error)
    by_device = any("nvidia" in (one.value or "") for one in devices)
    by_runtime = runtime is not None and runtime.value == "nvidia"
    nvidia_docker = given.program is not None and "nvidia-docker" in given.program.text
    meant = any("gpus" in (one.near, one.name) for one in given.options)
    if (
        option is None
        and not given.open
        and not (by_device or by_runtime or nvidia_docker or meant)
    ):
        name = given.option("name")
        container = name.value if name and name.value else "the container"
        change = added(given, "--gpus all")
        case = "compose" if given.source == "compose" else "command"
        yield at(given, first(given), "gpu/not-visible", *change, case=case, container=container)


def _shared_memory(given: Given) -> Answers:
    option = given.option("shm-size")
    if option is None or not option.value or option.unset or not _is_size(option.value):
        return
    if option.value != "-1" and size(option.value) < _LEAST:
        place = given.text.find(option.value, option.value_start)
        change = Change(place, place + len(option.value), "1g")
        changes = () if given.source == "compose" else (change,)
        problem = "host/shm-too-small"
        yield at(
            given, option.value_start, problem, *changes,
            case="in-command", size=option.value, need="1 MiB",
        )  # fmt: skip


def _removal(given: Given) -> Answers:
    option = given.option("rm")
    if option and given.on("rm"):
        alone = given.text[option.start : option.end].startswith("--rm")
        change = (without(given, option.start, option.end),) if alone else ()
        name = given.option("name")
        container = name.value if name and name.value else ""
        yield at(
            given, option.start, "removes-log", *change, case=None if container else "unnamed",
            option=option.written, container=container,
        )  # fmt: skip
