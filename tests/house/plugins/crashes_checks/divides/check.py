"""A check with a bug."""

from __future__ import annotations

from triton_doctor.api import Answers, Context, sound


def check(context: Context) -> Answers:
    yield sound(share=1 // (len(context.deployment.model) - 1))
