"""What is said of findings that are accepted, and of entries that accept in vain."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.knowledge.house import Phrases
from triton_doctor.model import Accepted, Report
from triton_doctor.record import asdict


def accepted_words(accepted: Accepted | None, say: Phrases) -> str:
    return say("format", "accepted", **asdict(accepted)) if accepted else ""


def stale(report: Report, say: Phrases) -> Iterator[str]:
    """The entries that have run out, or whose problem is gone, each in a sentence."""
    for one in report.acceptances:
        if one.state in ("gone", "ran-out"):
            name = f"{one.problem} ({one.where})" if one.where else one.problem
            yield say("format", one.state, problem=name, **asdict(one.accepted))
