"""What the launch check says of containers in states that are hard to make here."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.launch.cases import ENDED, GONE, NAME, NOW, RUNS, UP, first, launch
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.engine_events import Gone
from triton_doctor.probes.launched import Launched
from triton_doctor.record import replace


def test_nothing_there_is_sound() -> None:
    assert launch().outcome is Outcome.PASSED


def test_a_server_that_answers_is_sound_and_keeps_its_name() -> None:
    result = launch(RUNS, serving=UP)
    assert result.healthy == f"{NAME} has run for 25 min and answers at 127.0.0.1:8000"
    assert result.only().severity is Severity.NOTE
    assert result.only().fix is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "ended with an error 12 min ago (exit code 1)"),
        (126, "may not be run"),
        (127, "was not found"),
        (134, "SIGABRT"),
        (139, "SIGSEGV"),
    ],
)
def test_an_exit_code_is_explained(code: int, words: str) -> None:
    result = launch(replace(ENDED, exit_code=code))
    assert first(result) == "launch/crashed"
    assert words in result.findings[0].title
    assert result.findings[0].evidence == ("one", "20%")


def test_the_dead_containers_name_is_freed_by_removing_exactly_it() -> None:
    fix = launch(ENDED).findings[1].fix
    assert fix is not None
    assert fix.steps[0].argv == ("docker", "rm", "-f", "3f1c2a9b7d5e")


def test_137_is_not_yet_want_of_memory() -> None:
    assert first(launch(replace(ENDED, exit_code=137))) == "launch/killed"


@pytest.mark.parametrize("code", [0, 1, 137])
def test_want_of_memory_is_told_by_the_state_and_not_by_the_code(code: int) -> None:
    result = launch(replace(ENDED, exit_code=code, oom=True, memory_limit=1 << 30))
    assert first(result) == "host/out-of-memory"
    assert "1.0 GiB" in result.findings[0].title


@pytest.mark.parametrize(("code", "signal"), [(0, 15), (137, 9), (143, 0), (130, 0), (1, 15)])
def test_a_container_that_was_told_to_end_is_no_error(code: int, signal: int) -> None:
    result = launch(replace(ENDED, exit_code=code, signal=signal))
    assert first(result) == "launch/stopped"
    assert result.findings[0].severity is Severity.NOTE


def test_an_end_without_error_that_nobody_asked_for_is_a_warning() -> None:
    assert launch(replace(ENDED, exit_code=0)).findings[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ('could not select device driver "" with capabilities: [[gpu]]', "give it a GPU"),
        ("Bind for 0.0.0.0:8000 failed: port is already allocated", "host port was taken"),
        ('exec: "tritonserve": executable file not found in $PATH: unknown', "not in the image"),
        ('error mounting "/a" to rootfs at "/models": not a directory', "A mount failed"),
        ("something new", "something new"),
    ],
)
def test_a_container_that_never_started_says_why(error: str, words: str) -> None:
    result = launch(replace(ENDED, state="created", error=f"OCI runtime create failed: {error}"))
    assert first(result) == "launch/never-started"
    assert words in result.findings[0].why


def test_a_container_that_nobody_started_only_keeps_the_name() -> None:
    assert launch(replace(ENDED, state="created")).ids == ["docker/name-conflict"]


def test_load_model_without_its_mode() -> None:
    assert first(launch(replace(ENDED, mode=""))) == "launch/load-without-explicit"


@pytest.mark.parametrize(
    "one",
    [
        replace(RUNS, state="restarting", restarts=1),
        replace(RUNS, restarts=4, started=NOW - 5),
    ],
)
def test_a_restart_loop(one: Launched) -> None:
    result = launch(one)
    assert first(result) == "launch/restarting"
    assert result.findings[1].severity is Severity.ERROR


def test_restarts_long_ago_are_over() -> None:
    assert launch(replace(RUNS, restarts=4), serving=UP).ids == ["docker/name-conflict"]


def test_a_paused_container() -> None:
    assert first(launch(replace(RUNS, state="paused"))) == "launch/paused"


def test_a_half_removed_container() -> None:
    assert first(launch(replace(ENDED, state="dead"))) == "launch/half-removed"


def test_other_containers_of_the_image_only_warn() -> None:
    finding = launch(replace(ENDED, named=False, name="other")).only()
    assert finding.problem == "launch/crashed"
    assert finding.severity is Severity.WARNING


def test_a_container_that_is_gone() -> None:
    finding = launch(gone=GONE).only()
    assert finding.problem == "launch/vanished"
    assert finding.severity is Severity.ERROR
    assert "ran for 1 min, ended with exit code 1 12 min ago" in finding.title


def test_a_failure_of_hours_ago_only_warns() -> None:
    finding = launch(gone=replace(GONE, started=NOW - 9100, ended=NOW - 9000)).only()
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("gone", "words"),
    [(replace(GONE, exit_code=137), "was killed"), (replace(GONE, started=0.0), "not be started")],
)
def test_how_it_was_gone(gone: Gone, words: str) -> None:
    assert words in launch(gone=gone).only().title


def test_want_of_memory_outlives_the_container() -> None:
    assert launch(gone=replace(GONE, oom=True)).only().problem == "host/out-of-memory"


@pytest.mark.parametrize(
    "gone",
    [replace(GONE, exit_code=0), replace(GONE, signal=15), replace(GONE, at_once=False)],
)
def test_a_container_that_was_dealt_with_is_forgotten(gone: Gone) -> None:
    assert launch(gone=gone).outcome is Outcome.PASSED
