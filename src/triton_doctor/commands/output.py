"""Writing what --output asks for."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from triton_doctor.deployment import FORMATS, Settings
from triton_doctor.errors import UsageError
from triton_doctor.record import Record, replace

DATA = ("text", "json")  # the formats of every command; the others are of a report alone
_BY_NAME = {
    ".json": "json",
    ".xml": "junit",
    ".sarif": "sarif",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".log": "text",
}
_NAMED = {name: form for name, form in _BY_NAME.items() if form in FORMATS}


class Target(Record, frozen=True):
    """A file to be written, and in which format."""

    form: str
    file: str


def targets(settings: Settings) -> tuple[Target, ...]:
    """The files of --output. UsageError for one that could not be written after the run.

    The format is the one before a colon, as in `junit:report.out`; else the file's name tells it,
    else --format, else it is text.
    """
    found = tuple(_target(one, settings.format) for one in settings.output)
    places = [Path(target.file).resolve() for target in found]
    for target, place in zip(found, places, strict=True):
        if not place.parent.is_dir():
            raise UsageError(
                "the folder does not exist", where=f"--output {target.file}", hint="Make it first."
            )
        if places.count(place) > 1:
            raise UsageError(
                "is given twice", where=f"--output {target.file}", hint="Name two files."
            )
    return found


def only(settings: Settings) -> Target | None:
    """The one file of a command that tells more than a report, as text or JSON.

    UsageError for a format that this command does not have, and for more files than one.
    """
    found = targets(settings)
    wanted = [("--format", settings.format), *((f"--output {one.file}", one.form) for one in found)]
    for where, form in wanted:
        if form not in (*DATA, "auto"):
            raise UsageError(
                f"{form} is a format of the plain run",
                where=where,
                hint=f"Here there are: {', '.join(DATA)}.",
            )
    _one(settings)
    return found[0] if found else None


def named(settings: Settings) -> str | None:
    """The one file of a command that writes what is not a report, whatever its name ends in."""
    only(replace(settings, output=tuple(f"text:{one}" for one in settings.output)))
    _one(settings)
    return settings.output[0] if settings.output else None


def _one(settings: Settings) -> None:
    if len(settings.output) > 1:
        raise UsageError("is given twice", where="--output", hint="This command writes one file.")


def _target(given: str, asked: str) -> Target:
    form, colon, file = given.partition(":")
    if colon and form in FORMATS and form != "auto":
        if not file:
            raise UsageError("no file is named", where=f"--output {given}", hint=f"{form}:FILE")
        return Target(form, file)
    by_name = _NAMED.get(Path(given).suffix.lower())
    return Target(by_name or ("text" if asked == "auto" else asked), given)


def write_whole(output: str, text: str) -> None:
    """The text to a file, whole or not at all; UsageError where it cannot be written.

    A link stays, and the file behind it is written; a device or a pipe takes the text as it comes.
    """
    path = Path(output)
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}",
            where=f"--output {path}",
            hint="Name another file.",
        ) from None


def _replace(path: Path, text: str) -> None:
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_text(text, "utf-8", "backslashreplace")
        half.replace(path)
    except BaseException:
        with suppress(OSError):  # of a folder that takes nothing there is nothing to take back
            half.unlink()
        raise
