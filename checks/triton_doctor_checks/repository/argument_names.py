"""Judges the names in model.json: each is handed to vLLM, which takes those that it knows. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from triton_doctor.api import (
    ASK,
    SAFE,
    SHOW,
    Answer,
    Plan,
    Severity,
    found,
    pointed,
    spot,
)
from triton_doctor.probes.release import Release
from triton_doctor_checks.engine import table as tables
from triton_doctor_checks.engine.spelling import ALIASES, CONFIG, REQUEST, SERVER, guess, plain
from triton_doctor_checks.engine.table import History
from triton_doctor_checks.repository.argument_plans import Scene, delete, later, planned, rename
from triton_doctor_checks.repository.json_places import (
    Member,
    lifted,
    members,
    replaced,
    without,
)

# `disable_log_requests` gave way to an argument of the opposite sense, so its value cannot be kept.
_OPPOSITE = "disable_log_requests"
_ELSEWHERE = (("request", REQUEST), ("server", SERVER), ("config", CONFIG))
# Words of the catalogue's cases that hold for this image's version only.
_LATER = ("later", "later-than-all")
_BY_VERSION = ("removed", "replaced", "opposite", *_LATER)
_SHOWN = 120  # characters of a value that is shown


def unknown_keys(path: str, text: str, release: Release | None) -> Iterator[Answer]:
    """The names that this image's vLLM does not know, and those that stand there twice.

    text: a JSON object; release: None where the image could not be looked up.
    """
    known = tables.table(release.vllm) if release else None
    pairs = json.loads(text, object_pairs_hook=list)
    names = {name for name, _ in pairs}
    if known and len(names) == len(pairs) and names <= known.arguments.keys():
        return  # nearly always: their places need not be looked for
    every = members(text)
    scene = Scene(path, text, every, known, release.image if release else "")
    for member in every:
        if member.name not in known if known else _doubtful(member.name, release):
            yield _unknown(scene, member)
    if len({member.name for member in every}) < len(every):
        yield from _repeated(scene)


def _doubtful(name: str, release: Release | None) -> bool:
    """Whether something is known against a name though the image's vLLM is not known.

    Of an image later than all that are known it is enough that the newest vLLM has it no longer.
    """
    past = tables.history(name)
    later = release is not None and release.tag > release.newest_known
    return past is None or (later and past.last is not None)


def _unknown(scene: Scene, member: Member) -> Answer:
    simple = plain(member.name)
    known = set(scene.table.arguments) if scene.table else set(tables.every_name())
    past = tables.history(member.name) or tables.history(simple)
    if isinstance(member.value, dict) and any(tables.history(one) for one in member.value):
        return _nested(scene, member)
    if simple in known and simple != member.name:
        return _misspelt(scene, member, simple)
    if past is not None:
        return _of_another_version(scene, member, simple, past)
    if simple in ALIASES and ALIASES[simple] in known:
        return _alias(scene, member, ALIASES[simple])
    for case, others in _ELSEWHERE:
        if simple in others:
            example = _shown(simple, member.value)
            return _answer(scene, member, case, example=example, fix=delete(scene, member))
    near = guess(member.name, known)
    if near is None:
        case = "nowhere" if scene.table else "unknown-version"
        return _answer(scene, member, case, fix=delete(scene, member))
    if near.sure:
        return _misspelt(scene, member, near.name)
    fix = rename(scene, member, near.name, SHOW)  # it may be the very opposite
    example = _shown(near.name, member.value)
    return _answer(scene, member, "near", meant=near.name, example=example, fix=fix)


def _nested(scene: Scene, member: Member) -> Answer:
    clash = any(scene.has(name) for name in member.value)
    step = None if clash else lifted(scene.path, scene.text, member)
    example = ", ".join(_shown(name, value) for name, value in list(member.value.items())[:2])
    return _answer(scene, member, "nested", example=example, fix=planned("lift", SAFE, step))


def _misspelt(scene: Scene, member: Member, meant: str) -> Answer:
    example = _shown(meant, member.value)
    fix = rename(scene, member, meant, SAFE)
    return _answer(scene, member, "misspelt", meant=meant, example=example, fix=fix)


def _alias(scene: Scene, member: Member, meant: str) -> Answer:
    fix = rename(scene, member, meant, ASK)
    return _answer(
        scene, member, "alias", meant=meant, example=_shown(meant, member.value), fix=fix
    )


def _of_another_version(scene: Scene, member: Member, name: str, past: History) -> Answer:
    asked = tables.order(scene.table.version if scene.table else tables.newest())
    name = member.name if tables.history(member.name) else name
    if past.gone is None or asked < tables.order(past.first):
        tag = tables.release_with(past.first)
        case = "later" if tag else "later-than-all"
        fix = later(scene, member, past.first, tag)
        return _answer(scene, member, case, since=past.first, release=tag, fix=fix)
    away = planned("delete", SAFE, without(scene.path, scene.text, scene.every, member))
    when = {"since": past.gone, "release": tables.release_with(past.gone)}
    if name == _OPPOSITE:
        return _answer(scene, member, "opposite", meant="enable_log_requests", fix=away, **when)
    successor = tables.successor(name)
    if successor and (scene.table is None or successor[0][0] in scene.table):
        return _succeeded(scene, member, *successor, when)
    return _answer(scene, member, "removed", fix=away, **when)


def _succeeded(
    scene: Scene, member: Member, target: tuple[str, ...], value: Any, when: dict[str, str]
) -> Answer:
    kept = member.value if value is None else value
    content = kept
    for inner in reversed(target[1:]):
        content = {inner: content}
    fix = None
    if not scene.has(target[0]):
        new = f"{json.dumps(target[0])}: {json.dumps(content)}"
        step = replaced(scene.path, scene.text, member.start, member.end, new)
        fix = planned("rename", SAFE if value is None else ASK, step, meant=target[0])
    example = _shown(target[0], content)
    return _answer(scene, member, "replaced", meant=target[0], example=example, fix=fix, **when)


def _repeated(scene: Scene) -> Iterator[Answer]:
    for name, count in Counter(member.name for member in scene.every).items():
        if count == 1:
            continue
        places = [member for member in scene.every if member.name == name]
        steps = [without(scene.path, scene.text, scene.every, one) for one in places[:-1]]
        line, column = spot(scene.text, places[-1].start)
        yield found(
            "repeated-argument",
            where=f"{scene.path}:{line}:{column}",
            evidence=pointed(scene.text, line, column),
            fix=planned("delete", SAFE, *steps),
            argument=name,
            count=count,
            first=spot(scene.text, places[0].start)[0],
            last=line,
        )


def _answer(
    scene: Scene, member: Member, case: str, fix: Plan | None = None, **values: str
) -> Answer:
    line, column = spot(scene.text, member.start)
    told = {"meant": "", "since": "", "release": "", "example": "", **values}
    return found(
        "unknown-engine-argument",
        case=case,
        severity=_severity(scene, member, case, told["since"]),
        where=f"{scene.path}:{line}:{column}",
        evidence=pointed(scene.text, line, column),
        fix=fix,
        argument=member.name,
        vllm=scene.table.version if scene.table else tables.newest(),
        **told,
    )


def _severity(scene: Scene, member: Member, case: str, since: str) -> Severity | None:
    """A warning where this vLLM may know the name all the same."""
    if scene.table is None:
        return Severity.WARNING if member.name.isidentifier() else None
    if case in _BY_VERSION and not scene.official:
        return Severity.WARNING
    if case in _LATER and tables.after(since, scene.table.read):
        return Severity.WARNING  # NVIDIA builds vLLM itself, and may have it earlier
    return None


def _shown(name: str, value: Any) -> str:
    """`"name": value` as it may stand in the file."""
    text = json.dumps(value)
    return f'"{name}": {text if len(text) <= _SHOWN else "..."}'
