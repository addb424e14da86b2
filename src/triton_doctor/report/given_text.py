"""What is wrong with a command of the user's own, for a reader and as data."""

from __future__ import annotations

import json
from collections.abc import Iterator

from triton_doctor.deployment import Settings
from triton_doctor.knowledge.house import phrases
from triton_doctor.lines import Line, block, line, paragraph
from triton_doctor.model import Report, Severity
from triton_doctor.probes.given_command import Given
from triton_doctor.redact import clean
from triton_doctor.report.as_json import document
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.verdict import unclear


def given_text(
    report: Report, given: Given, better: str, settings: Settings, width: int, *, whole: bool
) -> Iterator[Line]:
    """The report, and the command as it should read. whole: the machine was looked at as well."""
    say = phrases(settings.lang)
    text = TextReport(report, say, width, better or given.text.strip(), partial=not whole)
    yield from text.body()
    worst = report.counted[0].severity if report.counted else None
    if better:
        yield line()
        yield from paragraph(say("given", "better"), width, style="strong")
        yield line()
        yield from block(clean(better), indent=4, style="command")
    yield line()
    if whole:
        yield from text.closing()
        return
    sound = "untold" if any(unclear(result) for result in report.results) else "sound"
    found = "found-better" if better else "found"
    key = "errors" if worst is Severity.ERROR else found if worst else sound
    yield from paragraph(say("given", key), width, style="strong")


def given_document(report: Report, given: Given, better: str, code: int) -> str:
    """The report as JSON, with `command`: how it was read, and how it should read."""
    body = document(report, code)
    body["command"] = {
        "source": given.source,
        "path": given.path or None,
        "shell": given.shell,
        "corrected": clean(better) if better else None,
    }
    return json.dumps(body, indent=2) + "\n"
