"""The plain run: ask, judge, tell."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from triton_doctor import __version__
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.engine import Engine
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge import wording
from triton_doctor.knowledge.house import phrases
from triton_doctor.lines import Line
from triton_doctor.model import Check, Finding, Found, Outcome, Report, Result, Unsure
from triton_doctor.probes.docker_engine import docker_engine
from triton_doctor.registry import OWN_AREA, Loaded, load_catalogue
from triton_doctor.report.as_json import as_json
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.start_command import start_command
from triton_doctor.report.verdict import exit_code
from triton_doctor.selection import Selection, selection, with_needs

NARROWEST, WIDEST = 40, 100


@dataclass(frozen=True)
class Events:
    """Who hears of probes and of checks while the run is under way."""

    probe: Callable[[str, Any], None]
    check: Callable[[str, Check, Result | None], None]


QUIET = Events(lambda *_: None, lambda *_: None)


def diagnose(host: Host, deployment: Deployment, settings: Settings) -> int:
    """Run, print and write the report; the exit code."""
    _check_output(settings)
    to_terminal = (
        settings.format != "json" and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    )
    with ExitStack() as stack:
        stack.callback(host.close)
        if to_terminal:
            from triton_doctor.ui import live

            screen = live.console()
            progress = stack.enter_context(live.Progress(screen))
            report = examine(host, deployment, settings, Events(progress.probe, progress.check))
        else:
            report = examine(host, deployment, settings, QUIET)
    code = exit_code(report, settings.fail_on)
    _save(report, code, settings, host)
    if settings.format == "json":
        if not settings.output:
            sys.stdout.write(as_json(report, code))
        return code
    lines = _text(report, settings, host, screen.width if to_terminal else None)
    if to_terminal:
        live.write(lines, screen)
    else:
        from triton_doctor.ui import plain

        plain.write(lines, sys.stdout)
    return code


def examine(host: Host, deployment: Deployment, settings: Settings, events: Events) -> Report:
    """One run as a report. Raises UsageError for words of --select or --ignore that are unknown."""
    began = time.monotonic()
    context = Context(host, deployment, settings, listen=events.probe)
    context.start(docker_engine)  # everything about containers waits for it
    loaded = load_catalogue(settings.lang)
    chosen = selection(settings.select, settings.ignore, loaded.catalogue)
    wanted = [one.check for one in loaded.checks if chosen.wants(one.check)]
    every = [one.check for one in loaded.checks]
    run = {check.id for check in with_needs(wanted, every)}
    checks = [one for one in loaded.checks if one.check.id in run]
    results = Engine(checks, loaded.catalogue, context, events.check).run(
        settings.jobs, settings.timeout
    )
    kept = _kept(results, {check.id for check in wanted}, chosen)
    return Report(
        version=__version__,
        seconds=time.monotonic() - began,
        deployment=asdict(deployment),
        results=(*_plugins(loaded, chosen), *kept),
        facts=context.facts(),
    )


def _kept(results: tuple[Result, ...], wanted: set[str], chosen: Selection) -> tuple[Result, ...]:
    """The chosen checks' results, and those without which a chosen one was skipped."""
    causes = {result.caused_by for result in results if result.check in wanted}
    kept = []
    for result in results:
        if result.check in wanted:
            kept.append(_filtered(result, lambda finding: chosen.has(finding.problem)))
        elif result.check in causes and result.check not in chosen.ignore:
            kept.append(_filtered(result, lambda finding: finding.blocks))
    return tuple(kept)


def _filtered(result: Result, keep: Callable[[Finding], bool]) -> Result:
    findings = tuple(finding for finding in result.findings if keep(finding))
    if findings or result.outcome is not Outcome.FOUND:
        return replace(result, findings=findings)
    outcome = Outcome.COULD_NOT_TELL if result.doubts else Outcome.PASSED
    return replace(result, findings=(), outcome=outcome)


def _plugins(loaded: Loaded, chosen: Selection) -> tuple[Result, ...]:
    """Plug-ins that could not be loaded, as the result of a check of the house's own."""
    area = loaded.catalogue.areas[OWN_AREA]
    found = tuple(
        wording.finding(Found("plugin-broken", asdict(broken)), OWN_AREA, loaded.catalogue)
        for broken in loaded.broken
    )
    found = tuple(finding for finding in found if chosen.has(finding.problem))
    if not found:
        return ()
    doubts = tuple(
        wording.doubt(Unsure("plugin-broken", {"plugin": name}), area)
        for name in dict.fromkeys(broken.plugin for broken in loaded.broken)
    )
    reason = "; ".join(doubt.reason for doubt in doubts)
    return (
        Result(
            OWN_AREA, area.check.title, Outcome.FOUND, 0.0, reason, findings=found, doubts=doubts
        ),
    )


def _text(report: Report, settings: Settings, host: Host, columns: int | None) -> list[Line]:
    width = columns or int(os.environ.get("COLUMNS") or 80)
    width = max(NARROWEST, min(width, WIDEST))
    say = phrases(settings.lang)
    start = start_command(report.deployment, host.absolute(report.deployment["repository"]))
    partial = bool(settings.select or settings.ignore)
    return list(TextReport(report, say, width, start, partial).lines())


def _check_output(settings: Settings) -> None:
    """A report that could not be written is told before the run, not after it."""
    if settings.output and not Path(settings.output).resolve().parent.is_dir():
        raise UsageError(
            "the folder does not exist", where=f"--output {settings.output}", hint="Make it first."
        )


def _save(report: Report, code: int, settings: Settings, host: Host) -> None:
    """Write --output whole or not at all; JSON by --format or by the file's name, else text."""
    if not settings.output:
        return
    path = Path(settings.output)
    as_data = settings.format == "json" or (settings.format == "auto" and path.suffix == ".json")
    body = (
        as_json(report, code)
        if as_data
        else "".join(line.text + "\n" for line in _text(report, settings, host, WIDEST))
    )
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        half.write_text(body, "utf-8")
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise UsageError(
            f"cannot be written: {error.strerror}",
            where=f"--output {path}",
            hint="Name another file.",
        ) from None
