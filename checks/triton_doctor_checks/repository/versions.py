"""Judges the version folders of a model as Triton takes them from their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triton_doctor.api import ASK, SAFE, SHOW, Answer, Plan, Severity, make_folder, plan
from triton_doctor.probes.repository import ARGUMENTS, CONFIG, Model, version_number
from triton_doctor_checks.repository.config_tree import is_vllm, served_by_text
from triton_doctor_checks.repository.layout import bad, beside, deeper, looks_like_model
from triton_doctor_checks.repository.place import Place, some
from triton_doctor_checks.repository.scaffolding import WEIGHTS, arguments

_DIGITS = re.compile(r"\d+")
_MEANT = re.compile(r"(?:v|ver|version)?[-_ .]?(\d+)", re.IGNORECASE)
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def versions(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with the model's version folders."""
    fatal = _link(place, model) or _too_big(place, model)
    numbers = model.numbers
    if fatal is not None:
        yield fatal
    elif not numbers:
        yield _none(place, model)
    else:
        misread = list(_misread(place, model, numbers))
        yield from misread or _skipped(place, model)


def _link(place: Place, model: Model) -> Answer | None:
    """A link in the model's folder that the container cannot follow ends the model's poll."""
    for entry in model.folder.entries:
        if entry.name != CONFIG and (entry.kind == "dangling" or entry.outside):
            seen = f"{model.name}/{entry.name}"
            case = "outside" if version_number(entry.name) is not None else "link"
            return bad(place, model.name, case, seen, "", where=seen)
    return None


def _too_big(place: Place, model: Model) -> Answer | None:
    for name in model.folder.names("folder"):
        number = version_number(name)
        if number is not None and not _SMALLEST <= number <= _LARGEST:
            source, target = f"{model.name}/{name}", f"{model.name}/old_{name}"
            fix = place.rename_plan(source, target, SAFE, name="aside")
            case, repair = "version-too-big", place.move(source, target)
            return bad(place, model.name, case, name, repair, where=source, fix=fix)
    return None


def _none(place: Place, model: Model) -> Answer:
    """Why there is no folder that Triton takes for a version."""
    name = model.name
    inner = model.subfolder(name)
    almost = next(filter(_DIGITS.search, model.folder.names("folder")), None)
    as_file = next(
        (one for one in model.folder.names("file") if version_number(one) is not None), None
    )
    if inner is not None and looks_like_model([entry.name for entry in inner.entries]):
        return deeper(place, name, place.path(name))
    if almost is not None:
        return _misnumbered(place, model, almost)
    if model.folder.find(ARGUMENTS):
        return beside(place, model, 1)
    if as_file is not None and as_file.isdecimal():
        return bad(place, name, "version-is-file", as_file, "", where=f"{name}/{as_file}")
    contents = some([entry.name for entry in model.folder.entries])
    return bad(place, name, None, contents, place.make(f"{name}/1"), fix=_made(place, model))


def _made(place: Place, model: Model) -> Plan | None:
    """The guide's model.json in a first version, for a model that vLLM is to serve."""
    if not is_vllm(model):
        return None
    path = place.path(f"{model.name}/1")
    steps = arguments(f"{path}/{ARGUMENTS}", place.release).steps
    return plan("make", ASK, make_folder(path), *steps, path=path, weights=WEIGHTS)


def _misnumbered(place: Place, model: Model, name: str) -> Answer:
    digits = _DIGITS.search(name)
    target = f"{model.name}/{int(digits[0]) if digits else 1}"
    source = f"{model.name}/{name}"
    fix, repair = place.rename_plan(source, target, SAFE), place.move(source, target)
    return bad(place, model.name, "version-name", name, repair, where=source, fix=fix)


def _misread(place: Place, model: Model, numbers: dict[int, str]) -> Iterator[Answer]:
    """Versions that Triton will load from a folder that is not there, as 1 for a folder `1.0`."""
    if all(number >= 0 and str(number) == name for number, name in numbers.items()):
        return
    folders = set(model.folder.names("folder"))
    config = model.config
    text = config.text if config is not None and config.text else ""
    for number in served_by_text(text, tuple(numbers)) or ():
        if number >= 0 and str(number) in folders:
            continue
        name = numbers[number]
        # A copy beside a good version is put out of the way; a lone one is the version meant.
        target = f"old_{name.strip()}" if model.versions else str(abs(number))
        source, goal = f"{model.name}/{name}", f"{model.name}/{target}"
        yield bad(
            place,
            model.name,
            "version-misread",
            name,
            place.move(source, goal),
            where=source,
            fix=place.rename_plan(source, goal, SAFE, name="aside" if model.versions else "rename"),
            number=str(number % 2**64),
        )


def _skipped(place: Place, model: Model) -> Iterator[Answer]:
    """A folder that was meant for a version beside those that Triton takes."""
    for name in model.folder.names("folder"):
        meant = _MEANT.fullmatch(name)
        if version_number(name) is not None or meant is None:
            continue
        number = str(int(meant[1]))
        if model.folder.find(number) is None:
            source, target = f"{model.name}/{name}", f"{model.name}/{number}"
            repair = place.move(source, target)
            yield bad(
                place,
                model.name,
                "version-skipped",
                name,
                repair,
                where=source,
                severity=Severity.NOTE,
                fix=place.rename_plan(source, target, SHOW),
                number=number,
            )
