"""What --fix says, as lines of styled words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triton_doctor.knowledge.house import Phrases
from triton_doctor.lines import Line, block, command, labelled, line, paragraph
from triton_doctor.model import Finding
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.repairs import Fix
from triton_doctor.report.fix_json import Attempt

_SUMS = ("fixed", "applied", "untold", "failed", "undone", "declined", "skipped")


class FixText(Record, frozen=True):
    """width: columns."""

    say: Phrases
    width: int

    def finding(self, finding: Finding) -> Iterator[Line]:
        """What is to be repaired: title, place, and why in short."""
        yield line()
        doubt = "/" not in finding.problem
        label = (
            self.say("part", "unclear") if doubt else self.say("severity", str(finding.severity))
        )
        style = "unclear" if doubt else str(finding.severity)
        yield from labelled(label, style, finding.title, self.width)
        if finding.where:
            yield line(finding.where, indent=4, style="dim")
        yield from paragraph(_short(finding.why), self.width, indent=4, style="dim")

    def way(
        self, fix: Fix, *, undoable: bool, root: bool, first: bool, diff: str = ""
    ) -> Iterator[Line]:
        """What would be done, as it would be typed, and what it costs.

        diff: shown instead of the steps that change files.
        """
        head = self.say("fix", "offer" if first else "other")
        yield from paragraph(f"{head}: {fix.title}", self.width, indent=2, style="strong")
        for step in fix.steps:
            if step.argv or not diff:
                yield from self._step(step.show)
        if diff:
            yield from self.diff(diff)
        costs = [self.say("fix", one) for one in (*(["root"] if root else []), *fix.costs)]
        if costs:
            text = self.say("fix", "costs", costs="; ".join(costs))
            yield from paragraph(text, self.width, indent=4, style="warning")
        key = "back" if undoable else "final"
        yield from paragraph(self.say("fix", key), self.width, indent=4, style="dim")

    def diff(self, text: str) -> Iterator[Line]:
        if not text.strip():
            yield line(self.say("fix", "nothing-new"), indent=4, style="dim")
            return
        for one in clean(text).rstrip().split("\n"):
            style = {"+": "ok", "-": "error", "@": "dim"}.get(one[:1], "")
            yield line(one, indent=4, style=style)

    def doing(self, what: str) -> Iterator[Line]:
        yield from labelled(self.say("fix", "doing"), "dim", clean(what), self.width)

    def said(self, key: str, style: str, text: str) -> Iterator[Line]:
        yield from labelled(self.say("fix", key), style, text, self.width)

    def became(
        self, attempt: Attempt, cleared: Sequence[Finding], shown: Sequence[Finding]
    ) -> Iterator[Line]:
        """What became of a fix that was applied, and of other findings with it."""
        yield from self._became(attempt)
        for key, findings in (("cleared", cleared), ("shown", shown)):
            for title in dict.fromkeys(one.title for one in findings):
                yield from paragraph(
                    self.say("fix", key, title=title), self.width, indent=4, style="dim"
                )

    def _became(self, attempt: Attempt) -> Iterator[Line]:
        title, reason = attempt.finding.title, attempt.reason or ""
        if attempt.state == "failed":
            return self.said("failed", "error", reason)
        if attempt.state == "undone":
            return self.said("undone", "warning", reason)
        if attempt.result == "fixed":
            return self.said("fixed", "ok", title)
        if attempt.result == "still-there":
            text = self.say("fix", "said-still", title=title)
            return self.said("still-there", "warning", text)
        if attempt.result == "worse":
            return self.said("worse", "error", reason)
        return self.said("untold", "unclear", reason)

    def summary(self, attempts: Sequence[Attempt]) -> Iterator[Line]:
        """Everything that was tried or left, by what became of it."""
        for key in _SUMS:
            ones = [one for one in attempts if _sum(one) == key]
            if ones:
                yield line()
                yield line(self.say("fix", f"sum-{key}"), style="strong")
            for one in ones:
                yield from paragraph(one.fix.title, self.width, indent=2)
                if one.finding.where:
                    yield line(one.finding.where, indent=4, style="dim")
                if one.reason and key not in ("fixed", "applied"):
                    yield from paragraph(one.reason, self.width, indent=4, style="dim")

    def heading(self, key: str) -> Iterator[Line]:
        yield line()
        yield line(self.say("fix", key), style="strong")

    def words(self, text: str, style: str = "", indent: int = 0) -> Iterator[Line]:
        yield from paragraph(text, self.width, indent, style)

    def _step(self, shown: str) -> Iterator[Line]:
        if "\n" not in shown:
            yield command(shown, indent=4)
            return
        head, *rest = shown.split("\n")
        yield line(head, indent=4, style="dim")
        for one in rest:
            yield from block(one, indent=4, style={"+": "ok", "-": "error"}.get(one[:1], ""))


def _short(text: str) -> str:
    """The first sentence."""
    first, dot, _ = text.replace("\n", " ").strip().partition(". ")
    return first + "." if dot else first


def _sum(attempt: Attempt) -> str:
    if attempt.state == "applied":
        known = {"fixed": "fixed", "still-there": "applied", "worse": "failed"}
        return known.get(attempt.result or "", "untold")
    return attempt.state
