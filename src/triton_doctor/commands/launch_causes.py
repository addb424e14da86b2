"""Why a start came to nothing: as the plain run names it, from the log and from the machine."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.commands.launch_look import NAME_TAKEN, errors
from triton_doctor.commands.log_reading import read_text
from triton_doctor.commands.log_words import Wording
from triton_doctor.deployment import Deployment
from triton_doctor.knowledge import wording
from triton_doctor.launching.outcome import End, Lost, Refused, Silent
from triton_doctor.model import Finding, Found, Report, Severity
from triton_doctor.registry import load_catalogue

# As the docker client would print it, which is what the signatures know.
_CLIENT = "docker: Error response from daemon: {text}."
_NEVER = "launch/never-started"


def causes(
    end: End, report: Report, log: str, deployment: Deployment, lang: str | None
) -> list[Finding]:
    """Roots first, each problem once. log: of a container that runs on, else empty."""
    found: list[Finding] = []
    if isinstance(end, Refused):
        found = from_log(_CLIENT.format(text=end.text), deployment, lang)
        found += errors(report)
        found = found or [_never_started(end, deployment, lang)]
    elif isinstance(end, Lost):
        # What else is found may be our own server, which runs on unseen: its ports, its memory.
        found = [one for one in errors(report) if one.blocks]
    else:
        found = [one for one in errors(report) if _of_container(one)]
        if isinstance(end, Silent):
            found = from_log(log, deployment, lang) + found
        found = found or errors(report)
        # That it was told to stop is no error of its own, and is why it ended all the same.
        found = found or [one for one in report.counted if _of_container(one)]
    return list(once(found))


def once(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Each problem where it stands first."""
    first: dict[str, Finding] = {}
    for one in found:
        first.setdefault(one.problem, one)
    return tuple(first.values())


def _of_container(one: Finding) -> bool:
    return one.check == "launch" and one.problem != NAME_TAKEN and one.where is not None


def from_log(text: str, deployment: Deployment, lang: str | None) -> list[Finding]:
    told = Wording(load_catalogue(lang), deployment).report(deployment.name, read_text(text))
    return [one.finding for one in told.findings if one.told.role == "root-cause"]


def _never_started(end: Refused, deployment: Deployment, lang: str | None) -> Finding:
    values = {"container": deployment.name, "error": end.text, "age": "0 s"}
    answer = Found(_NEVER, values, deployment.name, (end.text,), None, Severity.ERROR)
    return wording.finding(answer, "launch", load_catalogue(lang).catalogue)
