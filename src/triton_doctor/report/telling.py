"""What every format is made of: a report, what it came to, and the words around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from triton_doctor.knowledge.house import Phrases
from triton_doctor.model import Finding, Problem, Report, Result
from triton_doctor.record import Record
from triton_doctor.report.accepted_words import accepted_words, stale
from triton_doctor.report.spots import Roots
from triton_doctor.report.verdict import looked_at_nothing, untold


class Telling(Record, frozen=True):
    """One report to be told.

    code: the exit code; fail_on: from which severity a finding is a failure; problem: the
    catalogue's entry of an id; roots: where paths are meant from; settings_file: the one in use.
    """

    report: Report
    code: int
    say: Phrases
    fail_on: str
    problem: Callable[[str], Problem]
    roots: Roots
    settings_file: str | None = None

    def verdict(self) -> str:
        """`1 error, 2 warnings, 1 could not be told`, or that all of it is sound."""
        counts = Counter(str(one.severity) for one in self.report.counted)
        counts["untold"] = sum(1 for _ in untold(self.report))
        counts["accepted"] = len(self.report.findings) - len(self.report.counted)
        order = ("error", "warning", "note", "untold", "accepted")
        parts = [self._count(kind, counts[kind]) for kind in order if counts[kind]]
        if looked_at_nothing(self.report):
            return self.say("next", "nothing")
        if not any(counts[kind] for kind in order if kind != "accepted"):
            parts.insert(0, self.say("format", "sound"))
        return ", ".join(parts)

    def _count(self, kind: str, number: int) -> str:
        return self.say("format", f"{kind}-one" if number == 1 else f"{kind}-many", count=number)

    def accepted(self, finding: Finding) -> str:
        """Why and how long this one does not count; empty where it does."""
        return accepted_words(finding.accepted, self.say)

    def acceptances(self) -> Iterator[str]:
        """What is to be said of entries that no longer hold, or no longer have to."""
        return stale(self.report, self.say)

    def aside(self, result: Result) -> str:
        """Why this check was not made, where that is no want of an answer."""
        reason = result.reason or str(result.outcome)
        return self.say("format", "not-here" if result.not_here else "aside", reason=reason)


def body(finding: Finding, say: Phrases) -> str:
    """Why it matters, what to do, and what was seen, as plain text."""
    parts = [finding.why]
    if finding.remedy:
        parts.append(f"{say('part', 'remedy')}:\n{finding.remedy}")
    if finding.evidence:
        parts.append(f"{say('part', 'seen')}:\n" + "\n".join(finding.evidence))
    parts.append(say("line", "more", problem=finding.problem))
    return "\n\n".join(part for part in parts if part)
