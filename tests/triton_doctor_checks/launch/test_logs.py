"""A container's log says what stopped it, by the same signatures as the command `logs`."""

from __future__ import annotations

from tests.triton_doctor_checks.launch.cases import ENDED, NAME, first, launch
from triton_doctor.model import Severity
from triton_doctor.record import replace

CAUSE = "ValueError: Unknown dtype: float15"
LOG = f"ERROR 06-14 12:00:01 [core.py:586] {CAUSE}\nRuntimeError: Engine core init\n"


def test_a_cause_in_the_log_stands_in_place_of_the_crash() -> None:
    result = launch(replace(ENDED, log=LOG))
    assert first(result) == "engine/invalid-argument"
    finding = result.findings[0]
    assert (finding.where, finding.from_log) == (NAME, True)
    assert "float15" in finding.title
    assert finding.evidence == (LOG.partition("\n")[0],)


def test_a_cause_at_the_beginning_of_a_long_log() -> None:
    assert first(launch(replace(ENDED, log="quiet\n" * 400, log_head=LOG))) == (
        "engine/invalid-argument"
    )


def test_an_unknown_cause_stays_a_crash() -> None:
    assert first(launch(replace(ENDED, log="FrobError: odd\n"))) == "launch/crashed"


def test_a_restart_loop_is_told_with_its_cause() -> None:
    result = launch(replace(ENDED, state="restarting", restarts=7, log=LOG))
    assert result.ids[:2] == ["launch/restarting", "engine/invalid-argument"]


def test_another_container_s_failure_only_warns() -> None:
    result = launch(replace(ENDED, log=LOG, named=False, name="other"))
    assert result.findings[0].problem == "engine/invalid-argument"
    assert result.findings[0].severity is Severity.WARNING


def test_one_that_was_told_to_end_is_not_looked_into() -> None:
    assert first(launch(replace(ENDED, log=LOG, exit_code=0, signal=15))) == "launch/stopped"
