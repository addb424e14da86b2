"""What the tests of `launch` share: a deployment of the real server, and what becomes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.repairs.kit import Scene
from triton_doctor.launching.recipe import LABEL

NAME = "triton_vllm_server"
TOKEN = "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"  # made up
# What is set for all of them: this machine has no GPU, and nobody asks the Hub.
HERE = ("--gpus", "none", "--offline")
SETTINGS = {"model": "Qwen/Qwen2.5-0.5B", "gpu_memory_utilization": 0.9}

Step = Sequence[object]


def stage(lab: Lab, folder: Path) -> Iterator[Scene]:
    """The guide's deployment, with nothing under its name before and after."""
    assert lab.triton_image
    lab.docker("rm", "-f", NAME, check=False)
    made = good_repository(lab, folder / "work")
    yield made
    made.end()
    lab.docker("rm", "-f", NAME, check=False)


def play(
    scene: Scene, *load: Step, answer: Sequence[Step] = (), settings: str | None = None
) -> None:
    """Writes what the stand-in for vLLM is to do, and model.json."""
    scene.write(
        "model_repository/gemma/1/model.json", settings or json.dumps(SETTINGS, indent=2) + "\n"
    )
    part = {"load": list(load), "answer": list(answer)}
    scene.write("model_repository/gemma/1/stand_in.json", json.dumps(part))


def only_as_it_is(scene: Scene) -> Step:
    """A step: what follows is played as long as model.json is not changed."""
    return ("only", hashlib.sha256(scene.path("1/model.json").read_bytes()).hexdigest())


def launch(scene: Scene, *args: str, timeout: float = 240, data: bool = True) -> DoctorRun:
    """The real program; as data, unless the words are wanted."""
    form = ("--format", "json") if data else ()
    return scene.lab.doctor(
        "launch",
        *HERE,
        *args,
        *form,
        cwd=scene.folder,
        env={"HF_TOKEN": TOKEN, **scene.env},
        timeout=timeout,
    )


def ids(run: DoctorRun) -> list[str]:
    return [one["problem"] for one in run.json["causes"]]


def told(run: DoctorRun) -> str:
    """What a test says when it fails."""
    seen = run.json
    lines = [f"exit {run.code} {seen['outcome']} causes {ids(run)} failure {seen['failure']}"]
    lines += [str(one) for one in seen["starts"]]
    keys = ("problem", "title", "state", "result", "reason")
    lines += [" | ".join(str(one[key]) for key in keys) for one in seen["fixes"]]
    return "\n".join([*lines, run.err])


def state(lab: Lab, name: str = NAME) -> Mapping[str, Any] | None:
    """The container as the engine knows it."""
    done = lab.docker("inspect", name, check=False)
    return None if done.returncode else dict(json.loads(done.stdout)[0])


def ours(lab: Lab) -> list[str]:
    """The ids of all containers that a launch made."""
    return lab.docker("ps", "-aq", "--filter", f"label={LABEL}").stdout.split()


def good_repository(lab: Lab, folder: Path) -> Scene:
    folder.mkdir(exist_ok=True)
    lab.repository(folder, settings=SETTINGS)
    return Scene(lab, folder)
