"""Judges the outer form of a token. Pure."""

from __future__ import annotations

from triton_doctor.api import Severity
from triton_doctor.probes.token_shape import Shape


def fault(shape: Shape) -> tuple[str | None, Severity | None]:
    """The case of token/invalid, worst first, and how sure it is."""
    certain = {
        "unexpanded": shape.unexpanded,
        "quoted": shape.quoted,
        "placeholder": shape.placeholder,
        "other-service": shape.prefix == "other-service",
        "foreign": shape.foreign,
        "blank": shape.blank_inside,
    }
    likely = {
        "ends": shape.blank_ends,
        "short": shape.length == "short",
        "form": shape.odd or shape.prefix == "none",
    }
    for case, holds in certain.items():
        if holds:
            return case, Severity.ERROR
    for case, holds in likely.items():
        if holds:
            return case, Severity.WARNING
    return None, None
