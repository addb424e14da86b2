"""From a text to the check's verdict, on a made-up machine."""

from __future__ import annotations

from typing import Any

from tests.kit import JudgeResult, judge
from triton_doctor.deployment import Deployment
from triton_doctor.launching.compose import read_compose
from triton_doctor.launching.correcting import corrected
from triton_doctor.launching.deploying import deployment
from triton_doctor.launching.reading import Text, from_argv, read
from triton_doctor.probes.given_command import Given, SourceLook
from triton_doctor.probes.shell import ShellKind
from triton_doctor.probes.system import System
from triton_doctor.record import asdict

VALUES = {"PWD": "/home/ada", "HOME": "/home/ada"}
OWN: dict[str, ShellKind] = {"bash": "posix"}


def taken(text: str, shell: str = "bash", path: str = "", own: str = "") -> Given:
    """A text as it is read where `own` is the user's shell; the shell's own where none is said."""
    kind = OWN.get(own or shell, own or shell)
    if "services:" in text:
        return read_compose(text, path, "posix")
    source: Any = "script" if path else "text"
    return read(Text(text, source, path, kind, None, VALUES))


def typed(*argv: str, environment: dict[str, str] | None = None) -> Given:
    return from_argv(argv, "posix", VALUES, environment or {})


def machine(kind: str) -> System:
    return System(kind, False, "debian", "Debian", "x86_64", "6.1.0", 32 << 30, 24 << 30)


def verdict(
    given: Given, *, system: str = "linux", missing: tuple[str, ...] = (), **facts: Any
) -> JudgeResult:
    """The check's answers. missing: sources that are not there; facts: of other probes."""
    known: dict[str, Any] = {
        "given-command": given,
        "given-sources": tuple(SourceLook(one, "missing") for one in missing),
        "system": machine(system),
        **facts,
    }
    return judge("command", facts=known, deployment=asdict(deployment(given, Deployment())))


def better(given: Given, result: JudgeResult) -> str:
    return corrected(given, result.findings)
