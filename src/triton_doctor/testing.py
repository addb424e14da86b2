"""For tests of checks: made-up facts, judged by a real check in its real words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, cast

import msgspec

from triton_doctor.commands.examine import read_log
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.engine import Engine
from triton_doctor.host.protocol import Host
from triton_doctor.model import Doubt, Finding, Outcome, Result
from triton_doctor.record import Record
from triton_doctor.registry import load_catalogue


class JudgeResult(Record, frozen=True):
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
        """The one finding; an AssertionError where there is none or more."""
        if len(self.findings) != 1:
            raise AssertionError(f"{len(self.findings)} findings: {self.result}")
        return self.findings[0]


class _NoMachine:
    """A test's facts are made up: nothing may be asked of the machine that runs it."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"the check asked the machine for {name!r}")


def judge(
    check_id: str,
    *,
    facts: Mapping[str, Any] | None = None,
    deployment: Mapping[str, Any] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> JudgeResult:
    """Run one installed check on facts by probe name, as records or as plain values.

    check_id: as `docker`, a stranger's as `acme:quota`. Facts are put through their saved form, so
    that one which cannot be saved fails here. A check that crashes raises AssertionError.
    """
    loaded = load_catalogue()
    if loaded.broken:
        raise AssertionError(f"plug-ins that do not load: {loaded.broken}")
    checks = [one for one in loaded.checks if one.check.id == check_id]
    if not checks:
        raise AssertionError(f"no check {check_id} among {[one.check.id for one in loaded.checks]}")
    context = Context(
        cast("Host", _NoMachine()),
        Deployment(**(deployment or {})),
        Settings(**(settings or {})),
        recorded={name: msgspec.to_builtins(fact) for name, fact in (facts or {}).items()},
    )
    context.reads_logs(read_log)
    engine = Engine(checks, loaded.catalogue, context, repairs=loaded.repairs)
    (result,) = engine.run(jobs=1, timeout=30)
    if result.outcome is Outcome.CRASHED:
        raise AssertionError(f"{result.reason}\n{result.trace}")
    return JudgeResult(result)
