"""Signatures made up for tests, so that what is tested does not change with what is known."""

from __future__ import annotations

from typing import Any

from triton_doctor.knowledge.signatures import HarmlessTable, Known, Signatures
from triton_doctor.logs.patterns import Patterns
from triton_doctor.logs.reader import Reader
from triton_doctor.model import Signature
from triton_doctor.readings import Reading


def known(problem: str, regex: str, **more: Any) -> Known:
    return Known(problem, Signature(regex, (), **more))


SIGNATURES = Signatures(
    (
        known("engine/invalid-argument", r"Unknown dtype: (?P<error>\w+)"),
        known("engine/too-long", r"max seq len \((?P<wanted>\d+)\) is larger"),
        known("engine/start-failed", r"Engine core initialization failed", rank="symptom"),
        known("gpu/out-of-memory", r"CUDA out of memory\. Tried to allocate (?P<size>[\d.]+ \w+)"),
        known("gpu/not-visible", r"No platform detected"),
        known("gpu/too-old", r"no kernel image is available", rank="symptom"),
        known("repository/bad-layout", r"Could not determine backend for model '(?P<model>[^']+)'"),
        known("request/bad-input", r"Unexpected keyword argument '(?P<name>\w+)'"),
        known("repository/code", r"Python stub: [^\n]+\n\s*At:\n\s+/models/(?P<place>\S+)\("),
        known("token/no-access", r"not in the authorized list"),
    ),
    (HarmlessTable(r"DCGM unable to start: CUDA out of memory", [], "DCGM is not needed."),),
)


def read(text: str | bytes, size: int = 1 << 20) -> Reading:
    """A whole log, in blocks of `size` bytes."""
    data = text.encode() if isinstance(text, str) else text
    reader = Reader(Patterns(SIGNATURES))
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
    return reader.finish()


def causes(reading: Reading) -> list[tuple[str, int]]:
    """Problem and line of each root cause."""
    return [(one.problem, one.line) for one in reading.told if one.role == "root-cause"]
