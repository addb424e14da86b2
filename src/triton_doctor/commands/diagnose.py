"""The plain run: ask, judge, tell."""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.probes.container_view import container_view
from triton_doctor.probes.docker_engine import docker_engine

if TYPE_CHECKING:
    from triton_doctor.lines import Line
    from triton_doctor.model import Report
    from triton_doctor.report.as_text import TextReport

NARROWEST, WIDEST = 40, 100
HEAD_START = 0.5  # seconds at most that everything else waits for the engine's first answer


def diagnose(host: Host, deployment: Deployment, settings: Settings) -> int:
    """Run, print and write the report; the exit code."""
    check_output(settings)
    # The report is told before the host is closed: probe containers are being removed meanwhile.
    with closing(host):
        context = begun(host, deployment, settings)
        from triton_doctor.commands.examine import examine

        if settings.format != "json" and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            from triton_doctor.ui import live

            with live.Progress(context):
                report = examine(context)
        else:
            report = examine(context)
        return _told(report, settings, host)


def begun(host: Host, deployment: Deployment, settings: Settings) -> Context:
    """A context with the slowest question asked already.

    A container takes longer to run than all the rest together. Loading the engine's SDK before it
    is work for one core, so that nothing else is begun meanwhile; then the rest hides behind it.
    """
    context = Context(host, deployment, settings)
    if not settings.select:
        context.start(container_view)
        context.settle(docker_engine, HEAD_START)
    return context


def _told(report: Report, settings: Settings, host: Host) -> int:
    """Write and print the report; its exit code."""
    from triton_doctor.report.as_json import as_json
    from triton_doctor.report.verdict import exit_code

    code = exit_code(report, settings.fail_on)
    _save(report, code, settings, host)
    with suppress(BrokenPipeError):  # a reader that goes away does not change the verdict
        if settings.format == "json":
            if not settings.output:
                sys.stdout.write(as_json(report, code))
        elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            from triton_doctor.ui import live

            screen = live.console()
            live.write(_text(report, settings, host, screen.width), screen)
        else:
            from triton_doctor.ui import plain

            plain.write(_text(report, settings, host, None), sys.stdout)
    return code


def _text(report: Report, settings: Settings, host: Host, columns: int | None) -> list[Line]:
    width = columns or int(os.environ.get("COLUMNS") or 80)
    width = max(NARROWEST, min(width, WIDEST))
    return list(text_report(report, settings, host, width).lines())


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


def check_output(settings: Settings) -> None:
    """A report that could not be written is told before the run, not after it."""
    if settings.output and not Path(settings.output).resolve().parent.is_dir():
        raise UsageError(
            "the folder does not exist", where=f"--output {settings.output}", hint="Make it first."
        )


def _save(report: Report, code: int, settings: Settings, host: Host) -> None:
    """Write --output whole or not at all; JSON by --format or by the file's name, else text."""
    if not settings.output:
        return
    from triton_doctor.commands.output import write_whole
    from triton_doctor.report.as_json import as_json

    path = Path(settings.output)
    as_data = settings.format == "json" or (settings.format == "auto" and path.suffix == ".json")
    body = (
        as_json(report, code)
        if as_data
        else "".join(line.text + "\n" for line in _text(report, settings, host, WIDEST))
    )
    write_whole(settings.output, body)
