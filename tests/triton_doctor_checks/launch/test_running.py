"""What the launch check says of a server that runs: it may be up and its engine dead."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.launch.cases import NOW, RUNS, UP, first, launch
from triton_doctor.model import Severity
from triton_doctor.probes.launched import Launched
from triton_doctor.probes.serving import Answer, Serving
from triton_doctor.record import replace


@pytest.mark.parametrize(
    "error",
    [
        "Stub process 'gemma_0_0' is not healthy.",
        "Engine loop is not running. Inspect the stacktrace to find the original error: x",
        "Model is unavailable due to unhealthy vLLM engine",
        "EngineCore encountered an issue. See stack trace (above) for the root cause.",
    ],
)
def test_a_dead_engine_behind_good_health(error: str) -> None:
    result = launch(RUNS, serving=replace(UP, models=(Answer("gemma", 200, 400, error),)))
    assert first(result) == "engine/crashed"
    assert not result.healthy


def test_a_refused_input_is_an_answer_too() -> None:
    reply = Answer("gemma", 200, 400, "expected number of inputs between 1 and 10 but got 0")
    assert launch(RUNS, serving=replace(UP, models=(reply,))).healthy


def test_a_model_that_is_not_ready() -> None:
    reply = Answer("gemma", 400, 0, "Model version not ready", "not-ready")
    result = launch(RUNS, serving=replace(UP, ready=400, models=(reply,)))
    assert first(result) == "request/model-not-ready"


def test_a_server_that_is_not_ready_though_the_model_is() -> None:
    assert first(launch(RUNS, serving=replace(UP, ready=400))) == "launch/not-ready"


def test_an_unhealthy_container() -> None:
    result = launch(replace(RUNS, health="unhealthy"), serving=UP)
    assert first(result) == "launch/not-ready"
    assert "health check" in result.findings[0].title


@pytest.mark.parametrize(
    "one",
    [
        replace(RUNS, started=NOW - 60),
        replace(RUNS, log="I0921 14:11:40.123456 1 model_lifecycle.cc:472] loading: gemma:1"),
    ],
)
def test_loading_is_no_fault(one: Launched) -> None:
    result = launch(one, serving=Serving("refused", "127.0.0.1:8000"))
    assert result.ids == ["docker/name-conflict"]
    assert "is loading" in result.healthy


@pytest.mark.parametrize("log", ["", "I0921 13:50:00.123456 1 pb_stub.cc:1] failed"])
def test_loading_for_ever_is_doubted(log: str) -> None:
    serving = Serving("refused", "127.0.0.1:8000")
    assert first(launch(replace(RUNS, log=log), serving=serving)) == "launch/not-ready"


def test_a_server_that_takes_connections_and_is_silent() -> None:
    result = launch(RUNS, serving=Serving("silent", "127.0.0.1:8000"))
    assert first(result) == "launch/not-ready"


def test_a_port_that_is_not_published() -> None:
    result = launch(RUNS, serving=Serving("not-published"))
    assert first(result) == "request/connection-refused"


@pytest.mark.parametrize("trouble", ["slow", "lost", "unasked"])
def test_a_reply_that_did_not_come_is_a_doubt(trouble: str) -> None:
    reply = Answer("gemma", 200, trouble=trouble)
    result = launch(RUNS, serving=replace(UP, models=(reply,)))
    assert len(result.doubts) == 1
    assert not result.healthy


def test_a_server_elsewhere_is_a_doubt() -> None:
    assert len(launch(RUNS, serving=Serving("elsewhere")).doubts) == 1


def test_a_killed_child_of_a_server_that_goes_on_is_a_warning() -> None:
    finding = launch(replace(RUNS, oom=True), serving=UP).findings[0]
    assert finding.problem == "host/out-of-memory"
    assert finding.severity is Severity.WARNING


def test_another_program_under_the_name_is_no_server() -> None:
    other = replace(RUNS, image="postgres:16", mode="none", loads=(), log="ready")
    result = launch(other, serving=Serving("not-published"))
    (finding,) = result.findings
    assert finding.title.startswith("Another program has the name")
    assert (finding.severity, finding.fix) == (Severity.ERROR, None)
    own = replace(other, image="registry.example/models:1", log="I0921 server.cc] Triton 2.59")
    assert "Another program" not in str(launch(own, serving=Serving("refused")).findings)
