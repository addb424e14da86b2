"""What differs between two runs, in words. Pure: two recorded documents in, differences out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.record import Record
from triton_doctor.report.comparing_files import parts

Facts = Mapping[str, Any]
# `[host-1]` of one bundle and `[host-2]` of another may be the same host: it is not told.
_STAND_IN = re.compile(r"\[([a-z]+(?:-[a-z]+)*)-\d+\]")
_UNITS = 2**30
_ID = len("sha256:") + 12  # as much of an image's id as docker shows
NOT_THERE, THERE = "-", "+"
# What only the engine tells of: no difference where one side has none that answers.
_OF_THE_ENGINE = {
    "engine-kind",
    "rootless",
    "runtimes",
    "image-id",
    "image-platform",
    "release",
    "container",
}


class Difference(Record, frozen=True):
    """topic: as `driver`, a key of the words; what: which one, where there are several."""

    topic: str
    before: str
    after: str
    what: str = ""


class Compared(Record, frozen=True):
    """came, went: findings of the second and of the first run alone."""

    came: tuple[Mapping[str, Any], ...]
    went: tuple[Mapping[str, Any], ...]
    stayed: int
    differences: tuple[Difference, ...]


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Compared:
    """Two reports as JSON documents."""
    old, new = (list(one.get("findings") or ()) for one in (before, after))
    olds, news = ({_key(one) for one in found} for found in (old, new))
    return Compared(
        came=tuple(one for one in new if _key(one) not in olds),
        went=tuple(one for one in old if _key(one) not in news),
        stayed=len(olds & news),
        differences=(
            *_differences(_told(before), _told(after)),
            *_file_differences(_texts(before), _texts(after)),
        ),
    )


def _key(finding: Mapping[str, Any]) -> tuple[str, str]:
    return str(finding.get("problem")), _plain(finding.get("where"))


def _engine(told: dict[tuple[str, str], str]) -> str:
    return told.get(("engine", ""), NOT_THERE)


def _differences(
    before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]
) -> Iterator[Difference]:
    silent = any(_engine(one) == NOT_THERE for one in (before, after))
    for topic, what in dict.fromkeys([*before, *after]):
        if silent and topic in _OF_THE_ENGINE:
            continue
        old = before.get((topic, what), NOT_THERE)
        new = after.get((topic, what), NOT_THERE)
        if _plain(old) != _plain(new):
            yield Difference(topic, old, new, what)


def _file_differences(before: dict[str, str], after: dict[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield Difference("file", _there(old), _there(new), name)
        elif _plain(old) != _plain(new):
            yield from (_part(name, *one) for one in parts(old, new))


def _there(text: str | None) -> str:
    return NOT_THERE if text is None else THERE


def _part(name: str, what: str, before: str | None, after: str | None) -> Difference:
    if what:
        return Difference("value", before or NOT_THERE, after or NOT_THERE, f"{what} ({name})")
    if before or after:
        return Difference("file", before or NOT_THERE, after or NOT_THERE, name)
    return Difference("layout", "", "", name)


def _plain(value: object) -> str:
    return _STAND_IN.sub(r"[\1]", str(value))


def _told(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What is worth comparing, in the order in which it is told."""
    facts: Facts = document.get("facts") or {}
    told: dict[tuple[str, str], str] = {}
    doctor = (document.get("doctor") or {}).get("version")
    for topic, value in (("doctor", doctor), *_machine(facts), *_docker(facts)):
        told[topic, ""] = _text(value)
    told.update(_gpus(facts))
    for key, value in (document.get("deployment") or {}).items():
        told["setting", str(key).replace("_", "-")] = _text(value)
    told.update(_containers(facts))
    return told


def _machine(facts: Facts) -> Iterator[tuple[str, Any]]:
    system = _table(facts, "system")
    for topic in ("name", "architecture", "kernel"):
        yield f"system-{topic}", system.get(topic)
    yield "memory", _gib(system.get("memory"))
    reading = _table(_table(facts, "gpus"), "reading")
    yield "driver", reading.get("driver")
    yield "cuda", _dotted(reading.get("cuda"))


def _docker(facts: Facts) -> Iterator[tuple[str, Any]]:
    engine = _table(facts, "docker-engine")
    yield "engine", engine.get("version")
    yield "engine-kind", engine.get("kind")
    yield "rootless", engine.get("rootless")
    yield "runtimes", engine.get("runtimes")
    yield "client", _table(facts, "docker-client").get("version")
    image = _table(_table(facts, "images"), "deployment")
    yield "image-id", str(image.get("id") or "")[:_ID]
    yield "image-platform", image.get("platform")
    yield "release", image.get("release")


def _gpus(facts: Facts) -> Iterator[tuple[tuple[str, str], str]]:
    found = _rows(_table(_table(facts, "gpus"), "reading"), "gpus")
    for number, gpu in enumerate(found):
        memory = _gib(gpu.get("memory") or gpu.get("total") or gpu.get("memory_total"))
        yield ("gpu", str(gpu.get("index", number))), f"{gpu.get('name')} {memory}".strip()


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    """The files of the repository and what is in them, secrets starred out; or why it is not."""
    found: dict[str, str] = {}
    facts = document.get("facts")
    for model in _rows(_table(facts if isinstance(facts, Mapping) else {}, "repository"), "models"):
        for file in _rows(model, "files"):
            text = file.get("text")
            model_name, path = str(model.get("name")), str(file.get("path") or "")
            name = f"{model_name}/{path.removeprefix(f'{model_name}/')}"
            found[name] = str(file.get("trouble")) if text is None else str(text)
    return found


def _containers(facts: Facts) -> Iterator[tuple[tuple[str, str], str]]:
    for one in _rows(_table(facts, "launches"), "containers"):
        state = str(one.get("state"))
        if state in ("exited", "dead"):
            state += f", exit {one.get('exit_code')}"
        yield ("container", str(one.get("name"))), state


def _table(facts: Facts, key: str) -> Facts:
    """What stands there, or an empty one: a document is a stranger's, or of another version."""
    value = facts.get(key)
    return value if isinstance(value, Mapping) else {}


def _rows(facts: Facts, key: str) -> list[Facts]:
    value = facts.get(key)
    rows = value if isinstance(value, list | tuple) else ()
    return [one for one in rows if isinstance(one, Mapping)]


def _gib(value: Any) -> str:
    return f"{value / _UNITS:.1f} GiB" if isinstance(value, int | float) and value else ""


def _dotted(value: Any) -> str:
    return (
        ".".join(str(part) for part in value) if isinstance(value, list | tuple) else _text(value)
    )


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or NOT_THERE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NOT_THERE if value in (None, "") else str(value)
