"""Parts of a check that stand on the ground of another one, which the whole does not need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.model import Doubt, Outcome, Result, Severity
from triton_doctor.record import replace


def grounded(
    results: Sequence[Result], aside: Mapping[str, str], lang: str | None
) -> tuple[Result, ...]:
    """The results, where what could not be told for want of another check is told by that one.

    aside: the checks that are not for here.
    """
    say = phrases(lang)
    by_id = {result.check: result for result in results}
    return tuple(_grounded(result, by_id, aside, say) for result in results)


def _grounded(
    result: Result, by_id: Mapping[str, Result], aside: Mapping[str, str], say: Phrases
) -> Result:
    missing = [doubt for doubt in result.doubts if doubt.because in aside]
    if missing:
        return _without(result, missing, say)
    causes = [by_id.get(doubt.because) for doubt in result.doubts]
    told = [why for one in causes if one is not None and (why := _why(one))]
    alone = result.outcome is Outcome.COULD_NOT_TELL and not result.healthy
    cause = causes[0] if causes else None
    if cause is None or not alone or len(told) < len(causes):
        return result
    reason = told[0]
    changed = {"outcome": Outcome.SKIPPED, "reason": reason, "caused_by": cause.check}
    return replace(result, doubts=(), **changed)


def _why(cause: Result) -> str:
    """What a check has to say of its ground that is missing; empty where it says nothing."""
    found = [one.title for one in cause.findings if one.blocks]
    found += [one.title for one in cause.findings if one.severity is Severity.ERROR]
    return found[0] if found else (cause.reason or str(cause.outcome)) if cause.blocks else ""


def _without(result: Result, missing: Sequence[Doubt], say: Phrases) -> Result:
    """What is left of it where a part is not for here; nothing of that part is green."""
    need, rest = missing[0].because, tuple(one for one in result.doubts if one not in missing)
    if result.outcome not in (Outcome.COULD_NOT_TELL, Outcome.FOUND):
        return result
    if not (rest or result.findings or result.healthy):
        told = say("not-here", "follows", check=need)
        aside = {"outcome": Outcome.SKIPPED, "reason": told, "not_here": True}
        return replace(result, doubts=(), **aside)
    healthy = result.healthy and f"{result.healthy}; {say('not-here', 'part', check=need)}"
    reason = "; ".join(one.reason for one in rest) or None
    left = Outcome.COULD_NOT_TELL if rest else Outcome.PASSED
    outcome = Outcome.FOUND if result.findings else left
    return replace(result, doubts=rest, healthy=healthy, outcome=outcome, reason=reason)
