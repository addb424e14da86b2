"""`ask` beside servers that are not there, not yet, or not any more; on a real engine."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.test_ask import NAME, READY, ask, bare, serve
from tests.lab.until import until_said
from tests.lab.web import fetch

__all__ = ["bare"]


def test_nothing_there(bare: Lab) -> None:
    run = ask(bare, "Hi")
    assert run.code == 1
    assert run.ids == ["request/connection-refused"], run
    assert "No container is named" in run.finding("request/connection-refused")["title"]


def test_a_server_that_is_loading(bare: Lab) -> None:
    bare.docker("run", "-d", "--name", NAME, "-p", "8000:8000", bare.ubuntu, "sleep", "60")
    run = ask(bare, "Hi")
    assert run.ids == ["request/connection-refused"], run
    assert "does not take requests" in run.finding("request/connection-refused")["title"]


def test_a_server_that_has_ended_shows_the_cause_of_its_log(bare: Lab, tmp_path: Path) -> None:
    (bare.repository(tmp_path) / "gemma" / "1" / "model.json").unlink()
    mount = f"type=bind,source={tmp_path}/model_repository,target=/models"
    server = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
    image = bare.triton_image
    bare.docker(
        "run", "--name", NAME, "--mount", mount, image, *server, "--load-model=gemma", check=False
    )
    run = ask(bare, "--name", NAME, "Hi")
    assert run.ids[-1] == "request/connection-refused", run
    assert run.ids[0] == "repository/model-json-missing", run


def test_an_engine_that_died_in_the_middle(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)
    run = ask(bare, "die")
    assert run.code == 1
    assert "engine/crashed" in run.ids, run
    assert run.json["answer"] == "The doctor"
    assert fetch(READY) == ""
    again = ask(bare, "Hi")
    assert "engine/crashed" in again.ids, again


def test_a_port_that_is_not_published(bare: Lab) -> None:
    bare.docker("run", "-d", "--name", NAME, bare.ubuntu, "sleep", "60")
    assert ask(bare, "Hi").ids == ["request/connection-refused"]


def test_a_server_that_is_stopped_in_the_middle_of_an_answer(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)

    def kill() -> None:
        until_said(bare, NAME, "stand-in said doctor")
        bare.docker("kill", NAME)

    killer = threading.Thread(target=kill)
    killer.start()
    run = ask(bare, "slowly")
    killer.join()
    assert "request/broken-off" in run.ids, run
    assert run.json["answer"].startswith("The"), run
    assert any(one.startswith("launch/") for one in run.ids), run


def test_a_server_that_is_paused(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)
    bare.docker("pause", NAME)
    run = ask(bare, "--timeout", "2", "Hi")
    assert "request/no-answer" in run.ids, run
    assert "launch/paused" in run.ids, run
    bare.docker("unpause", NAME)


def test_a_model_that_was_unloaded(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)
    fetch("http://127.0.0.1:8000/v2/repository/models/gemma/unload", {})
    run = ask(bare, "Hi")
    assert run.ids == ["request/model-not-ready"], run
    (line,) = run.finding("request/model-not-ready")["evidence"]
    assert line.startswith("gemma  UN")


def test_a_server_on_another_port(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)
    run = bare.doctor("ask", "--http-port", "8100", "Hi")
    assert run.code == 1
    assert "runs and answers, and not at localhost:8100" in " ".join(run.err.split())
    assert f"{NAME} answers at 127.0.0.1:8000" in " ".join(run.err.split()), run


def test_the_grpc_port(bare: Lab, tmp_path: Path) -> None:
    serve(bare, tmp_path)
    run = ask(bare, "--url", "localhost:8001", "Hi")
    assert run.ids == ["request/other-program"], run
    assert "gRPC" in run.finding("request/other-program")["title"]
