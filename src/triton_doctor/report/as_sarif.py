"""The report as SARIF 2.1.0 (OASIS, errata 01), as GitHub's code scanning takes it.

A rule is a problem of the catalogue, a result is a finding. What could not be told is a result of
kind `open`, SARIF's own word for it, and a notification besides. Code scanning wants a file for
each result: what no file is to blame for stands at the settings file.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.knowledge.wording import fill
from triton_doctor.model import Finding, Outcome, Problem, Severity
from triton_doctor.redact import clean
from triton_doctor.repairs import Edit, Fix
from triton_doctor.report.fingerprints import fingerprint, hashed
from triton_doctor.report.pages import page
from triton_doctor.report.spots import spot_of
from triton_doctor.report.telling import Telling, body
from triton_doctor.report.verdict import fails, untold
from triton_doctor.settings import FILE

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
UNTOLD = "not-told"  # the one rule that is no problem of the catalogue
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_ROOT = "SRCROOT"
_LINE_HASH = "primaryLocationLineHash"

Object = dict[str, Any]


def as_sarif(telling: Telling) -> str:
    """One document; ASCII only, so that no console encoding can break it."""
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(telling)]}
    whole = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return json.dumps(json.loads(whole), indent=2) + "\n"


def _run(telling: Telling) -> Object:
    driver = {
        "name": "triton-doctor",
        "version": telling.report.version,
        "rules": [*_rules(telling)],
    }
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(telling)],
        "results": [*_results(telling), *_open(telling)],
    }


def _rules(telling: Telling) -> Iterator[Object]:
    for problem in dict.fromkeys(finding.problem for finding in telling.report.findings):
        yield _rule(telling.problem(problem))
    if any(True for _ in untold(telling.report)):
        yield {
            "id": UNTOLD,
            "shortDescription": {"text": telling.say("format", "not-told")},
            "fullDescription": {"text": telling.say("format", "not-told-help")},
            "help": {"text": telling.say("format", "not-told-help")},
        }


def _rule(problem: Problem) -> Object:
    """In general: what is so here and now stands in the results, and a mark in the place of it."""
    blank: defaultdict[str, str] = defaultdict(lambda: "…")
    text = page(problem)
    rule: Object = {
        "id": problem.id,
        "shortDescription": {"text": fill(problem.words.title, blank)},
        "fullDescription": {"text": fill(problem.words.why, blank)},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": str(problem.severity)},
        "properties": {"tags": [problem.area], "problem.severity": _GITHUB[problem.severity]},
    }
    if problem.links:
        rule["helpUri"] = problem.links[0]
    return rule


def _results(telling: Telling) -> Iterator[Object]:
    seen: Counter[str] = Counter()
    for finding in telling.report.findings:
        result: Object = {
            "ruleId": finding.problem,
            "level": str(finding.severity),
            "message": {"text": f"{finding.title}\n\n{body(finding, telling.say)}"},
            "locations": [_location(telling, finding)],
            "partialFingerprints": _marks(telling, finding, seen),
            "properties": {"check": finding.check, "fails": fails(finding, telling.fail_on)},
        }
        if finding.accepted:
            result["suppressions"] = [
                {
                    "kind": "external",
                    "status": "accepted",
                    "justification": telling.accepted(finding),
                }
            ]
        fixes = [*_fixes(telling, finding.fix)]
        if fixes:
            result["fixes"] = fixes
        yield result


def _open(telling: Telling) -> Iterator[Object]:
    for result, doubt in untold(telling.report):
        yield {
            "ruleId": UNTOLD,
            "kind": "open",
            "level": "none",
            "message": {"text": f"{result.title}: {doubt.reason}\n\n{doubt.remedy}".strip()},
            "locations": [{**_elsewhere(telling), "logicalLocations": [_named(result.check)]}],
            "partialFingerprints": dict.fromkeys(
                ("finding/v1", _LINE_HASH), hashed(UNTOLD, result.check, doubt.reason)
            ),
        }


def _location(telling: Telling, finding: Finding) -> Object:
    spot = spot_of(finding, telling.report.deployment)
    if spot is None:
        name = finding.where or finding.check
        return {**_elsewhere(telling), "logicalLocations": [_named(name)]}
    place: Object = {"artifactLocation": _artifact(telling, spot.path)}
    place["region"] = {"startLine": max(spot.line, 1), "startColumn": max(spot.column, 1)}
    return {"physicalLocation": place}


def _elsewhere(telling: Telling) -> Object:
    """The settings file, for what lies in no file: GitHub refuses a result without one."""
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(telling, telling.settings_file or FILE),
            "region": {"startLine": 1, "startColumn": 1},
        }
    }


def _named(name: str) -> Object:
    return {"name": name, "kind": "resource"}


def _artifact(telling: Telling, path: str) -> Object:
    uri = telling.roots.uri(path)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": _ROOT}


def _marks(telling: Telling, finding: Finding, seen: Counter[str]) -> Object:
    """GitHub goes by the hash of the line, which its upload makes of the file. What is in no file
    is not all the same finding, so there it gets ours."""
    mark = fingerprint(telling, finding, seen)
    own = spot_of(finding, telling.report.deployment) is None
    return {"finding/v1": mark, **({_LINE_HASH: mark} if own else {})}


def _fixes(telling: Telling, fix: Fix | None) -> Iterator[Object]:
    """Those that change files and do nothing else: half of a repair would be none.

    One that writes a secret is left out; it is text for the file, and nothing may stand in for it.
    """
    while fix:
        edits = [step.edit for step in fix.steps if step.edit and step.edit.path != "-"]
        told = all(clean(one.new) == one.new for one in edits)
        if edits and told and len(edits) == len(fix.steps):
            changes = [
                _change(telling, path, [one for one in edits if one.path == path])
                for path in dict.fromkeys(one.path for one in edits)
            ]
            yield {"description": {"text": fix.title}, "artifactChanges": changes}
        fix = fix.instead


def _change(telling: Telling, path: str, edits: list[Edit]) -> Object:
    return {
        "artifactLocation": _artifact(telling, path),
        "replacements": [
            {"deletedRegion": _region(one), "insertedContent": {"text": one.new}} for one in edits
        ],
    }


def _region(edit: Edit) -> Mapping[str, int]:
    """What is taken out, from its first sign to the one after its last; columns from 1."""
    line, column = max(edit.line, 1), max(edit.column, 1)
    lines = edit.old.split("\n")
    after = column + len(edit.old) if len(lines) == 1 else len(lines[-1]) + 1
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": line + len(lines) - 1,
        "endColumn": after,
    }


def _invocation(telling: Telling) -> Object:
    report = telling.report
    broken = (Outcome.CRASHED, Outcome.TIMED_OUT)
    notes = [
        _notification(
            "error" if one.outcome in broken else "warning", one.check, doubt.reason, one.trace
        )
        for one, doubt in untold(report)
    ]
    notes += [
        _notification("note", one.check, telling.aside(one))
        for one in report.results
        if one.outcome is Outcome.SKIPPED and not one.caused_by
    ]
    notes += [_notification("warning", "accept", note) for note in telling.acceptances()]
    return {
        "executionSuccessful": not any(one.outcome in broken for one in report.results),
        "exitCode": telling.code,
        "toolExecutionNotifications": notes,
    }


def _notification(level: str, check: str, text: str, trace: str = "") -> Object:
    return {
        "level": level,
        "descriptor": {"id": check},
        "message": {"text": f"{text}\n\n{trace}".strip()},
    }
