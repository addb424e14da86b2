"""What the files of `docker run --env-file` hand on as a token: the form, never the value.

As docker/cli reads them (opts/envfile.go): a line is NAME=VALUE, with nothing taken off the value,
no quotes either; a NAME alone takes its value from the shell; # begins a comment in a line's first
place. Compose takes quotes off its own `env_file`, so that only those with `format: raw` are looked
at, for which it has Docker's own reading (docker/compose, from 2.30 on).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.given_command import given_command
from triton_doctor.probes.token_shape import Shape, shape
from triton_doctor.record import Record
from triton_doctor.redact import keep_secret

_LIMIT = 256 * 1024
_PLAIN = re.compile(r"(?:export |set |env )?[A-Z_]{1,40}[ \t]*")
_NAME = re.compile(r"\w{1,100}")  # in another a token may stand
_USER = re.compile(r"((?:[\w+.-]+://)?)(.*)@", re.DOTALL)  # a password may have an @ in it
_MARK = "\ufeff"  # Docker takes it off the first line


class EnvToken(Record, frozen=True):
    """A variable of a file, by the line that it stands on, that is read as a token or named like
    one. shape: of what stands there; None where it is taken from the shell."""

    name: str
    line: int
    shape: Shape | None


class EnvFile(Record, frozen=True):
    """path: as the command has it; trouble: why it could not be read; offline: the line of a
    variable that forbids downloads, 0 without; endpoint: HF_ENDPOINT is handed on; proxies: by
    their variables, without passwords; refused: lines for which Docker refuses the whole file, each
    with its words; missing: there is no such file."""

    path: str
    tokens: tuple[EnvToken, ...] = ()
    offline: int = 0
    endpoint: bool = False
    trouble: str = ""
    proxies: Mapping[str, str] = {}
    refused: tuple[tuple[int, str], ...] = ()
    missing: bool = False


@probe("env-files", doing="reading the command's files of variables")
def env_files(ask: Asking) -> tuple[EnvFile, ...]:
    """Each --env-file of the command, in its order; of a compose file those that are raw."""
    given = ask.fact(given_command)
    named = [one for one in given.options if one.name == "env-file"]
    base = ""
    if given.source == "compose":
        named = [one for one in named if one.kind == "raw"]
        base = given.path.rpartition("/")[0]
    return tuple(_read(ask, one.value, base) for one in named if one.value and not one.unset)


def _read(ask: Asking, path: str, base: str) -> EnvFile:
    """base: the folder from which on the path is meant, empty for this one."""
    place = f"{base}/{path}" if base and not path.startswith(("/", "~")) else path
    try:
        text = ask.host.read(ask.host.absolute(place), _LIMIT).decode("utf-8", "replace")
    except OSError as error:
        lacking = isinstance(error, FileNotFoundError)
        return EnvFile(path, trouble=error.strerror or str(error), missing=lacking)
    pairs = list(_pairs(text.removeprefix(_MARK)))
    tokens = [
        EnvToken(name, line, None if value is None else shape(value))
        for line, name, value in pairs
        if _NAME.fullmatch(name)
        and "token" in name.lower()
        and not name.endswith(("_PATH", "_FILE"))
    ]
    offline = next((line for line, name, value in pairs if _forbids(name, value)), 0)
    endpoint = any(name == "HF_ENDPOINT" for _, name, _ in pairs)
    proxies = {
        name: _without_user(value)
        for _, name, value in pairs
        if value and name.lower().endswith("_proxy")
    }
    refused = tuple((line, why) for line, name, _ in pairs if (why := _refusal(name)))
    return EnvFile(path, tuple(tokens), offline, endpoint, proxies=proxies, refused=refused)


def _refusal(name: str) -> str:
    """What docker/cli says of such a name; empty where it takes it. Tried with docker 28."""
    if not name:
        return "no variable name on line"
    # A name with a blank may be anything, a token too: only a plain one is shown.
    shown = name if _PLAIN.fullmatch(name) else "..."
    return f"variable '{shown}' contains whitespaces" if " " in name or "\t" in name else ""


def _without_user(address: str) -> str:
    """A proxy's address, with or without a scheme, without user and password."""
    found = _USER.match(address)
    if found is None:
        return address
    keep_secret(found[2].partition(":")[2])
    return found[1] + address[found.end() :]


def _pairs(text: str) -> Iterator[tuple[int, str, str | None]]:
    for number, line in enumerate(text.split("\n"), start=1):
        bare = line.removesuffix("\r").lstrip()
        if bare and not bare.startswith("#"):
            name, sign, value = bare.partition("=")
            yield number, name, value if sign else None


def _forbids(name: str, value: str | None) -> bool:
    known = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    return name in known and (value or "").upper() in ("1", "ON", "YES", "TRUE")
