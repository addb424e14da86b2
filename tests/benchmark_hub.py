"""What asking the Hub costs, against loading the Hub's own library, in seconds of the processor.

    python -m tests.benchmark_hub

A stand-in Hub answers on loopback, so that the network has no part in it. Nothing here is a test.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.stand_in_hub import Repo, StandInHub

DOCTOR = [sys.executable, "-m", "triton_doctor", "--select", "token,network"]
LIBRARY = [sys.executable, "-c", "from huggingface_hub import utils; utils.get_session()"]
NOTHING = [sys.executable, "-c", "pass"]
NAME, ROUNDS = "facebook/opt-125m", 15


def spent(command: list[str], folder: str, variables: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    commands = (DOCTOR, [*DOCTOR, "--offline"], LIBRARY, NOTHING)
    with tempfile.TemporaryDirectory() as folder, StandInHub({NAME: Repo()}) as hub:
        model = Path(folder) / "model_repository/gemma"
        (model / "1").mkdir(parents=True)
        (model / "config.pbtxt").write_text('backend: "vllm"\n')
        (model / "1/model.json").write_text(json.dumps({"model": NAME}))
        variables = {**os.environ, "HF_ENDPOINT": hub.url, "DOCKER_HOST": "unix:///nonexistent"}
        rows = [[spent(one, folder, variables) for one in commands] for _ in range(ROUNDS + 1)]
    asked, offline, library, nothing = (
        statistics.median(one) for one in zip(*rows[1:], strict=True)
    )
    ours, theirs = asked - offline, library - nothing
    print(f"asking: {ours * 1000:.0f} ms, the library: {theirs * 1000:.0f} ms, {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
