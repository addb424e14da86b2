"""`launch` with an image that is not here: its progress, a Ctrl-C, pulls that come to nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab import images
from tests.lab.bench import Lab
from tests.lab.doctor import environment, run_doctor
from tests.lab.engine import Engine
from tests.lab.launches import HERE, TOKEN, good_repository, ids, launch, ours, told
from tests.lab.registry_stand_in import refusing_registry
from tests.lab.repairs.kit import Scene
from tests.lab.slow_line import Line, hindered
from tests.terminal import CTRL_C, Terminal

_SIZE = 6 << 20  # a quarter of a minute by the slow line
_PULLED = ("--anyway", "--yes", "--detach")


@dataclass(frozen=True)
class Far:
    """An image that is not here, and the line to it."""

    scene: Scene
    image: str
    line: Line

    @property
    def near(self) -> str:
        """Its name by the fast line."""
        return self.image.replace(self.line.address, self.scene.lab.registry.address)


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    made = good_repository(lab, tmp_path / "work")
    yield made
    made.end()
    for one in ours(lab):
        lab.docker("rm", "-f", one, check=False)


@pytest.fixture(params=[2400 << 10])
def far(scene: Scene, request: pytest.FixtureRequest) -> Iterator[Far]:
    """Its parameter: bytes of the download after which the line stops; 0 for a slow one."""
    name = "launch-slow/tritonserver:25.06-vllm-python-py3"
    server = {"opt/tritonserver/bin/tritonserver": "#!/bin/sh\nexec sleep 60\n"}
    changes = ["ENV PATH=/bin:/opt/tritonserver/bin"]
    scene.lab.image(name, {**server, "opt/weights": os.urandom(_SIZE)}, changes=changes)
    there = scene.lab.registry.push(name, name)
    scene.lab.docker("rmi", name)
    with hindered(scene.lab.registry.address, request.param) as one:
        image = there.replace(scene.lab.registry.address, one.address)
        yield Far(scene, image, one)
    for one in ours(scene.lab):
        scene.lab.docker("rm", "-f", one, check=False)
    for one in (image, there):
        scene.lab.docker("rmi", "-f", one, check=False)


def terminal(far: Far, columns: int) -> Terminal:
    variables = environment(far.scene.lab.host, far.scene.home, {"HF_TOKEN": TOKEN})
    args = ("launch", *HERE, *_PULLED, "--image", far.image)
    return Terminal(*args, cwd=far.scene.folder, env=variables, columns=columns, lines=70)


@pytest.mark.parametrize("far", [0], indirect=True)
def test_a_pull_is_told_calmly_in_a_pipe(far: Far) -> None:
    """A line every ten seconds and one in the end, and not one for each of some hundred pieces."""
    began = time.monotonic()
    run = launch(far.scene, *_PULLED, "--image", far.image, data=False)
    assert run.code == 0, run
    shown = re.findall(r"fetching the image: (\d+) MiB of (\d+) MiB", run.out)
    assert 2 <= len(shown) <= 3 + (time.monotonic() - began) / 10, run
    received = [int(one) for one, _ in shown]
    assert received == sorted(received)
    assert {whole for _, whole in shown} == {str(int(shown[-1][1]))}
    assert int(shown[-1][1]) >= _SIZE >> 20
    assert len(ours(far.scene.lab)) == 1


def test_a_pull_as_data(far: Far) -> None:
    run = launch(far.scene, *_PULLED, "--image", far.near)
    assert (run.code, run.json["outcome"]) == (0, "started"), told(run)
    assert run.json["pull"]["bytes"] >= _SIZE
    assert run.json["pull"]["seconds"] > 0
    again = launch(far.scene, "--yes", "--image", far.near)
    assert again.json["pull"] is None


def test_ctrl_c_in_the_middle_of_a_pull(far: Far) -> None:
    """The line is drawn over itself; nothing is asked, since there is nothing to be left."""
    columns = 40
    with terminal(far, columns) as seen:
        seen.until("fetching the image: 2 MiB")
        assert re.search(r" … \d+ s", seen.flat)
        assert all(len(one) <= columns for one in seen.text.splitlines())
        assert seen.text.count("fetching") == 1
        seen.press(CTRL_C)
        assert seen.code() == 130
        assert "nothing was started" in seen.flat
        assert "fetching" not in seen.text
    assert ours(far.scene.lab) == []
    assert far.scene.lab.docker("image", "inspect", far.image, check=False).returncode


def test_sigterm_in_the_middle_of_a_pull(far: Far) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "triton_doctor", "launch", *HERE, *_PULLED, "--image", far.image],
        cwd=far.scene.folder,
        env=environment(far.scene.lab.host, far.scene.home, {"HF_TOKEN": TOKEN}),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout is not None
    while "fetching the image: " not in run.stdout.readline():
        assert run.poll() is None
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=120)
    assert run.returncode == 143
    assert ours(far.scene.lab) == []


# ---- an engine with little room, that does not try again


@pytest.fixture
def small(lab: Lab) -> Iterator[Engine]:
    folder = lab.folder / "small"
    engine = Engine(
        folder,
        before=f"mkdir -p '{folder}/data'; mount -t tmpfs -o size=12m none '{folder}/data'",
        options=["--iptables=false", "--ip-forward=false", "--bridge=none"],
        settings={"max-download-attempts": 1},
    )
    engine.start()
    try:
        images.import_image(engine, lab.ubuntu)
        yield engine
    finally:
        engine.stop()


def elsewhere(far: Far, engine: Engine, image: str) -> dict[str, object]:
    run = run_doctor(
        *("launch", *HERE, *_PULLED, "--image", image, "--format", "json"),
        host=engine.host,
        home=far.scene.home,
        cwd=far.scene.folder,
        env={"HF_TOKEN": TOKEN},
        timeout=240,
    )
    assert run.code == 1, run
    assert run.json["container"] is None
    return {"causes": ids(run), "outcome": run.json["outcome"], "told": told(run)}


def test_a_disk_that_is_too_full_for_the_image(far: Far, small: Engine) -> None:
    seen = elsewhere(far, small, far.near)
    assert seen["causes"][0] == "host/disk-full", seen


def test_a_line_that_breaks_off(far: Far, small: Engine) -> None:

    def cut() -> None:
        far.line.until_held()
        far.line.cut()

    threading.Thread(target=cut).start()
    seen = elsewhere(far, small, far.image)
    assert seen["causes"][0] == "network/registry-unreachable", seen


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("no-tag", "image/not-found"),
        ("denied", "image/pull-denied"),
        ("gateway", "network/registry-unreachable"),
    ],
)
def test_a_registry_that_refuses(scene: Scene, name: str, problem: str) -> None:
    with refusing_registry() as address:
        image = f"{address}/x/{name}:25.06-vllm-python-py3"
        run = launch(scene, "--image", image, *_PULLED)
        assert (run.code, run.json["outcome"]) == (1, "died"), told(run)
        assert ids(run)[0] == problem, told(run)
