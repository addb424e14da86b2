"""Records whole runs of the real program with a real Docker engine, as `report` writes them.

    python -m tests.recordings.record_engine_runs FOLDER

Needs root, since it starts the engine of the lab. The server is the real tritonserver with a
stand-in for vLLM (tests/lab/stand_in_backend.py). Each recording has been through the Redactor,
like any report.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.launches import HERE, NAME, TOKEN, good_repository, play
from tests.lab.repairs.kit import Scene
from tests.lab.web import fetch
from tests.recordings.record_runs import keep

PORTS = tuple(word for port in (8000, 8001, 8002) for word in ("-p", f"{port}:{port}"))


def run(scene: Scene, *options: str) -> None:
    mount = ("--mount", f"type=bind,source={scene.folder}/model_repository,target=/models")
    image = scene.lab.triton_image
    server = ("tritonserver", "--model-repository=/models", "--model-control-mode=explicit")
    made = ("--name", NAME, *options, *PORTS, *mount, image, *server, "--load-model=gemma")
    scene.lab.docker("run", *made, check=False)


def crashed(scene: Scene) -> None:
    play(scene, ("refuse", "Unknown dtype: float15"))
    run(scene)


def serving(scene: Scene) -> None:
    run(scene, "-d")
    fetch("http://127.0.0.1:8000/v2/health/ready", patience=60)


STATES: dict[str, Callable[[Scene], None]] = {"crashed": crashed, "serving": serving}


def record(lab: Lab, to: Path, name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="run-") as place:
        scene = good_repository(lab, Path(place) / "deployment")
        scene.env["HF_TOKEN"] = TOKEN
        STATES[name](scene)
        bundle = scene.folder / "bundle.zip"
        done = scene.command("report", *HERE, "--output", str(bundle))
        lab.docker("rm", "-f", NAME)
        assert done.code == 0, done
        keep(bundle, to / f"engine-{name}.json")


if __name__ == "__main__":
    made = Lab()
    try:
        made.start()
        for one in STATES:
            record(made, Path(sys.argv[1]), one)
    finally:
        made.stop()
