"""Options, environment and triton-doctor.toml become a Deployment and Settings.

An option wins over the environment, the environment over the file, the file over the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triton_doctor.deployment import OPTIONS, Deployment, Settings, keys
from triton_doctor.errors import UsageError
from triton_doctor.record import Record
from triton_doctor.values import Unfit

FILE = "triton-doctor.toml"
PREFIX = "TRITON_DOCTOR_"
ACCEPT = "accept"  # the one key that is no option


class Layers(Record, frozen=True):
    """What a run was given, so that it can be put together again once the file has changed."""

    options: Mapping[str, Any]
    environ: Mapping[str, str]
    config: str | None = None

    def resolve(self) -> tuple[Deployment, Settings]:
        return resolve(self.options, self.environ, self.config)

    @property
    def file(self) -> str:
        """The settings file in use, or the one that would be."""
        return self.config or self.environ.get(PREFIX + "CONFIG") or FILE

    def over(self, key: str) -> str | None:
        """The option or variable of this run that wins over the file's key, as it is written."""
        name = key.replace("-", "_")
        if self.options.get(name) not in (None, ()):
            return f"--{key}"
        variable = PREFIX + name.upper()
        return variable if self.environ.get(variable) else None


def resolve(
    options: Mapping[str, Any], environ: Mapping[str, str], config: str | None
) -> tuple[Deployment, Settings]:
    """Put the layers together.

    options: values by field name; None or () means not given. config: the path of --config.
    Raises UsageError, which names the option, the variable, or file and line.
    """
    chosen: dict[str, Any] = {}
    path = config or environ.get(PREFIX + "CONFIG") or (FILE if Path(FILE).is_file() else None)
    if path:
        chosen.update(_from_file(Path(path)), file=path)
    for key, name in keys().items():
        variable = PREFIX + name.upper()
        if environ.get(variable):
            chosen[name] = _parse(name, environ[variable], variable)
        if options.get(name) not in (None, ()):
            chosen[name] = _parse(name, options[name], f"--{key}")
    return _pick(Deployment, chosen), _pick(Settings, chosen)


def _pick(owner: Any, chosen: Mapping[str, Any]) -> Any:
    return owner(**{name: chosen[name] for name in owner.__struct_fields__ if name in chosen})


def _parse(name: str, value: object, where: str) -> Any:
    try:
        return OPTIONS[name].parse(value)
    except Unfit as unfit:
        raise UsageError(str(unfit), where=where) from None


def _from_file(path: Path) -> dict[str, Any]:
    # tomli and not tomllib: its wheels are compiled, and it is there on Python 3.10 too.
    import tomli

    try:
        source = path.read_bytes().decode("utf-8-sig")
        table = tomli.loads(source)
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}",
            where=str(path),
            hint="Give --config a readable file.",
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"is not UTF-8 (byte {error.start})", where=str(path), hint="Save it as UTF-8."
        ) from None
    except tomli.TOMLDecodeError as error:
        line = getattr(error, "lineno", None)
        raise UsageError(
            f"is not valid TOML: {error}",
            where=f"{path}:{line}" if line else str(path),
            hint='A line reads  key = "text"  or  key = 8000.',
        ) from None
    return dict(_known(table, source, path))


def _known(table: Mapping[str, Any], source: str, path: Path) -> Iterator[tuple[str, Any]]:
    """Name and value of each field that the file sets."""
    known = keys()
    for raw, value in table.items():
        key = raw.replace("_", "-")
        if key == ACCEPT:
            from triton_doctor.acceptances import read

            yield key, tuple(read(value, source, str(path)))
            continue
        where = f"{path}:{line_of(source, raw)}: {raw}"
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, (*known, ACCEPT), n=1)
            every = ", ".join((*known, ACCEPT))
            hint = f"Did you mean {near[0]}?" if near else f"Known keys: {every}."
            raise UsageError("is not a setting", where=where, hint=hint)
        parsed = _parse(known[key], value, where)
        if OPTIONS[known[key]].kind == "path":
            parsed = _beside(path, parsed)
        elif OPTIONS[known[key]].kind == "paths":
            parsed = tuple(_beside(path, one) for one in parsed)
        yield known[key], parsed


def _beside(file: Path, path: str) -> str:
    """A path that a file names: meant from the folder of that file."""
    return path if at_home(path).is_absolute() else str(file.parent / path)


def at_home(path: str) -> Path:
    """With a home in the place of its ~; as it stands where nobody has that name."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def line_of(source: str, key: str) -> int:
    """The 1-based line on which a top-level key or table of that name begins; 1 if unseen."""
    start = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[\].=]""")
    for number, line in enumerate(source.splitlines(), start=1):
        if start.match(line):
            return number
    return 1
