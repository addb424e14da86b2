"""What is offered for containers that ended, loop, or do not answer."""

from __future__ import annotations

from tests.kit import JudgeResult
from tests.triton_doctor_checks.launch.cases import ENDED, NOW, RUNS, UP, launch
from triton_doctor.probes.serving import Answer
from triton_doctor.record import replace
from triton_doctor.repairs import Applicability, Fix


def fix_of(result: JudgeResult, problem: str) -> Fix | None:
    return next(one.fix for one in result.findings if one.problem == problem)


STOPPED = replace(ENDED, exit_code=143, signal=15)


def test_one_that_was_stopped_is_started_again() -> None:
    fix = fix_of(launch(STOPPED), "launch/stopped")
    assert fix
    assert fix.applicability is Applicability.ASK
    assert fix.steps[0].argv == ("docker", "start", STOPPED.name)


def test_one_that_looped_before_it_was_stopped_is_not() -> None:
    fix = fix_of(launch(replace(STOPPED, restarts=5)), "launch/stopped")
    assert fix
    assert fix.applicability is Applicability.SHOW


def test_a_loop_that_was_stopped_is_over() -> None:
    ended = replace(ENDED, exit_code=3, restarts=5, started=NOW - 3, ended=NOW - 2)
    assert "launch/restarting" not in launch(ended).ids


def test_a_crash_of_unknown_cause_is_to_be_read() -> None:
    fix = fix_of(launch(ENDED), "launch/crashed")
    assert fix
    assert fix.applicability is Applicability.SHOW


def test_a_dead_engine_is_helped_by_a_restart_of_its_container() -> None:
    reply = Answer("gemma", 200, 400, "Engine loop is not running")
    fix = fix_of(launch(RUNS, serving=replace(UP, models=(reply,))), "engine/crashed")
    assert fix
    assert fix.steps[0].argv == ("docker", "restart", RUNS.name)
    assert "restart" in fix.costs
