"""What a log tells, as frozen records: read, and then put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from triton_doctor.model import Finding
from triton_doctor.record import Record

Role = Literal["root-cause", "consequence"]


class Told(Record, frozen=True):
    """A problem that a log shows. line: from 1; evidence: that line as it was printed.

    values: what the line said of the problem's facts, mostly not all of them; echoes: lines that
    tell the same once more; model: whose failure it is, where the log says so.
    """

    problem: str
    role: Role
    line: int
    evidence: str
    values: Mapping[str, str] = {}
    case: str | None = None
    echoes: tuple[int, ...] = ()
    model: str = ""


class LogLine(Record, frozen=True):
    """One line of a log, by number from 1."""

    line: int
    text: str


class Untold(Record, frozen=True):
    """A failure whose cause is not known: its most telling lines, and a start for a signature."""

    lines: tuple[LogLine, ...]
    stub: str


class Reading(Record, frozen=True):
    """What one log came to, root causes first. ready: its last server came up."""

    told: tuple[Told, ...]
    untold: Untold | None
    lines: int
    ready: bool = False

    @property
    def cause(self) -> Told | None:
        return next((one for one in self.told if one.role == "root-cause"), None)


class LogFinding(Record, frozen=True):
    """A problem that a log shows, in words."""

    finding: Finding
    told: Told


class LogReport(Record, frozen=True):
    """What one log came to, in words; source: the file, `-`, or the container's name."""

    source: str
    findings: tuple[LogFinding, ...]
    reading: Reading
