"""What reads a log: the signatures of all areas, loaded with the first log and kept."""

from __future__ import annotations

from functools import cache

from triton_doctor.logs.patterns import Patterns
from triton_doctor.logs.reader import Reader
from triton_doctor.readings import Reading
from triton_doctor.registry import load_signatures


@cache
def patterns() -> Patterns:
    return Patterns(load_signatures()[0])


def read_text(text: str) -> Reading:
    """What a log that is all there comes to."""
    reader = Reader(patterns())
    reader.feed(text.encode("utf-8", "replace"))
    return reader.finish()
