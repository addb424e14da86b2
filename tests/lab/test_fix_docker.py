"""Repairs around containers that more than one acts on, or that are broken off in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import environment
from tests.lab.repairs.containers import NAME, OTHER, WEB, container, loop
from tests.lab.repairs.kit import Scene
from tests.lab.repairs.service import Service
from tests.lab.slow_line import Line, hindered
from tests.lab.until import until
from tests.terminal import Terminal

CONFLICT = ("--fix", "--yes=ask", "--select", "docker/name-conflict", "--format", "json")
PULL = ("--fix", "--yes=ask", "--select", "image", "--format", "json")


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    folder = tmp_path / "work"
    folder.mkdir()
    lab.repository(folder)
    made = Scene(lab, folder)
    yield made
    made.end()


def variables(scene: Scene) -> dict[str, str]:
    return environment(scene.lab.host, scene.home, scene.env)


def begun(scene: Scene, *args: str) -> subprocess.Popen[str]:
    """A doctor that runs while the test goes on, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "triton_doctor", *args],
        cwd=scene.folder,
        env=variables(scene),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def entries(scene: Scene) -> list[dict[str, str]]:
    listed = scene.command("undo", "--list", "--format", "json").json["entries"]
    return list(listed)


def journal(scene: Scene) -> Path:
    return scene.folder.parent / "state/triton-doctor/journal"


def test_the_log_of_a_removed_container_is_kept(scene: Scene) -> None:
    container("sh", "-c", "echo its last words; exit 3", then=("wait",))(scene)
    scene.doctor(*CONFLICT)
    kept = [path for path in journal(scene).rglob("kept-*") if path.is_file()]
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]
    assert "its last words" in kept[0].read_text()
    undo = scene.command("undo")
    assert undo.code == 1
    assert "cannot be undone by the doctor" in undo.out, undo
    shown = scene.command("undo", "--list").out
    assert str(kept[0]) in shown, shown


def test_two_doctors_at_one_dead_container(scene: Scene) -> None:
    container("sh", "-c", "exit 3", then=("wait",))(scene)
    both = [begun(scene, *CONFLICT) for _ in range(2)]
    ends = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], ends
    states = sorted(one["state"] for one in entries(scene))
    assert states in (["applied"], ["applied", "failed"]), ends
    assert NAME not in scene.lab.docker("ps", "-a", "--format", "{{.Names}}").stdout


def test_the_container_that_holds_the_port_is_stopped_at_a_word(scene: Scene) -> None:
    """The other way in the wizard; a third container goes on, and undo starts the stopped one."""
    WEB(scene)
    container("sleep", "300", name="repair-third")(scene)
    before = scene.state()
    options = ("--fix", "--select", "port")
    with Terminal(*options, cwd=scene.folder, env=variables(scene)) as seen:
        seen.asked()
        assert f"docker stop {OTHER}" in seen.flat
        seen.press("o")
        assert seen.code() == 0
    after = scene.state()
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {f"container /{OTHER}"}
    assert scene.command("undo", "--yes").code == 0
    assert scene.state() == before


def test_the_process_that_holds_the_port_is_ended_at_a_word(scene: Scene) -> None:
    hold = "import socket, sys; s = socket.create_server(('', 8002)); print(flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", hold], **pipes) as holder:
        holder.stdout.readline()
        with Terminal("--fix", "--select", "port", cwd=scene.folder, env=variables(scene)) as seen:
            seen.asked()
            assert f"kill {holder.pid}" in seen.flat
            seen.press("o")
            assert seen.code() == 0
        assert holder.wait(60) == -signal.SIGTERM


# ---- downloads that are broken off


class Far(NamedTuple):
    """An image, and the line to it."""

    image: str
    line: Line


@pytest.fixture
def far(scene: Scene) -> Iterator[Far]:
    """An image whose download stops in the middle."""
    name = "repair-slow/tritonserver:25.06-vllm-python-py3"
    scene.lab.image(name, {"opt/weights": os.urandom(4 << 20)})
    there = scene.lab.registry.push(name, name)
    scene.lab.docker("rmi", name)
    with hindered(scene.lab.registry.address, hold=1 << 20) as one:
        image = there.replace(scene.lab.registry.address, one.address)
        scene.write("triton-doctor.toml", f'image = "{image}"\n')
        yield Far(image, one)
    scene.lab.docker("rmi", "-f", image, check=False)


def pulling(parent: int, far: Far) -> int:
    """The number of the `docker pull` that the doctor runs, once its download is under way."""
    far.line.until_held()
    end = time.monotonic() + 120
    while time.monotonic() < end:
        shown = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True
        )
        for line in shown.stdout.splitlines():
            number, _, command = line.strip().partition(" ")
            if command.startswith("docker pull"):
                return int(number)
        time.sleep(0.1)
    raise AssertionError("nothing was pulled")


def until_ended(number: int) -> None:
    until(lambda: not Path(f"/proc/{number}").exists(), f"process {number} goes on")


def here(scene: Scene, image: str) -> bool:
    return scene.lab.docker("image", "inspect", image, check=False).returncode == 0


def test_ctrl_c_during_a_download(scene: Scene, far: Far) -> None:
    run = begun(scene, *PULL)
    pull = pulling(run.pid, far)
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 130, (out, err)
    until_ended(pull)
    assert not here(scene, far.image)
    states = [one["state"] for one in entries(scene)]
    assert states in (["failed"], ["begun"]), (states, err)
    if states == ["begun"]:
        assert scene.command("undo", "--yes").code == 0
    assert scene.doctor("--select", "image").ids == ["image/not-pulled"]


def test_kill_9_during_a_download(scene: Scene, far: Far) -> None:
    """What was begun can be taken back, and done again."""
    run = begun(scene, *PULL)
    pull = pulling(run.pid, far)
    run.kill()
    run.communicate(timeout=120)
    far.line.free()
    until_ended(pull)
    assert [one["state"] for one in entries(scene)] == ["begun"]
    undo = scene.command("undo", "--yes")
    assert undo.code == 0, undo
    assert not here(scene, far.image)
    again = scene.doctor(*PULL)
    assert "image/not-pulled" not in again.ids, again
    assert here(scene, far.image)


def test_an_engine_that_goes_away_during_a_download(scene: Scene, far: Far) -> None:
    service = Service(scene)
    scene.env["DOCKER_HOST"] = service.engine.host
    run = begun(scene, *PULL)
    pulling(run.pid, far)
    service.engine.halt()
    out, err = run.communicate(timeout=120)
    assert run.returncode in (1, 3), (out, err)
    assert '"state": "failed"' in out, (out, err)
    assert [one["state"] for one in entries(scene)] == ["failed"]
    service.engine.start()
    assert scene.doctor("--select", "image").ids == ["image/not-pulled"]


def test_a_loop_is_stopped_and_not_started_again(scene: Scene) -> None:
    """Neither by the repair of what is found when it has been stopped."""
    loop(scene)
    select = ("--select", "launch,docker/name-conflict", "--format", "json")
    run = scene.doctor("--fix", "--yes=ask", *select)
    assert [(one["problem"], one["state"]) for one in run.json["fixes"] if one["entry"]] == [
        ("launch/restarting", "applied"),
        ("docker/name-conflict", "applied"),
    ], run
    assert run.code == 0, run
    assert scene.state().get(f"container /{NAME}") is None
