"""The report as JUnit XML, as Jenkins and GitLab read it.

A suite is a check, a case is a finding. The document has a failure or an error exactly where the
exit code is not 0: a failure is a finding at or above --fail-on, an error is what could not be
told. Schema: junit-10.xsd of Jenkins' xUnit plugin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from triton_doctor.model import Doubt, Finding, Outcome, Result
from triton_doctor.record import Record
from triton_doctor.report.telling import Telling, body
from triton_doctor.report.verdict import fails, looked_at_nothing, untold

# What XML 1.0 has no writing for at all, also not as a reference.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Case(Record, frozen=True):
    """kind: failure, error, skipped, or empty for one that passed; text: what is said of it."""

    name: str
    kind: str = ""
    message: str = ""
    type: str = ""
    text: str = ""


def as_junit(telling: Telling) -> str:
    """One XML document."""
    doubts: dict[str, list[Doubt]] = {}
    for result, doubt in untold(telling.report):
        doubts.setdefault(result.check, []).append(doubt)
    suites = [
        (result, [*_cases(telling, result, doubts.get(result.check, []))])
        for result in telling.report.results
    ]
    root = ElementTree.Element("testsuites", name="triton-doctor")
    for result, cases in suites:
        root.append(_suite(result.check, cases, result.seconds))
    if looked_at_nothing(telling.report):
        empty = _Case("checks", "error", telling.verdict(), str(Outcome.COULD_NOT_TELL))
        root.append(_suite("triton-doctor", [empty], 0.0))
    notes = [*telling.acceptances()]
    if notes:
        root.append(_suite("accepted", [_Case("accepted", text="\n".join(notes))], 0.0))
    _count(root, telling.report.seconds)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cases(telling: Telling, result: Result, doubts: list[Doubt]) -> Iterator[_Case]:
    for finding in result.findings:
        yield _of_finding(telling, finding)
    for doubt in doubts:
        text = "\n\n".join(part for part in (doubt.reason, doubt.remedy, result.trace) if part)
        yield _Case(result.title, "error", doubt.reason, str(result.outcome), text)
    if result.findings or doubts:
        return
    if result.outcome is Outcome.SKIPPED:
        why = result.reason or ""
        text = why if result.caused_by else telling.aside(result)
        yield _Case(result.title, "skipped", text, "not-here" if result.not_here else "skipped")
    else:
        yield _Case(result.title, text=result.healthy)


def _of_finding(telling: Telling, finding: Finding) -> _Case:
    name = f"{finding.problem} ({finding.where})" if finding.where else finding.problem
    accepted = telling.accepted(finding)
    if accepted:
        return _Case(name, "skipped", f"{finding.title}. {accepted}", "accepted", accepted)
    kind = "failure" if fails(finding, telling.fail_on) else ""
    text = body(finding, telling.say)
    return _Case(name, kind, finding.title, str(finding.severity), text)


def _suite(name: str, cases: list[_Case], seconds: float) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=_fit(name))
    for case in cases:
        element = ElementTree.SubElement(
            suite, "testcase", name=_fit(case.name), classname=f"triton-doctor.{_fit(name)}"
        )
        if case.kind:
            child = ElementTree.SubElement(
                element, case.kind, message=_fit(case.message), type=_fit(case.type)
            )
            child.text = _fit(case.text)
        elif case.text or case.message:
            said = f"{case.type}: {case.message}\n\n" if case.message else ""
            ElementTree.SubElement(element, "system-out").text = _fit(said + case.text)
    _count(suite, seconds)
    skipped = sum(1 for _ in suite.iter("skipped"))
    suite.set("skipped", str(skipped))
    return suite


def _count(element: ElementTree.Element, seconds: float) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("time", f"{seconds:.3f}")


def _fit(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
