"""One run from questions to a report, without printing anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from triton_doctor import __version__, record
from triton_doctor.context import Context
from triton_doctor.engine import Engine
from triton_doctor.knowledge import wording
from triton_doctor.model import Check, Finding, Found, Outcome, Report, Result, Unsure, When
from triton_doctor.readings import Reading
from triton_doctor.redact import without_secrets
from triton_doctor.registry import OWN_AREA, Loaded, foreseen, load_catalogue
from triton_doctor.selection import Selection, not_here, selection, with_needs

CheckListener = Callable[[str, Check, "Result | None"], None]


def examine(
    context: Context, listen: CheckListener | None = None, *, given: bool = False
) -> Report:
    """One run as a report; given: the context has a command of the user's own.

    Raises UsageError for words of --select or --ignore that are unknown.
    """
    began, settings = time.monotonic(), context.settings
    loaded = load_catalogue(settings.lang)
    context.reads_logs(read_log)
    every = [one.check for one in loaded.checks if one.check.when is not When.GIVEN or given]
    chosen = selection(settings.select, settings.ignore, loaded.catalogue, every)
    wanted = [check for check in every if chosen.wants(check)]
    aside = not_here(settings.not_here, every, loaded.catalogue)
    accept = _accepting(context, loaded, every)
    run = {check.id for check in with_needs(wanted, every)} - set(aside)
    checks = [one for one in loaded.checks if one.check.id in run]
    engine = Engine(checks, loaded.catalogue, context, listen, loaded.repairs)
    results = engine.run(settings.jobs, settings.timeout)
    results = tuple(_foreseen(result, loaded) for result in results)
    if any(doubt.because for result in results for doubt in result.doubts):
        from triton_doctor.commands.examine_grounds import grounded

        results = grounded(results, aside, settings.lang)
    kept = _kept(results, {check.id for check in wanted}, chosen)
    kept = _with_aside(
        kept, [one for one in wanted if one.id in aside], aside, every, settings.lang
    )
    report = Report(
        version=__version__,
        seconds=time.monotonic() - began,
        deployment=without_secrets(record.asdict(context.deployment)),
        results=(*_plugins(loaded, chosen), *kept),
        facts=without_secrets(context.facts()),
        untold=without_secrets(
            {name: record.asdict(one) for name, one in context.untold().items()}
        ),
        settings=settings.judged_by,
    )
    return accept(report) if accept else report


def _accepting(
    context: Context, loaded: Loaded, every: Sequence[Check]
) -> Callable[[Report], Report] | None:
    """What marks the findings that the settings accept, by today's date; None if there are none.

    A bad entry is told before the run: UsageError.
    """
    entries = context.settings.accept
    if not entries:
        return None
    from datetime import datetime, timezone

    from triton_doctor.accepting import Ground, accepting, weighed

    day = datetime.fromtimestamp(context.now(), timezone.utc).date()
    ground = Ground(loaded.catalogue, every, day, context.deployment, __version__)
    weighed(entries, ground)
    return lambda report: accepting(report, entries, ground)


def _with_aside(
    results: tuple[Result, ...],
    wanted: Sequence[Check],
    aside: Mapping[str, str],
    order: Sequence[Check],
    lang: str | None,
) -> tuple[Result, ...]:
    """The results with the checks that cannot be made here, in check order."""
    if not wanted:
        return results
    from triton_doctor.knowledge.house import phrases

    say = phrases(lang)
    for check in wanted:
        need = aside[check.id]
        reason = say("not-here", "follows", check=need) if need else say("not-here", "setting")
        made = Result(check.id, check.title, Outcome.SKIPPED, 0.0, reason, not_here=True)
        results = (*results, made)
    places = {check.id: number for number, check in enumerate(order)}
    return tuple(sorted(results, key=lambda result: places[result.check]))


def read_log(text: str) -> Reading:
    """What a log comes to. Most runs read none, and pay nothing for it."""
    from triton_doctor.commands.log_reading import read_text

    return read_text(text)


def _foreseen(result: Result, loaded: Loaded) -> Result:
    """Whether what a log showed is something that another check looks for before the launch."""
    if not any(finding.from_log for finding in result.findings):
        return result
    findings = tuple(
        record.replace(one, foreseen=one.from_log and foreseen(one.problem, loaded.checks))
        for one in result.findings
    )
    return record.replace(result, findings=findings)


def _kept(results: tuple[Result, ...], wanted: set[str], chosen: Selection) -> tuple[Result, ...]:
    """The chosen checks' results, and those without which a chosen one was skipped."""
    causes = {result.caused_by for result in results if result.check in wanted}
    kept = []
    for result in results:
        if result.check in wanted:
            kept.append(
                _filtered(result, lambda finding: chosen.has(finding.problem, finding.check))
            )
        elif result.check in causes and result.check not in chosen.ignore:
            kept.append(_filtered(result, lambda one: one.blocks))
    return tuple(kept)


def _filtered(result: Result, keep: Callable[[Finding], bool]) -> Result:
    findings = tuple(finding for finding in result.findings if keep(finding))
    if findings or result.outcome is not Outcome.FOUND:
        return record.replace(result, findings=findings)
    outcome = Outcome.COULD_NOT_TELL if result.doubts else Outcome.PASSED
    return record.replace(result, findings=(), outcome=outcome)


def _plugins(loaded: Loaded, chosen: Selection) -> tuple[Result, ...]:
    """Plug-ins that could not be loaded, as the result of a check of the house's own."""
    area = loaded.catalogue.areas[OWN_AREA]
    found = tuple(
        wording.finding(Found("plugin-broken", record.asdict(broken)), OWN_AREA, loaded.catalogue)
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
