"""What asking the Hub costs, against loading the Hub's own library, in seconds of the processor.

    python -m tests.benchmark_hub            also how soon a Hub that never answers is given up
    python -m tests.benchmark_hub --silent   only that

A stand-in Hub answers on loopback, so that the network has no part in it. Nothing here is a test.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.stand_in_hub import Repo, StandInHub

DOCTOR = [sys.executable, "-m", "triton_doctor", "--select", "token,network"]
LIBRARY = [sys.executable, "-c", "from huggingface_hub import utils; utils.get_session()"]
NOTHING = [sys.executable, "-c", "pass"]
NAME, ROUNDS, FEW = "facebook/opt-125m", 15, 5


def spent(command: list[str], folder: str, variables: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def lasted(command: list[str], folder: str, variables: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(command, cwd=folder, env=variables, capture_output=True, check=False)
    return time.monotonic() - began


def repository(folder: str) -> None:
    model = Path(folder) / "model_repository/gemma"
    (model / "1").mkdir(parents=True)
    (model / "config.pbtxt").write_text('backend: "vllm"\n')
    (model / "1/model.json").write_text(json.dumps({"model": NAME}))


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "HF_ENDPOINT": url, "DOCKER_HOST": "unix:///nonexistent"}


def silent() -> None:
    """A Hub that accepts and never answers, against a run that does not ask it."""
    every = [*DOCTOR[:-1], "token,network,weights"]
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0), backlog=50) as server,
    ):
        repository(folder)
        variables = environment(f"http://127.0.0.1:{server.getsockname()[1]}")
        rows = [
            [lasted(one, folder, variables) for one in (every, [*every, "--offline"])]
            for _ in range(FEW)
        ]
    asked, offline = (statistics.median(one) for one in zip(*rows, strict=True))
    print(f"silent: {asked:.1f} s, offline: {offline:.1f} s, {asked - offline:.1f} s more")


def main() -> None:
    if "--silent" in sys.argv:
        silent()
        return
    commands = (DOCTOR, [*DOCTOR, "--offline"], LIBRARY, NOTHING)
    with tempfile.TemporaryDirectory() as folder, StandInHub({NAME: Repo()}) as hub:
        repository(folder)
        variables = environment(hub.url)
        rows = [[spent(one, folder, variables) for one in commands] for _ in range(ROUNDS + 1)]
    asked, offline, library, nothing = (
        statistics.median(one) for one in zip(*rows[1:], strict=True)
    )
    ours, theirs = asked - offline, library - nothing
    print(f"asking: {ours * 1000:.0f} ms, the library: {theirs * 1000:.0f} ms, {ours / theirs:.2f}")
    silent()


if __name__ == "__main__":
    main()
