"""Records whole runs of the real program on this machine, as `report` writes them.

    python -m tests.recordings.record_runs FOLDER

The states are those that need no Docker engine. Each recording has been through the Redactor, like
any report.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.lab.doctor import run_doctor

TOKEN = "hf_" + "QwErTyUiOpAsDfGhJkLzXcVbNm" + "AbCdEfGh"
CONFIG = 'backend: "vllm"\ninstance_group [ { count: 1 kind: KIND_MODEL } ]\n'
MODEL = '{\n  "model": "google/gemma-2b",\n  "gpu_memory_utilization": 0.9\n}\n'


def repository(folder: Path, config: str = CONFIG, model: str = MODEL, name: str = "gemma") -> None:
    place = folder / "model_repository" / name
    (place / "1").mkdir(parents=True)
    (place / "config.pbtxt").write_text(config)
    (place / "1/model.json").write_text(model)


def neighbours(folder: Path) -> None:
    repository(folder)
    repository(folder, name="llama", config='backend: "vlm"\n')
    (folder / "model_repository/notes").mkdir()


# By name: what makes the files, options, and the token's variable.
STATES: dict[str, tuple[Callable[[Path], None], tuple[str, ...], str | None]] = {
    "no-engine": (lambda _folder: None, (), None),
    "no-engine-sound-files": (repository, ("--gpus", "none"), TOKEN),
    "config-typo": (
        lambda folder: repository(folder, config=CONFIG.replace("KIND", "KIDN")),
        (),
        TOKEN,
    ),
    "model-json-comma": (
        lambda folder: repository(folder, model=MODEL.replace("0.9", "0.9,")),
        (),
        "$HF_TOKEN",
    ),
    "argument-typo": (
        lambda folder: repository(folder, model=MODEL.replace("utilization", "utilisation")),
        (),
        f"'{TOKEN}'",
    ),
    "neighbours": (neighbours, ("--control-mode", "none"), "your_token_here"),
}


def record(to: Path, name: str) -> None:
    make, options, token = STATES[name]
    with tempfile.TemporaryDirectory(prefix="run-") as place:
        folder = Path(place)
        make(folder)
        bundle = folder / "bundle.zip"
        done = run_doctor(
            *("report", "--offline", "--output", str(bundle), *options),
            host="unix:///nowhere/docker.sock",
            home=folder,
            cwd=folder,
            env={"HF_TOKEN": token},
            timeout=120,
        )
        assert done.code == 0, done
        keep(bundle, to / f"{name}.json")


def keep(bundle: Path, to: Path) -> None:
    """The bundle's report alone: what replay needs."""
    with zipfile.ZipFile(bundle) as archive:
        report = json.loads(archive.read("report.json"))
    to.parent.mkdir(exist_ok=True)
    to.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    for one in STATES:
        record(Path(sys.argv[1]), one)
