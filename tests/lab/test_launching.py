"""`launch` on the real server: what works, what dies, what hangs, and what it says of each."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.faults import SOUND, Fault
from tests.lab.launches import (
    NAME,
    TOKEN,
    ids,
    launch,
    ours,
    play,
    stage,
    state,
    told,
)
from tests.lab.repairs.kit import Scene
from tests.lab.until import until_said
from tests.lab.web import fetch
from triton_doctor.probes.launched import epoch

_READY = "http://127.0.0.1:8000/v2/health/ready"


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    yield from stage(lab, tmp_path)


def test_from_the_command_to_the_first_word(scene: Scene) -> None:
    proxies = {"proxies": {"default": {"httpsProxy": "http://proxy.example:3128"}}}
    (scene.home / ".docker").mkdir(parents=True)
    (scene.home / ".docker" / "config.json").write_text(json.dumps(proxies))
    run = launch(scene, "--yes")
    seen = run.json
    assert (run.code, seen["outcome"]) == (0, "ready"), told(run)
    assert seen["answer"] == "The doctor says hello"
    assert seen["address"] == "127.0.0.1:8000"
    assert seen["seconds_to_first_token"] > 0
    stages = [one["stage"] for one in seen["starts"][0]["stages"]]
    assert stages[:2] == ["starting", "model"]
    known = state(scene.lab)
    assert known is not None
    assert known["Id"] == seen["container"]["id"]
    assert known["State"]["Running"]
    assert known["HostConfig"]["AutoRemove"] is False
    assert f"HF_TOKEN={TOKEN}" in known["Config"]["Env"]
    # As from `docker run`, which hands on what the client's config.json says.
    assert "HTTPS_PROXY=http://proxy.example:3128" in known["Config"]["Env"]


def test_the_words_of_a_launch_that_works(scene: Scene) -> None:
    run = launch(scene, "--yes", data=False)
    assert run.code == 0
    for words in (
        "Nothing stands in the way.",
        "docker run -d",
        "loading the model gemma",
        "READY",
        "The doctor says hello",
        "First word after",
        "triton-doctor ask",
        f"triton-doctor logs --follow {NAME}",
        "triton-doctor stop",
    ):
        assert words in run.out
    assert TOKEN not in run.out + run.err


def test_the_commands_that_come_next_work_as_they_stand(scene: Scene) -> None:
    name, ports = "launch-named", ("--http-port", "18100")
    scene.later.append(lambda: scene.lab.docker("rm", "-f", name, check=False))
    run = launch(scene, "--yes", "--name", name, *ports, "--model", "gemma", data=False)
    assert run.code == 0, run
    shown = [line.strip() for line in run.out.splitlines() if "triton-doctor " in line]
    asked, _, stopped = [shlex.split(line)[1:] for line in shown if line.startswith("triton-")]
    answer = scene.command(*asked)
    assert (answer.code, answer.out.strip()) == (0, "The doctor says hello"), answer
    assert scene.command(*stopped).code == 0
    assert ours(scene.lab) == []


def test_nobody_was_asked(scene: Scene) -> None:
    run = launch(scene)
    assert (run.code, run.json["outcome"]) == (1, "blocked")
    assert ours(scene.lab) == []


def test_a_dry_run_starts_nothing(scene: Scene) -> None:
    before = scene.state()
    run = launch(scene, "--dry-run", data=False)
    assert run.code == 3  # with --offline nobody can say whether the Hub gives the model
    assert "docker run -d" in run.out
    assert scene.state() == before


def test_errors_stop_it_unless_told_otherwise(scene: Scene) -> None:
    scene.path("config.pbtxt").write_text('backend: "vllm\n')
    run = launch(scene, "--ignore", "launch")
    assert (run.code, run.json["outcome"]) == (1, "blocked")
    assert "repository/config-syntax" in ids(run)
    assert ours(scene.lab) == []
    run = launch(scene, "--anyway", "--yes", "--ignore", "repository", data=False)
    assert run.code == 1, run
    assert "The container ended with exit code 1" in run.out
    assert "No cause is named; --select or --ignore may leave it out." in run.out


def test_detached_is_not_waited_for(scene: Scene) -> None:
    play(scene, ("wait", 3))
    run = launch(scene, "--yes", "--detach")
    assert (run.code, run.json["outcome"]) == (0, "started"), told(run)
    assert run.json["seconds_to_ready"] is None
    known = state(scene.lab)
    assert known is not None
    assert known["State"]["Running"]


def test_no_question_is_asked_with_no_ask(scene: Scene) -> None:
    run = launch(scene, "--yes", "--no-ask")
    assert (run.code, run.json["answer"]) == (0, None)


def test_a_slow_start_is_waited_for_as_long_as_something_happens(scene: Scene) -> None:
    shards = "Loading safetensors checkpoint shards:  %d%% Completed | %d/4 [00:01<00:03]"
    steps: list[tuple[str, object]] = []
    for number in range(1, 5):
        steps += [("say", shards % (25 * number, number)), ("wait", 2)]
    steps += [("say", "Capturing CUDA graph shapes:  50%|#  | 3/6 [00:01<00:01, 2it/s]")]
    play(scene, *steps, ("work", 8))
    run = launch(scene, "--yes", "--patience", "6")
    assert (run.code, run.json["outcome"]) == (0, "ready"), told(run)
    stages = [one["stage"] for one in run.json["starts"][0]["stages"]]
    assert [one for one in stages if one in ("weights", "graphs")] == ["weights", "graphs"]


def test_one_that_never_gets_ready_and_never_ends(scene: Scene) -> None:
    play(scene, ("say", "about to wait for ever"), ("wait", 3600))
    run = launch(scene, "--yes", "--patience", "3")
    assert run.json["outcome"] == "gave-up", told(run)
    assert run.code in (1, 3)
    known = state(scene.lab)
    assert known is not None
    assert not known["State"]["Running"]


def killed(scene: Scene, when: Callable[[], object]) -> threading.Thread:
    """A thread that waits for something and then has the engine kill the server."""

    def wait_and_kill() -> None:
        when()
        scene.lab.docker("kill", NAME)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


def test_the_end_is_told_and_not_only_when_patience_is(scene: Scene) -> None:
    """Between the engine's own time of the end and the doctor's: 300 s of silence are borne."""
    play(scene, ("wait", 3600))

    killer = killed(scene, lambda: until_said(scene.lab, NAME, "loading: gemma"))
    run = launch(scene, "--yes")
    killer.join()
    assert run.json["outcome"] == "died", told(run)
    assert ids(run) == ["launch/stopped"], told(run)
    (start,) = run.json["starts"]
    assert start["code"] == 137
    known = state(scene.lab)
    assert known is not None
    ran = epoch(known["State"]["FinishedAt"]) - epoch(known["State"]["StartedAt"])
    made = epoch(known["State"]["StartedAt"]) - epoch(known["Created"])
    assert start["seconds"] - ran - made < 120


def test_a_server_that_becomes_ready_and_then_ends(scene: Scene) -> None:
    play(scene, answer=[("say", "it is asked"), ("wait", 600)])
    killer = killed(scene, lambda: until_said(scene.lab, NAME, "it is asked"))
    run = launch(scene, "--yes", data=False)
    killer.join()
    assert run.code == 1, run
    assert "READY" in run.out
    assert "it was told to stop, it was killed, or it crashed" in " ".join(run.out.split())
    assert "exit code 137" in run.out


def test_an_engine_that_dies_while_the_health_stays_200(scene: Scene) -> None:
    play(scene, answer=[("die",)])
    run = launch(scene, "--yes")
    assert (run.code, run.json["outcome"]) == (1, "died"), told(run)
    assert "engine/crashed" in ids(run), told(run)
    fetch(_READY)


def test_a_model_that_takes_no_text_serves_and_gives_no_answer(scene: Scene) -> None:
    Fault("sound", SOUND).write(scene.folder / "model_repository")
    run = launch(scene, "--model", "echo", "--yes", "--select", "launch")
    assert (run.code, run.json["outcome"]) == (3, "ready"), told(run)
    assert run.json["failure"]
    assert launch_again(scene, "--model", "echo").code == 0


def launch_again(scene: Scene, *args: str) -> DoctorRun:
    """The same once more, without a question in the end."""
    scene.lab.docker("rm", "-f", NAME)
    return launch(scene, *args, "--yes", "--no-ask", "--select", "launch")


def test_a_table_with_ready_is_not_yet_a_server_that_serves(scene: Scene) -> None:
    scene.write("model_repository/notes/todo.txt", "nothing\n")
    options = ("--control-mode", "none", "--anyway", "--yes", "--ignore", "repository")
    run = launch(scene, *options, data=False)
    assert run.code == 1, run
    said = " ".join(run.out.split())
    assert "Its table showed gemma READY" in said
    assert "no mode in which it only checks the configuration" in said


def test_a_container_of_an_earlier_launch_makes_room(scene: Scene) -> None:
    play(scene, ("refuse", "not today"))
    assert launch(scene, "--yes").json["outcome"] == "died"
    first = ours(scene.lab)
    assert len(first) == 1
    play(scene)
    run = launch(scene, "--yes")
    assert (run.code, run.json["outcome"]) == (0, "ready"), told(run)
    assert ours(scene.lab) != first


def test_a_container_of_somebody_elses_is_left_alone(scene: Scene) -> None:
    scene.lab.docker("create", "--name", NAME, scene.lab.ubuntu, "true")
    run = launch(scene, "--yes")
    assert (run.code, run.json["outcome"]) == (1, "blocked"), told(run)
    assert "docker/name-conflict" in ids(run)
    assert state(scene.lab) is not None


def test_a_server_that_runs_already_is_not_started_twice(scene: Scene) -> None:
    assert launch(scene, "--yes", "--no-ask").code == 0
    run = launch(scene, "--yes")
    assert (run.code, ids(run)) == (1, ["docker/name-conflict"]), told(run)
    fetch(_READY)


def test_a_port_that_is_taken_is_named_and_repaired(scene: Scene) -> None:
    scene.lab.docker(
        "run", "-d", "--name", "launch-web", "-p", "8000:80", scene.lab.ubuntu, "sleep", "900"
    )
    scene.later.append(lambda: scene.lab.docker("rm", "-f", "launch-web", check=False))
    run = launch(scene, "--anyway", "--ignore", "port", "--yes")
    assert (run.code, run.json["outcome"]) == (1, "died"), told(run)
    assert ids(run)[0] == "port/in-use", told(run)
    assert ours(scene.lab) == []
    run = launch(scene, "--yes")
    assert (run.code, run.json["outcome"]) == (0, "ready"), told(run)
    assert run.json["address"] != "127.0.0.1:8000"


def test_gpus_that_the_engine_cannot_give(scene: Scene) -> None:
    run = launch(scene, "--gpus", "all", "--anyway", "--yes")
    assert (run.code, run.json["outcome"]) == (1, "died"), told(run)
    assert "docker/no-gpu-runtime" in ids(run), told(run)
    assert ours(scene.lab) == []


def test_an_image_that_is_nowhere(scene: Scene) -> None:
    image = "127.0.0.1:9/nothing/triton:25.06-vllm-python-py3"
    run = launch(scene, "--image", image, "--anyway", "--yes")
    assert (run.code, run.json["outcome"]) == (1, "died"), told(run)
    assert run.json["container"] is None
    assert ids(run), told(run)
