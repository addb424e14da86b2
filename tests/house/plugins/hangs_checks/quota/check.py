"""A check that waits for what does not come."""

from __future__ import annotations

import threading

from triton_doctor.api import Answers, Context, sound


def check(_context: Context) -> Answers:
    threading.Event().wait()
    yield sound()
