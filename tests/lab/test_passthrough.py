"""A GPU asked for in a container of an engine that has no NVIDIA toolkit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.hooks import engine_with_hook, failing, giving

ONLY = ("--select", "passthrough,docker/no-gpu-runtime")


def test_an_engine_without_the_toolkit(lab: Lab, tmp_path: Path) -> None:
    """docker/no-gpu-runtime, in the daemon's own words, and no container is left."""
    refused = lab.docker("run", "--rm", "--gpus", "all", lab.ubuntu, "true", check=False)
    run = lab.doctor(*ONLY, cwd=tmp_path)
    assert (run.code, run.ids) == (1, ["docker/no-gpu-runtime"]), run
    words = run.finding("docker/no-gpu-runtime")["evidence"][0]
    assert words in refused.stderr
    left = lab.docker("ps", "--all", "--quiet", "--filter", "label=triton-doctor.probe")
    assert left.stdout == ""


def test_no_gpu_asked_for_is_nothing_to_look_at(lab: Lab, tmp_path: Path) -> None:
    run = lab.doctor(*ONLY, "--gpus", "none", cwd=tmp_path)
    assert (run.ids, run.outcome("passthrough")) == ([], "skipped"), run


def test_without_any_image_it_is_not_green(lab: Lab, tmp_path: Path) -> None:
    """An engine that has no image at all: could-not-tell, and the pull that would let us tell."""
    with lab.blind_engine(tmp_path) as engine:
        engine.docker("rmi", lab.ubuntu)
        run = lab.doctor(*ONLY, "--offline", env={"DOCKER_HOST": engine.host})
        assert engine.docker("images", "--quiet").stdout == ""
    assert (run.code, run.ids, run.outcome("passthrough")) == (3, [], "could-not-tell"), run
    assert "ubuntu:24.04 is absent" in run.check("passthrough")["reason"]


def test_gpus_that_the_toolkit_brings(lab: Lab, tmp_path: Path) -> None:
    """The device files of a stand-in toolkit are seen inside, and counted."""
    with engine_with_hook(lab, tmp_path / "giving", giving(0, 1)) as engine:
        run = lab.doctor(*ONLY, "--gpus", "0,1", env={"DOCKER_HOST": engine.host})
        more = lab.doctor(*ONLY, "--gpus", "0,1,2", env={"DOCKER_HOST": engine.host})
    assert (run.ids, run.outcome("passthrough")) == ([], "passed"), run
    fact = run.json["facts"]["gpu-container"]
    assert fact["devices"] == ["/dev/nvidia0", "/dev/nvidia1"]
    assert more.ids == ["passthrough/fewer-gpus"], more


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("cat >/dev/null\n", "gpu/not-visible"),
        (failing("nvidia-container-cli: ldcache error: process failed"), "docker/toolkit-failure"),
        (
            failing("nvidia-container-cli: initialization error: nvml error: driver not loaded"),
            "gpu/no-driver",
        ),
    ],
)
def test_a_toolkit_that_fails(lab: Lab, tmp_path: Path, script: str, problem: str) -> None:
    """The hook's words come through the real runtime and the real daemon."""
    with engine_with_hook(lab, tmp_path / "failing", script) as engine:
        run = lab.doctor(
            "--select", f"passthrough,{problem}", "--gpus", "0", env={"DOCKER_HOST": engine.host}
        )
        assert engine.docker("ps", "--all", "--quiet").stdout == ""
    assert (run.code, problem in run.ids) == (1, True), run
