"""`launch` broken off: by Ctrl-C at any moment, by SIGTERM, by the engine; and at a terminal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import environment, until_it_listens
from tests.lab.launches import HERE, NAME, TOKEN, ours, play, stage, state
from tests.lab.repairs.kit import Scene
from tests.lab.until import until, until_said
from tests.published import hold
from tests.terminal import CTRL_C, Terminal
from triton_doctor.host.docker_api import LABEL as PROBE

_PROGRAM = [sys.executable, "-m", "triton_doctor", "launch", *HERE]
_ROOT = Path(__file__).parents[2]
_FORWARD = """
import socket, sys
from pathlib import Path
from tests.lab.forward import _serve
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(64)
_serve(server, Path(sys.argv[2]), None)
"""


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    yield from stage(lab, tmp_path)


def begun(scene: Scene, *args: str, host: str = "") -> subprocess.Popen[bytes]:
    variables = environment(host or scene.lab.host, scene.home, {"HF_TOKEN": TOKEN})
    return subprocess.Popen(
        [*_PROGRAM, "--yes", "--format", "json", *args],
        cwd=scene.folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def ended(run: subprocess.Popen[bytes], timeout: float = 240) -> tuple[int, dict[str, Any], str]:
    out, err = run.communicate(timeout=timeout)
    return run.returncode, hold("launch-1.json", out) if out else {}, err.decode()


def until_running(lab: Lab) -> None:
    def running() -> bool:
        known = state(lab)
        return known is not None and known["State"]["Running"]

    until(running, "it was not started")


@pytest.mark.unmeasured
def test_ctrl_c_at_any_moment_leaves_nothing_behind(scene: Scene) -> None:
    play(scene, ("wait", 3600))
    texts, seen = scene.texts(), set()
    for step in range(13):
        after = step * 0.35
        run = begun(scene)
        until_it_listens(run)
        if step < 12:
            time.sleep(after)
        else:  # however long the machine takes to come to this
            until_running(scene.lab)
        run.send_signal(signal.SIGINT)
        code, told, err = ended(run)
        assert code == 130, f"after {after} s: {code} {err}"
        if told:
            assert told["outcome"] == "stopped"
        seen.add(err)
        assert ours(scene.lab) == [], f"after {after} s: {err}"
        assert scene.lab.docker("ps", "-aq", "--filter", f"label={PROBE}").stdout == ""
    assert any("was removed" in one for one in seen), seen
    assert any("nothing was" in one for one in seen), seen
    assert scene.texts() == texts


@pytest.mark.unmeasured
def test_ctrl_c_while_the_container_is_being_made(scene: Scene) -> None:
    """As soon as the engine lists it, which is before it has answered."""
    play(scene, ("wait", 3600))
    for _ in range(3):
        run = begun(scene)
        while not ours(scene.lab):
            assert run.poll() is None
        run.send_signal(signal.SIGINT)
        run.send_signal(signal.SIGINT)
        code, _, err = ended(run)
        assert code == 130, err
        assert ours(scene.lab) == []


def test_sigterm_leaves_nothing_behind(scene: Scene) -> None:
    play(scene, ("wait", 3600))
    run = begun(scene)
    until_running(scene.lab)
    run.send_signal(signal.SIGTERM)
    assert ended(run)[0] == 143
    assert ours(scene.lab) == []


def test_one_that_serves_stays(scene: Scene) -> None:
    play(scene, answer=[("say", "it is asked"), ("wait", 600)])
    run = begun(scene)
    until_said(scene.lab, NAME, "it is asked")
    run.send_signal(signal.SIGINT)
    code, told, err = ended(run)
    assert (code, told["outcome"]) == (130, "stopped")
    assert "stays" in err
    known = state(scene.lab)
    assert known is not None
    assert known["State"]["Running"]


def test_an_engine_that_goes_away_in_the_middle(scene: Scene, tmp_path: Path) -> None:
    play(scene, ("wait", 3600))
    passing = tmp_path / "passing.sock"
    target = scene.lab.host.removeprefix("unix://")
    way = subprocess.Popen(
        [sys.executable, "-c", _FORWARD, str(passing), target],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    try:
        until(lambda: connects(passing), "nobody passes on what the engine is asked")
        run = begun(scene, host=f"unix://{passing}")
        until_running(scene.lab)
        time.sleep(1)
    finally:
        way.kill()
        way.wait()
    code, told, err = ended(run)
    assert told["outcome"] == "gave-up", (told, err)
    assert told["fixes"] == []
    assert [one["problem"] for one in told["causes"]] == ["docker/daemon-down"], told
    assert code == 1


def connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0


def terminal(scene: Scene) -> Terminal:
    variables = environment(scene.lab.host, scene.home, {"HF_TOKEN": TOKEN})
    return Terminal("launch", *HERE, cwd=scene.folder, env=variables, columns=100, lines=70)


def test_a_person_is_asked_and_sees_the_answer(scene: Scene) -> None:
    play(scene, ("wait", 6))
    with terminal(scene) as seen:
        seen.until("Start it now?")
        seen.press("y")
        seen.until("loading the model gemma")
        seen.until("The doctor says hello")
        assert seen.code() == 0
        assert "triton-doctor stop" in seen.flat
        assert "…" not in seen.text.split("READY")[1]


def test_a_person_says_no(scene: Scene) -> None:
    with terminal(scene) as seen:
        seen.until("Start it now?")
        seen.press("n")
        assert seen.code() == 1
    assert ours(scene.lab) == []


@pytest.mark.parametrize(("key", "left"), [("y", 1), ("n", 0), (CTRL_C, 0)])
def test_ctrl_c_at_a_terminal_asks(scene: Scene, key: str, left: int) -> None:
    play(scene, ("wait", 3600))
    with terminal(scene) as seen:
        seen.until("Start it now?")
        seen.press("y")
        seen.until("loading the model gemma")
        seen.press(CTRL_C)
        seen.until("Leave it running?")
        seen.press(key)
        assert seen.code() == 130
    assert len(ours(scene.lab)) == left
