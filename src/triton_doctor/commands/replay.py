"""`replay`: judge a recorded run again, with what is known today."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.commands.recording import Recording, judged_again, recording
from triton_doctor.commands.screen import Screen
from triton_doctor.deployment import Settings
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line, line, paragraph
from triton_doctor.model import Finding, Report
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.report.as_json import document
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.verdict import exit_code


class Again(Record, frozen=True):
    """A recording and what it comes to today, apart: what both found, and what only one did."""

    kept: Recording
    report: Report

    @property
    def new(self) -> list[Finding]:
        then = {_key(one) for one in self.kept.findings}
        return [one for one in self.report.findings if (one.problem, one.where) not in then]

    @property
    def gone(self) -> list[Mapping[str, Any]]:
        now = {(one.problem, one.where) for one in self.report.findings}
        return [one for one in self.kept.findings if _key(one) not in now]

    @property
    def same(self) -> int:
        return len(self.kept.findings) - len(self.gone)


def replay(bundle: str, settings: Settings, form: str) -> int:
    """Read, judge, tell; the exit code is that of the judgement of today."""
    kept = recording(bundle)
    again = Again(kept, judged_again(kept, settings))
    code = exit_code(again.report, settings.fail_on)
    if form == "json":
        sys.stdout.write(json.dumps(_document(again, code), indent=2) + "\n")
        return code
    screen, say = Screen(quiet=False), phrases(settings.lang)
    screen.write(_lines(again, say, screen.width))
    return code


def _document(again: Again, code: int) -> dict[str, Any]:
    told = {
        "doctor": {"version": again.kept.version},
        "same": again.same,
        "new": [{"problem": one.problem, "where": one.where} for one in again.new],
        "gone": [{"problem": one["problem"], "where": one.get("where")} for one in again.gone],
    }
    return {**document(again.report, code), "recorded": told}


def _lines(again: Again, say: Phrases, width: int) -> Iterator[Line]:
    name, then = clean(again.kept.name), clean(again.kept.version)
    head = say("replay", "heading", name=name, version=then)
    yield from paragraph(head, width, style="strong")
    yield line()
    text = TextReport(again.report, say, width, "", partial=bool(again.report.settings["select"]))
    yield from text.body()
    yield line()
    yield from _compared(again, say, width)


def _compared(again: Again, say: Phrases, width: int) -> Iterator[Line]:
    """What is the same as then, what is new, and what is not found any more."""
    key = "same-one" if again.same == 1 else "same-many"
    yield from paragraph(say("replay", key, count=again.same), width, style="strong")
    for finding in again.new:
        told = say("replay", "new", problem=finding.problem, title=finding.title)
        yield from paragraph(told, width)
    for one in again.gone:
        title = clean(str(one.get("title") or ""))
        told = say("replay", "gone", problem=clean(str(one["problem"])), title=title)
        yield from paragraph(told, width)


def _key(one: Mapping[str, Any]) -> tuple[Any, Any]:
    return one.get("problem"), one.get("where")
