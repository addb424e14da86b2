"""The user's own command with every change that was found for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from triton_doctor.model import Finding
from triton_doctor.probes.given_command import Given
from triton_doctor.probes.shell import Shell
from triton_doctor.repairs import Edit

FIX = "-"  # the path of an edit of what was typed or pasted


def corrected(given: Given, findings: Iterable[Finding]) -> str:
    """The text as it should read; empty where nothing is to be changed."""
    edits = {
        (step.act.line, step.act.column, step.act.old, step.act.new)
        for finding in findings
        if finding.fix
        for step in finding.fix.steps
        if isinstance(step.act, Edit) and step.act.path == (given.path or FIX) and step.act.line
    }
    starts = _starts(given.text)
    places = {(starts[line - 1] + column - 1, old, new) for line, column, old, new in edits}
    spans = sorted(places | _expanded(given) if places else places)
    text, last = given.text, len(given.text) + 1
    for start, old, new in reversed(spans):
        if start + len(old) > last or text[start : start + len(old)] != old:
            continue  # two changes of one place: the later one stands
        text = text[:start] + new + text[start + len(old) :]
        last = start
    return "" if text == given.text else text.strip("\n")


def _expanded(given: Given) -> set[tuple[int, str, str]]:
    """A variable in the place of the stars for its value, which the shell put into the words."""
    changes = set()
    for one in given.variables:
        inside = [span for span in given.secrets if one.start <= span[0] and span[1] <= one.end]
        if one.same_as and inside:
            start, end = inside[-1]
            writing = Shell(given.shell).read_variable(one.same_as)
            changes.add((start, given.text[start:end], writing))
    return changes


def _starts(text: str) -> list[int]:
    """Where each line begins."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts
