"""The engine: outcomes, order, skipping, deadlines, crashes."""

from __future__ import annotations

import threading
import time

import pytest

from tests.triton_doctor.areas import House, context
from triton_doctor.api import (
    Answers,
    Context,
    FactUnavailable,
    found,
    not_for_here,
    sound,
    unsure,
)
from triton_doctor.engine import Engine
from triton_doctor.model import Outcome, Result


def well(_: Context) -> Answers:
    yield sound(state="dry")


def leaking(_: Context) -> Answers:
    yield found("leak", depth="5 cm", where="cellar")


def run(house: House, jobs: int = 4, timeout: float = 60) -> dict[str, Result]:
    results = Engine(house.checks, house.catalogue, context()).run(jobs, timeout)
    return {result.check: result for result in results}


def test_a_sound_check_passes_with_its_line() -> None:
    result = run(House().add("cellar", well))["cellar"]
    assert (result.outcome, result.healthy) == (Outcome.PASSED, "cellar is dry")


def test_a_finding_carries_words_and_values() -> None:
    (finding,) = run(House().add("cellar", leaking))["cellar"].findings
    assert finding.title == "There is 5 cm of water"
    assert (finding.where, finding.problem) == ("cellar", "cellar/leak")


def test_what_stands_on_blocked_ground_is_skipped_and_names_the_root() -> None:
    house = (
        House().add("cellar", leaking).add("hall", well, ("cellar",)).add("roof", well, ("hall",))
    )
    results = run(house)
    for name in ("hall", "roof"):
        assert results[name].outcome is Outcome.SKIPPED
        assert results[name].caused_by == "cellar"
        assert results[name].reason == "There is 5 cm of water"


def test_a_finding_that_does_not_block_skips_nothing() -> None:
    def draughty(_: Context) -> Answers:
        yield found("draught")

    results = run(House().add("cellar", draughty).add("hall", well, ("cellar",)))
    assert results["hall"].outcome is Outcome.PASSED


def test_a_doubt_is_never_green() -> None:
    def dark(_: Context) -> Answers:
        yield unsure("dark", place="the attic")
        yield sound(state="dry")

    result = run(House().add("attic", dark))["attic"]
    assert (result.outcome, result.reason) == (Outcome.COULD_NOT_TELL, "It is dark in the attic")
    assert result.doubts[0].remedy == "Light a lamp."


def test_not_for_here_is_skipped_without_a_cause() -> None:
    def absent(_: Context) -> Answers:
        yield not_for_here("dark", place="this house")

    result = run(House().add("attic", absent))["attic"]
    assert (result.outcome, result.caused_by) == (Outcome.SKIPPED, None)


def test_a_fact_that_cannot_be_had_is_a_doubt_and_blocks() -> None:
    def asks(_: Context) -> Answers:
        raise FactUnavailable("lamp", "the lamp does not answer")
        yield

    results = run(House().add("cellar", asks).add("hall", well, ("cellar",)))
    assert results["cellar"].outcome is Outcome.COULD_NOT_TELL
    assert results["hall"].reason == "the lamp does not answer"


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), SystemExit(7)])
def test_a_crash_costs_only_its_own_check(error: BaseException) -> None:
    def crash(_: Context) -> Answers:
        yield found("draught")
        raise error

    results = run(House().add("attic", crash).add("cellar", well))
    assert results["attic"].outcome is Outcome.CRASHED
    assert "crash" in results["attic"].trace
    assert [finding.problem for finding in results["attic"].findings] == ["attic/draught"]
    assert results["cellar"].outcome is Outcome.PASSED


def test_wrong_values_are_a_crash_of_the_check_and_not_of_the_run() -> None:
    def careless(_: Context) -> Answers:
        yield found("leak", dept="5 cm")

    results = run(House().add("cellar", careless).add("hall", well))
    assert results["cellar"].outcome is Outcome.CRASHED
    assert "declared ['depth'], given ['dept']" in str(results["cellar"].reason)
    assert results["hall"].outcome is Outcome.PASSED


def test_a_check_that_hangs_is_timed_out_with_what_it_had_found() -> None:
    forever = threading.Event()

    def hang(_: Context) -> Answers:
        yield found("draught")
        forever.wait()

    results = run(House().add("attic", hang).add("cellar", well), timeout=4)
    assert results["attic"].outcome is Outcome.TIMED_OUT
    assert results["attic"].findings
    assert results["cellar"].outcome is Outcome.PASSED
    forever.set()


def test_a_chain_of_hanging_checks_shares_one_limit() -> None:
    forever = threading.Event()

    def slow(_: Context) -> Answers:
        time.sleep(1.5)
        yield sound(state="slow")

    def hang(_: Context) -> Answers:
        forever.wait()
        yield sound(state="never")

    house = House().add("cellar", slow)
    for number in range(20):  # each within its own limit
        house.add(f"step-{number}", slow, (f"step-{number - 1}" if number else "cellar",))
    house.add("hall", hang, ("cellar",))
    results = run(house, timeout=4)
    assert results["hall"].outcome is Outcome.TIMED_OUT
    reasons = [str(one.reason) for one in results.values()]
    assert any("s that the run had left for it" in one for one in reasons)
    assert results["step-19"].outcome is Outcome.SKIPPED
    forever.set()


@pytest.mark.parametrize("jobs", [1, 8])
def test_results_come_in_check_order_whatever_ends_first(jobs: int) -> None:
    def late(_: Context) -> Answers:
        time.sleep(0.1)
        yield sound(state="late")

    house = House().add("attic", late).add("cellar", well).add("hall", well)
    assert list(run(house, jobs=jobs)) == ["attic", "cellar", "hall"]
