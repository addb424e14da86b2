"""The plain run: ask, judge, tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING

from triton_doctor.commands.output import targets
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.protocol import Host
from triton_doctor.probes.container_view import container_view
from triton_doctor.probes.docker_engine import docker_engine
from triton_doctor.probes.token import token
from triton_doctor.record import replace

if TYPE_CHECKING:
    from triton_doctor.lines import Line
    from triton_doctor.model import Report, Result
    from triton_doctor.report.as_text import TextReport

HEAD_START = 0.5  # seconds at most that everything else waits for the engine's first answer


def diagnose(host: Host, deployment: Deployment, settings: Settings) -> int:
    """Run, print and write the report; the exit code."""
    targets(settings)  # a file that could not be written is told before the run, not after it
    # The report is told before the host is closed: probe containers are being removed meanwhile.
    with closing(host):
        waited = _waited(host, deployment, settings)
        context = begun(host, deployment, settings)
        from triton_doctor.commands.examine import examine

        terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        if terminal and settings.format in ("auto", "text"):
            from triton_doctor.ui import live

            with live.Progress(context):
                report = examine(context)
        else:
            report = examine(context)
        if waited:
            report = replace(report, results=(waited, *report.results))
        return _told(report, settings, host)


def _waited(host: Host, deployment: Deployment, settings: Settings) -> Result | None:
    """What came of waiting for the server, if that was asked for."""
    if settings.wait_for_ready is None:
        return None
    from triton_doctor.commands.waiting import Gate

    return Gate(host, deployment, settings).wait()


def begun(host: Host, deployment: Deployment, settings: Settings) -> Context:
    """A context with the slowest question asked already.

    A container takes longer to run than all the rest together. Loading the engine's SDK before it
    is work for one core, so that nothing else is begun meanwhile; then the rest hides behind it.
    The token is known before a log that shows it is read.
    """
    context = Context(host, deployment, settings)
    if not settings.select and not settings.not_here:
        context.settle(token, HEAD_START)
        context.start(container_view)
        context.settle(docker_engine, HEAD_START)
    return context


def _told(report: Report, settings: Settings, host: Host) -> int:
    """Write and print the report; its exit code."""
    from triton_doctor.commands.telling import Forms, tell
    from triton_doctor.report.as_json import as_json
    from triton_doctor.report.verdict import exit_code

    code = exit_code(report, settings.fail_on)

    def lines(width: int) -> Iterable[Line]:
        return text_report(report, settings, host, width).lines()

    tell(Forms(report, code, settings, host, lines, lambda: as_json(report, code)))
    return code


def text_report(report: Report, settings: Settings, host: Host, width: int) -> TextReport:
    """The report for a reader, with the command that starts its deployment."""
    from triton_doctor.knowledge.house import phrases
    from triton_doctor.report.as_text import TextReport

    start = _start(report, settings, host)
    partial = bool(settings.select or settings.ignore)
    return TextReport(report, phrases(settings.lang), width, start, partial)


def _start(report: Report, settings: Settings, host: Host) -> str:
    """The command that starts the report's deployment, for the shell that the doctor runs in."""
    from triton_doctor.commands.command_here import here
    from triton_doctor.report.start_command import start_command

    deployment = Deployment(**report.deployment)
    shell, place = here(Context(host, deployment, settings))
    return start_command(deployment, host.absolute, shell, place)
