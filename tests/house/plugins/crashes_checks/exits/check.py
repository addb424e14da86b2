"""A check that wants to end the whole program."""

from __future__ import annotations

import sys

from triton_doctor.api import Answers, Context, sound


def check(_context: Context) -> Answers:
    yield sound()
    sys.exit(7)
