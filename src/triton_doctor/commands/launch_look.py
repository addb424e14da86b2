"""What stands in the way of a launch: the plain run's report, less what the launch sees to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from triton_doctor.commands.diagnose import begun
from triton_doctor.commands.examine import examine
from triton_doctor.commands.fix_rounds import Choice, Decider, Way
from triton_doctor.commands.screen import Screen
from triton_doctor.context import Context, asking
from triton_doctor.host.launcher import Launcher
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.launching.recipe import LABEL
from triton_doctor.model import Finding, Outcome, Report, Result, Severity
from triton_doctor.probes.docker_endpoint import resolve
from triton_doctor.record import replace
from triton_doctor.settings import Layers

NAME_TAKEN = "docker/name-conflict"


class Look:
    """Each call is a fresh look at the machine.

    after: a container of this launch has ended, and what became of it is wanted; before that, what
    became of earlier ones is history, unless one holds the name that will not make room.
    """

    def __init__(self, hosts: Callable[[], Host], layers: Layers, screen: Screen) -> None:
        self._hosts, self._layers, self._screen = hosts, layers, screen
        self.after = False

    def __call__(self) -> Report:
        deployment, settings = self._layers.resolve()
        with closing(self._hosts()) as host:
            context = begun(host, deployment, settings)
            with self._screen.watching(context):
                report = examine(context)
            free = is_free(launcher_of(context, host), deployment.name)
        if free:
            report = _each(report, lambda one: not self._aside(one, deployment.name), _come_true)
        return report

    def _aside(self, one: Finding, name: str) -> bool:
        if one.problem == NAME_TAKEN and one.where == name:
            return True
        return not self.after and one.check == "launch" and one.where == name


def launcher_of(context: Context, host: Host) -> Launcher:
    return Launcher(resolve(asking(context, host)).endpoint)


def is_free(launcher: Launcher, name: str) -> bool:
    """Whether nothing has the name, or what has it makes room."""
    try:
        return launcher.inspect(name) is None or bool(makes_room(launcher, name))
    except DockerTrouble:
        return False


def makes_room(launcher: Launcher, name: str) -> str:
    """The id of the container of that name, if a launch made it and it does not run; else ''."""
    known = launcher.inspect(name)
    if not known or LABEL not in ((known.get("Config") or {}).get("Labels") or {}):
        return ""
    running = (known.get("State") or {}).get("Running")
    return "" if running else str(known["Id"])


def errors(report: Report) -> list[Finding]:
    return [one for one in report.counted if one.severity is Severity.ERROR]


def _come_true(one: Finding) -> Finding:
    """What a log showed to have ended a server is more than a warning."""
    if one.from_log and one.severity is Severity.WARNING:
        return replace(one, severity=Severity.ERROR)
    return one


def _each(
    report: Report, keep: Callable[[Finding], bool], change: Callable[[Finding], Finding]
) -> Report:
    return replace(report, results=tuple(_result(one, keep, change) for one in report.results))


def _result(
    result: Result, keep: Callable[[Finding], bool], change: Callable[[Finding], Finding]
) -> Result:
    kept = tuple(change(one) for one in result.findings if keep(one))
    passed = not kept and bool(result.findings) and result.outcome is Outcome.FOUND
    outcome = Outcome.PASSED if passed else result.outcome
    return replace(result, findings=kept, outcome=outcome)


class OnlyErrors:
    """Of the repairs, a launch offers those of what stands in its way."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider

    def decide(self, finding: Finding, open_ways: Sequence[Way]) -> Choice:
        if finding.severity is not Severity.ERROR:
            return "later"
        return self._decider.decide(finding, open_ways)
