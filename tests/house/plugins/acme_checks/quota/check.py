"""Judges how many models are asked for."""

from __future__ import annotations

from triton_doctor.api import Answers, Context, found, sound

ALLOWED = 1


def check(context: Context) -> Answers:
    models = len(context.deployment.model)
    if models > ALLOWED:
        yield found("exceeded", models=models, allowed=ALLOWED)
        return
    yield sound(models=models)
