"""Which is wrong, the clock here or the certificate, where the two do not go together. Pure."""

from __future__ import annotations

_HOUR, _DAY = 3600.0, 86400.0
_WRONG = _HOUR  # a clock that is off by less makes no certificate invalid, as a rule


def clock(ahead: float, kind: str) -> tuple[str, str]:
    """The case, and by how much the clock is off. ahead: s by which the server's is ahead."""
    if kind == "expired" and ahead < -_WRONG:
        return "clock-wrong", f"it is {_span(-ahead)} fast"
    if kind == "not-yet" and ahead > _WRONG:
        return "clock-wrong", f"it is {_span(ahead)} slow"
    return ("certificate-over" if kind == "expired" else "certificate-early"), ""


def _span(seconds: float) -> str:
    count, unit = (seconds / _DAY, "day") if seconds > 0.9 * _DAY else (seconds / _HOUR, "hour")
    whole = round(count)
    return f"{whole} {unit}" if whole == 1 else f"{whole} {unit}s"
