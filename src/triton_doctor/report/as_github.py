"""The report as workflow commands of GitHub Actions: annotations, the worst first.

Source of the escapes: the runner's ActionCommand, and command.ts of actions/toolkit. GitHub shows
ten annotations of each level a step; the step summary has all.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.model import Finding, Outcome, Severity
from triton_doctor.report.spots import spot_of
from triton_doctor.report.telling import Telling, body
from triton_doctor.report.verdict import fails, untold

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def as_github(telling: Telling) -> str:
    """One command a line; what the run came to stands last, as a plain line."""
    return "".join(f"{line}\n" for line in (*_commands(telling), _last(telling)))


def _commands(telling: Telling) -> Iterator[str]:
    say = telling.say
    for finding in telling.report.counted:
        yield _annotation(telling, finding)
    for result, doubt in untold(telling.report):
        text = "\n\n".join(part for part in (doubt.reason, doubt.remedy) if part)
        title = f"{say('part', 'unclear')}: {result.title}"
        yield _command("error" if telling.code == 3 else "warning", {"title": title}, text)
    for finding in telling.report.findings:
        if finding.accepted:
            title = f"{say('outcome', 'accepted')}: {finding.title}"
            yield _command("notice", {"title": title}, telling.accepted(finding))
    for note in telling.acceptances():
        yield _command("warning", {"title": say("outcome", "accepted")}, note)
    asides = [
        f"{result.title}: {telling.aside(result)}"
        for result in telling.report.results
        if result.outcome is Outcome.SKIPPED and not result.caused_by
    ]
    if asides:  # in one, since ten notices are all that GitHub shows
        yield _command("notice", {"title": say("format", "asides")}, "\n".join(asides))


def _annotation(telling: Telling, finding: Finding) -> str:
    """A finding below --fail-on is no error of the step, whatever its severity."""
    command = _COMMANDS[finding.severity]
    if command == "error" and not fails(finding, telling.fail_on):
        command = "warning"
    spot = spot_of(finding, telling.report.deployment)
    place: dict[str, str] = {}
    if spot:
        place["file"] = telling.roots.within(spot.path) or spot.path
    if spot and spot.line:
        place |= {"line": str(spot.line), "col": str(spot.column)}
    title = f"{finding.title} ({finding.problem})"
    text = body(finding, telling.say)
    if finding.where and not spot:
        text = f"{finding.where}\n\n{text}"
    return _command(command, {**place, "title": title}, text)


def _command(name: str, properties: dict[str, str], data: str) -> str:
    told = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {told}::{_escaped(data, _DATA)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)


def _last(telling: Telling) -> str:
    return f"triton-doctor {telling.report.version}: {telling.verdict()}".replace("\n", " ")
