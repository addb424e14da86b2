"""A check that yields a problem which nobody has described."""

from __future__ import annotations

from triton_doctor.api import Answers, Context, found


def check(_context: Context) -> Answers:
    yield found("never-described", value=1)
