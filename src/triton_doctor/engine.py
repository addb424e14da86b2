"""Runs checks: order by need, one daemon thread each, deadlines, events. It prints nothing.

A thread that hangs cannot be ended from outside, but a daemon thread does not keep the process
alive; a pool of workers would. Results come back by a queue and are put into check order.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from graphlib import TopologicalSorter
from types import MappingProxyType

from triton_doctor.api import Answer, Context
from triton_doctor.errors import CatalogueError, FactUnavailable
from triton_doctor.knowledge import wording
from triton_doctor.knowledge.catalogue import Area, Catalogue
from triton_doctor.model import (
    Check,
    Doubt,
    Finding,
    Found,
    NotForHere,
    Outcome,
    Result,
    Sound,
    Unsure,
)
from triton_doctor.record import Mutable, field, replace
from triton_doctor.redact import clean
from triton_doctor.registry import LoadedCheck, RepairFunction

# The whole run may take this much of one check's time: checks that wait for others share it.
RUN_SHARE = 1.35

Listener = Callable[[str, Check, "Result | None"], None]
Repairs = Mapping[str, Callable[[], RepairFunction]]


class _OutOfTime(Exception):
    """A check that did not end within its time."""


class _Work(Mutable):
    """One check under way: what it has yielded so far, and how it ended."""

    loaded: LoadedCheck
    repairs: Repairs
    started: float = field(default_factory=time.monotonic)
    answers: list[Answer] = field(default_factory=list)
    error: BaseException | None = None
    trace: str = ""
    seconds: float = 0.0

    def run(self, context: Context, done: queue.Queue[_Work]) -> None:
        try:
            for answer in self.loaded.load()(context):
                self.answers.append(_with_repair(answer, self.repairs, context))
        except BaseException as error:  # noqa: BLE001 - also a stranger's SystemExit is only his
            self.error, self.trace = error, traceback.format_exc()
        self.seconds = time.monotonic() - self.started
        done.put(self)


class Engine:
    """One run over checks that were chosen, in the order given."""

    def __init__(
        self,
        checks: Sequence[LoadedCheck],
        catalogue: Catalogue,
        context: Context,
        listen: Listener | None = None,
        repairs: Repairs = MappingProxyType({}),
    ) -> None:
        self._repairs = repairs
        self._checks = {loaded.check.id: loaded for loaded in checks}
        self._catalogue, self._context = catalogue, context
        self._listen = listen or (lambda _event, _check, _result: None)
        self._results: dict[str, Result] = {}
        self._under_way: dict[str, _Work] = {}
        self._done: queue.Queue[_Work] = queue.Queue()

    def run(self, jobs: int, timeout: float) -> tuple[Result, ...]:
        """All results in check order, within about RUN_SHARE x timeout seconds."""
        end = time.monotonic() + RUN_SHARE * timeout
        order = TopologicalSorter(
            {
                name: [need for need in loaded.check.needs if need in self._checks]
                for name, loaded in self._checks.items()
            }
        )
        order.prepare()
        waiting: list[str] = []
        while order.is_active():
            waiting += order.get_ready()
            for name in self._start(waiting, jobs):
                order.done(name)
            for name in self._collect(timeout, end):
                order.done(name)
        return tuple(self._results[name] for name in self._checks)

    def _start(self, waiting: list[str], jobs: int) -> list[str]:
        """Start what is ready while there is room; names of those that are skipped instead."""
        skipped = []
        waiting.sort(key=list(self._checks).index)
        while waiting and len(self._under_way) < jobs:
            name = waiting.pop(0)
            loaded = self._checks[name]
            cause = next((need for need in loaded.check.needs if self._blocked(need)), None)
            if cause:
                self._finish(_skipped(loaded.check, self._results[cause]))
                skipped.append(name)
                continue
            work = self._under_way[name] = _Work(loaded, self._repairs)
            self._listen("started", loaded.check, None)
            threading.Thread(
                target=work.run, args=(self._context, self._done), name=f"check {name}", daemon=True
            ).start()
        return skipped

    def _collect(self, timeout: float, end: float) -> list[str]:
        """Wait for a check to end or run out of time; the names of those that did."""
        if not self._under_way:
            return []
        deadlines = {
            name: min(work.started + timeout, end) for name, work in self._under_way.items()
        }
        try:
            work = self._done.get(timeout=max(0.0, min(deadlines.values()) - time.monotonic()))
            over = [work] if self._under_way.get(work.loaded.check.id) is work else []
        except queue.Empty:
            now = time.monotonic()
            over = [work for name, work in self._under_way.items() if deadlines[name] <= now]
            for work in over:
                work.seconds = now - work.started
                cut = deadlines[work.loaded.check.id] == end
                work.error = _OutOfTime(_late(work.seconds, cut=cut))
        for work in over:
            del self._under_way[work.loaded.check.id]
            self._finish(self._judge(work))
        return [work.loaded.check.id for work in over]

    def _finish(self, result: Result) -> None:
        self._results[result.check] = result
        self._listen("finished", self._checks[result.check].check, result)

    def _blocked(self, need: str) -> bool:
        """Whether the ground that a check stands on is missing."""
        result = self._results.get(need)
        if result is None:
            return False
        broken = result.outcome in (Outcome.CRASHED, Outcome.TIMED_OUT)
        return (
            broken
            or result.blocks
            or (result.outcome is Outcome.SKIPPED and result.caused_by is not None)
        )

    def _judge(self, work: _Work) -> Result:
        check = work.loaded.check
        try:
            return _result(work, self._catalogue.areas[check.id], self._catalogue)
        except CatalogueError as error:
            return Result(
                check.id, check.title, Outcome.CRASHED, work.seconds, str(error), blocks=True
            )


def _late(seconds: float, *, cut: bool) -> str:
    """cut: the run's own time was over, before the check had had its own."""
    if cut:
        return f"no end within the {seconds:.1f} s that the run had left for it"
    return f"no end within {seconds:.0f} s"


def _with_repair(answer: Answer, repairs: Repairs, context: Context) -> Answer:
    """What a log showed, with the repair that the problem's own area plans, if any."""
    if not isinstance(answer, Found) or not answer.from_log or answer.fix is not None:
        return answer
    load = repairs.get(answer.problem.rpartition("/")[0])
    if load is None:
        return answer
    try:
        plan = load()(context, answer)
    except FactUnavailable:
        return answer  # without the facts nothing can be offered, and the finding stands
    return replace(answer, fix=plan)


def _skipped(check: Check, cause: Result) -> Result:
    root = cause.caused_by or cause.check
    first = next((finding.title for finding in cause.findings if finding.blocks), None)
    reason = first or cause.reason or str(cause.outcome)
    return Result(check.id, check.title, Outcome.SKIPPED, 0.0, reason, caused_by=root)


def _result(work: _Work, area: Area, catalogue: Catalogue) -> Result:
    """What a check yielded, and how it ended, as one Result."""
    check, answers = area.check, tuple(work.answers)
    findings = tuple(
        wording.finding(one, check.id, catalogue) for one in answers if isinstance(one, Found)
    )
    doubts = [wording.doubt(one, area) for one in answers if isinstance(one, Unsure)]
    aside = [wording.doubt(one, area) for one in answers if isinstance(one, NotForHere)]
    lines = [wording.healthy(one, area) for one in answers if isinstance(one, Sound)]
    blocks = any(one.blocks for one in answers if isinstance(one, Unsure))
    if isinstance(work.error, FactUnavailable):
        doubts.append(Doubt(clean(work.error.reason)))
        blocks = True
    outcome, reason = _outcome(work, findings, doubts, aside)
    return Result(
        check=check.id,
        title=check.title,
        outcome=outcome,
        seconds=work.seconds,
        reason=reason,
        healthy="; ".join(lines),
        findings=findings,
        doubts=tuple(doubts),
        trace=work.trace if outcome is Outcome.CRASHED else "",
        blocks=blocks or any(finding.blocks for finding in findings),
    )


def _outcome(
    work: _Work, findings: Sequence[Finding], doubts: Sequence[Doubt], aside: Sequence[Doubt]
) -> tuple[Outcome, str | None]:
    if isinstance(work.error, _OutOfTime):
        return Outcome.TIMED_OUT, str(work.error)
    if work.error is not None and not isinstance(work.error, FactUnavailable):
        line = traceback.format_exception_only(type(work.error), work.error)[-1].strip()
        return Outcome.CRASHED, clean(line)
    unclear = "; ".join(doubt.reason for doubt in doubts) or None
    if findings:
        return Outcome.FOUND, unclear
    if doubts:
        return Outcome.COULD_NOT_TELL, unclear
    if aside:
        return Outcome.SKIPPED, "; ".join(doubt.reason for doubt in aside)
    return Outcome.PASSED, None
