"""Judging made-up facts with a real check and its real words, through the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tests.fakes import FakeHost
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.engine import Engine
from triton_doctor.model import Doubt, Finding, Outcome, Result
from triton_doctor.registry import load_catalogue


@dataclass(frozen=True)
class JudgeResult:
    """What one check made of the facts."""

    result: Result

    @property
    def ids(self) -> list[str]:
        return [finding.problem for finding in self.result.findings]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.result.findings

    @property
    def outcome(self) -> Outcome:
        return self.result.outcome

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self.result.doubts

    @property
    def healthy(self) -> str:
        return self.result.healthy

    def only(self) -> Finding:
        assert len(self.findings) == 1, self.result
        return self.findings[0]


def judge(
    check_id: str,
    *,
    facts: Mapping[str, Any] | None = None,
    deployment: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> JudgeResult:
    """Run one shipped check on facts by probe name, as records or as plain values.

    Facts are put through their saved form, so a fact that cannot be saved fails here.
    """
    loaded = load_catalogue()
    assert not loaded.broken, loaded.broken
    context = Context(
        FakeHost(),
        Deployment(**(deployment or {})),
        Settings(**(settings or {})),
        recorded={name: msgspec.to_builtins(fact) for name, fact in (facts or {}).items()},
    )
    checks = [one for one in loaded.checks if one.check.id == check_id]
    assert checks, f"no check {check_id}"
    (result,) = Engine(checks, loaded.catalogue, context).run(jobs=1, timeout=30)
    assert result.outcome is not Outcome.CRASHED, result.reason + result.trace
    return JudgeResult(result)
