"""`compare`: what differs between two machines, or two runs, in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from triton_doctor import __version__
from triton_doctor.commands.diagnose import begun
from triton_doctor.commands.examine import examine
from triton_doctor.commands.output import only, write_whole
from triton_doctor.commands.recording import recording
from triton_doctor.commands.screen import Screen
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line, line, paragraph
from triton_doctor.record import Record, asdict
from triton_doctor.redact import clean
from triton_doctor.report.as_json import SCHEMA_VERSION, document
from triton_doctor.report.comparing import NOT_THERE, THERE, Compared, compared
from triton_doctor.report.verdict import exit_code

NOW = "now"
SAME, DIFFERENT = 0, 1


class Asked(Record, frozen=True):
    """before, after: bundles, reports, or `now`; form: text or json."""

    before: str
    after: str
    form: str


def compare(host: Host, deployment: Deployment, settings: Settings, asked: Asked) -> int:
    """0 where nothing differs, else 1."""
    if asked.before == asked.after == NOW:
        raise UsageError("one of the two has to be a bundle or a report", where="compare now now")
    file = only(settings)
    with closing(host):
        sides = [asked.before, asked.after]
        read = {one: dict(recording(one).document) for one in sides if one != NOW}
        if NOW in sides:  # the look takes long, and comes when it is known that it is of use
            read[NOW] = _now(host, deployment, settings)
    found = compared(*(read[one] for one in sides))
    same = not (found.came or found.went or found.differences)
    data = json.dumps(_document(found, same), indent=2) + "\n"
    screen, say = Screen(quiet=False), phrases(settings.lang)
    if file:
        text = "".join(f"{one.text}\n" for one in _lines(found, asked, say, screen.width))
        write_whole(file.file, data if file.form == "json" else text)
    if asked.form == "json":
        sys.stdout.write(data)
    else:
        screen.write(_lines(found, asked, say, screen.width))
    return SAME if same else DIFFERENT


def _now(host: Host, deployment: Deployment, settings: Settings) -> dict[str, Any]:
    report = examine(begun(host, deployment, settings))
    told = document(report, exit_code(report, settings.fail_on))
    saved: dict[str, Any] = json.loads(json.dumps(told))
    return saved


def _document(found: Compared, same: bool) -> dict[str, Any]:
    def brief(one: Mapping[str, Any]) -> dict[str, Any]:
        return {key: one.get(key) for key in ("problem", "severity", "title", "where")}

    return {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "exit_code": SAME if same else DIFFERENT,
        "came": [brief(one) for one in found.came],
        "went": [brief(one) for one in found.went],
        "stayed": found.stayed,
        "differences": [
            {key: clean(text) for key, text in asdict(one).items()} for one in found.differences
        ],
    }


def _lines(found: Compared, asked: Asked, say: Phrases, width: int) -> Iterator[Line]:
    names = {"before": clean(asked.before), "after": clean(asked.after)}
    yield from paragraph(say("compare", "heading", **names), width, style="strong")
    yield line()
    for key, findings in (("came", found.came), ("went", found.went)):
        for one in findings:
            title = clean(str(one.get("title")))
            told = say("compare", key, problem=clean(str(one.get("problem"))), title=title)
            yield from paragraph(told, width)
    if found.stayed:
        yield from paragraph(say("compare", "stayed", count=found.stayed), width, style="dim")
    if found.differences and (found.came or found.went or found.stayed):
        yield line()
    for differs in found.differences:
        topic = say("compare-topic", differs.topic, what=clean(differs.what))
        marks = {NOT_THERE: say("compare", "none"), THERE: say("compare", "some")}
        before, after = (marks.get(one, clean(one)) for one in (differs.before, differs.after))
        key = "differs" if before or after else "differs-alone"
        told = say("compare", key, topic=topic, before=before, after=after)
        yield from paragraph(told, width)
    if not (found.came or found.went or found.differences):
        yield from paragraph(say("compare", "same"), width, style="strong")
