"""The user's own `docker run` or compose file, taken apart: what it says and where, unjudged.

Whoever reads it hands the fact to the context; no machine is asked. No secret is in it: stars stand
in its text in the place of each. Places are offsets in that text, (start, end).
"""

from __future__ import annotations

import posixpath
import re
from typing import Literal

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.shell import ShellKind
from triton_doctor.record import Record

_GIT_BASH = re.compile(r"//?([a-zA-Z])(?:/|$)")

Source = Literal["none", "argv", "text", "script", "compose"]


class Part(Record, frozen=True):
    """A piece of the command. unset: variables in it whose value is not known."""

    text: str
    start: int
    end: int
    unset: tuple[str, ...] = ()


class Option(Record, frozen=True):
    """An option of docker or tritonserver. name: without dashes, in its long form if it is known.

    written: as it stands; value: None where it has none; value_start: of its value; known: the
    program has such an option; near: one of a like name; elsewhere: the other program has it; kind:
    of value that it takes, empty for none.
    """

    name: str
    written: str
    value: str | None
    start: int
    end: int
    value_start: int = 0
    known: bool = True
    unset: tuple[str, ...] = ()
    near: str = ""
    elsewhere: bool = False
    kind: str = ""


class Mount(Record, frozen=True):
    """A mount. form: `-v`, `--mount`, `compose`, or `declared` (a volume of a compose file that is
    declared there); kind: bind, volume, tmpfs, or other.

    bad: keys of --mount that it does not have, and what has no key.
    """

    form: str
    kind: str
    source: str
    target: str
    start: int
    end: int
    source_start: int = 0
    unset: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


class Port(Record, frozen=True):
    """A published port; host is 0 where Docker picks one."""

    host: int
    inside: int
    start: int
    end: int


class Variable(Record, frozen=True):
    """A variable for the container. value: None where it is handed on by name alone.

    secret: a secret stood there, in clear; same_as: a variable of this shell has that very value.
    """

    name: str
    value: str | None
    start: int
    end: int
    unset: tuple[str, ...] = ()
    secret: bool = False
    same_as: str = ""


class Sign(Record, frozen=True):
    """A sign that the shell takes otherwise than it was meant; new: what was meant, if known."""

    kind: str
    start: int
    end: int
    new: str | None = None


class Given(Record, frozen=True):
    """A command. path: of its file; text: all of it; shell: whose it is read as.

    own: the shell in which the doctor was started, if that is another and none was named. before:
    words in front of the program; trouble: why there is no command to judge: `no-run`, `no-service`
    or `yaml`, with `said`. misplaced: words among docker's options that are none, strays: such
    words among flags, which are tritonserver's. inner: the program in the container, and its words.
    late: options that stand between the image and that program, which are among `options` too.
    """

    source: Source = "none"
    path: str = ""
    text: str = ""
    shell: ShellKind = "posix"
    own: ShellKind | None = None
    trouble: str = ""
    said: str = ""
    program: Part | None = None
    before: tuple[Part, ...] = ()
    options: tuple[Option, ...] = ()
    image: Part | None = None
    inner: tuple[Part, ...] = ()
    flags: tuple[Option, ...] = ()
    strays: tuple[Part, ...] = ()
    misplaced: tuple[Part, ...] = ()
    late: tuple[Option, ...] = ()
    mounts: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    variables: tuple[Variable, ...] = ()
    signs: tuple[Sign, ...] = ()
    secrets: tuple[tuple[int, int], ...] = ()

    def option(self, name: str) -> Option | None:
        """The last of its name, which is the one that counts."""
        found = [one for one in self.options if one.name == name]
        return found[-1] if found else None

    @property
    def open(self) -> bool:
        """Whether options come from a variable whose value is not known."""
        return any(not one.name for one in self.options)

    def in_container(self, path: str) -> str:
        """A path as the server means it: whole, from the folder that the container starts in.

        A doubled slash at its front keeps Git Bash from rewriting it.
        """
        folder = self.option("workdir")
        start = folder.value if folder and folder.value else "/opt/tritonserver"
        if path.startswith(("./", "../")) or not path.startswith("/"):
            return posixpath.normpath(f"{start}/{path}")
        return posixpath.normpath("/" + path.lstrip("/"))

    def on(self, name: str) -> bool:
        """Whether a switch of docker is on."""
        option = self.option(name)
        return option is not None and option.value not in ("false", "0")

    def flag(self, name: str) -> Option | None:
        found = [one for one in self.flags if one.name == name]
        return found[-1] if found else None

    def flag_values(self, name: str) -> tuple[str, ...]:
        return tuple(one.value for one in self.flags if one.name == name and one.value)

    @property
    def mode(self) -> str:
        """The model control mode."""
        flag = self.flag("model-control-mode")
        return flag.value if flag and flag.value else "none"

    def inside(self, role: str) -> int:
        """The port in the container on which the server answers: http, grpc or metrics."""
        flag = self.flag(f"{role}-port")
        usual = {"http": 8000, "grpc": 8001, "metrics": 8002}[role]
        return int(flag.value) if flag and flag.value and flag.value.isdigit() else usual


@probe("given-command", doing="reading the command")
def given_command(_ask: Asking) -> Given:
    """Nothing, unless a command was handed to the run."""
    return Given()


class SourceLook(Record, frozen=True):
    """What lies at a mount's source on this machine: folder, file, missing, or unknown."""

    path: str
    kind: str


@probe("given-sources", doing="looking at what the command mounts", timeout=5.0)
def given_sources(ask: Asking) -> tuple[SourceLook, ...]:
    """The sources of the command's binds, and folders named as its volumes are."""
    given = ask.fact(given_command)
    looks = []
    for one in given.mounts:
        if one.kind not in ("bind", "volume") or one.unset or not one.source:
            continue
        foreign = ask.host.system() != "Windows" and _of_windows(given, one.source)
        path = ask.host.absolute(_drive(given, one.source))
        looks.append(SourceLook(one.source, "unknown" if foreign else _kind(ask, path)))
    return tuple(looks)


def _of_windows(given: Given, source: str) -> bool:
    """A path of Windows, which is not looked for on another system."""
    drive = _drive(given, source)[1:2] == ":"
    return drive or (given.shell in ("powershell", "cmd") and "\\" in source)


def _drive(given: Given, source: str) -> str:
    """`/c/Users` of Git Bash as Windows has it."""
    found = _GIT_BASH.match(source) if given.shell == "git-bash" else None
    return f"{found[1]}:/{source[found.end() :]}" if found else source


def _kind(ask: Asking, path: str) -> str:
    try:
        return ask.host.stat(path).kind
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unknown"
