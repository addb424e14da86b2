"""The one problem of this area, with all the values that its words may use. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.api import Found, Plan, Severity, found

_VALUES = (
    "error", "path", "names", "count", "total", "size", "whole", "volume", "named", "command",
)  # fmt: skip


def incomplete(
    problem: str,
    case: str,
    where: str,
    *,
    evidence: Sequence[str] = (),
    severity: Severity | None = None,
    fix: Plan | None = None,
    **values: object,
) -> Found:
    """Files of a model that are missing or damaged.

    problem: its slug, or its whole id from another area; values: those that the case's words use.
    """
    every = {name: values.pop(name, "") for name in _VALUES}
    return found(
        problem,
        case=case,
        where=where,
        evidence=evidence,
        severity=severity,
        fix=fix,
        **every,
        **values,  # a name that the words do not have is told by the catalogue
    )
