"""A check beside a broken one."""

from __future__ import annotations

from triton_doctor.api import Answers, Context, sound


def check(_context: Context) -> Answers:
    yield sound()
