"""How a launch came out. Pure."""

from __future__ import annotations

from typing import Literal

from triton_doctor.record import Record

Outcome = Literal["ready", "died", "gave-up", "stopped", "blocked", "planned", "started"]
HEALTHY, FOUND, UNCLEAR, INTERRUPTED = 0, 1, 3, 130


class Ready(Record, frozen=True):
    """seconds: from the engine's start of the container to the first yes of server and models."""

    seconds: float
    address: str


class Died(Record, frozen=True):
    """seconds: how long it ran; served: s since it was ready, None where it never was."""

    code: int
    seconds: float
    served: float | None = None


class Silent(Record, frozen=True):
    """It runs, and for so many seconds nothing showed that it does anything."""

    seconds: float


class Refused(Record, frozen=True):
    """The engine would not pull, create or start it; text: the engine's own sentence."""

    text: str


class Lost(Record, frozen=True):
    """The engine went away while it was starting."""

    text: str


End = Ready | Died | Silent | Refused | Lost
