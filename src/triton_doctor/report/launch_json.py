"""A launch as data, schema version 1. Keys are added over time, never taken away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from triton_doctor import __version__
from triton_doctor.fitting.fitted import Fitted
from triton_doctor.launching.outcome import Outcome
from triton_doctor.launching.pulling import Pulled
from triton_doctor.model import Finding
from triton_doctor.record import Mutable, Record, asdict, field
from triton_doctor.redact import clean
from triton_doctor.report.as_json import SCHEMA_VERSION, finding_document
from triton_doctor.report.fit_json import fitted_document
from triton_doctor.report.fix_json import Attempt, attempt_document


class Start(Record, frozen=True):
    """One start, and how it ended: ready, died, silent, refused or lost.

    seconds: from the start to that; code: of its exit, None where it did not exit; causes: ids of
    problems; stages: what was being done, and at which second that began.
    """

    end: str
    seconds: float
    code: int | None = None
    causes: tuple[str, ...] = ()
    stages: tuple[tuple[str, float], ...] = ()


class Launched(Mutable):
    """What is learned in the course of a launch.

    address: host:port of the server; dead: the server is ready, and what it serves is not; memory:
    what vLLM took of the GPU, beside what was foreseen.
    """

    container: str = ""
    name: str = ""
    address: str = ""
    model: str = ""
    ready_s: float | None = None
    first_token_s: float | None = None
    answer: str = ""
    failure: str = ""
    dead: bool = False
    pulled: Pulled | None = None
    memory: Fitted | None = None
    causes: tuple[Finding, ...] = ()
    starts: list[Start] = field(default_factory=list)


def launch_as_json(
    outcome: Outcome, code: int, seconds: float, seen: Launched, attempts: Sequence[Attempt]
) -> str:
    """One JSON document; ASCII only, so that no console encoding can break it."""
    container = {"id": seen.container, "name": seen.name} if seen.container else None
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "exit_code": code,
        "seconds": round(seconds, 3),
        "outcome": outcome,
        "pull": _pulled(seen.pulled),
        "container": container,
        "address": seen.address or None,
        "seconds_to_ready": _rounded(seen.ready_s),
        "model": seen.model or None,
        "seconds_to_first_token": _rounded(seen.first_token_s),
        "answer": clean(seen.answer) if seen.answer else None,
        "failure": clean(seen.failure) or None,
        "memory": fitted_document(seen.memory) if seen.memory else None,
        "causes": [finding_document(one) for one in seen.causes],
        "starts": [_start(one) for one in seen.starts],
        "fixes": [attempt_document(one) for one in attempts],
    }
    return json.dumps(document, indent=2) + "\n"


def _start(start: Start) -> dict[str, Any]:
    stages = [{"stage": name, "at": round(second, 3)} for name, second in start.stages]
    return {**asdict(start), "seconds": round(start.seconds, 3), "stages": stages}


def _pulled(pulled: Pulled | None) -> dict[str, Any] | None:
    return {"seconds": round(pulled.seconds, 3), "bytes": pulled.size} if pulled else None


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
