"""How long the doctor takes, as ratios against something in the same run.

    python tests/benchmark.py            start-up, and a whole run without Docker
    python tests/benchmark.py --docker   with Docker too; wants an engine that has ubuntu:24.04

Each command runs once to warm up, then `--rounds` times (15) in turn with what it is compared with;
medians are compared. Nothing here is a test: machines differ and are shared.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = sys.executable
DOCTOR = [str(Path(PYTHON).parent / "triton-doctor")]


def seconds(command: list[str], cwd: str, variables: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=variables, capture_output=True, check=False)
    return time.perf_counter() - began


def compare(
    rounds: int,
    name: str,
    command: list[str],
    against: list[str],
    cwd: str,
    variables: dict[str, str],
) -> None:
    """One line of the table: both medians in ms, and the first over the second."""
    mine, theirs = [], []
    for _ in range(rounds + 1):
        mine.append(seconds(command, cwd, variables))
        theirs.append(seconds(against, cwd, variables))
    ours, other = statistics.median(mine[1:]), statistics.median(theirs[1:])
    print(f"| {name} | {ours * 1000:.0f} ms | {other * 1000:.0f} ms | {ours / other:.2f} |")


def sound_repository(root: str) -> None:
    version = Path(root, "model_repository", "gemma", "1")
    version.mkdir(parents=True)
    (version.parent / "config.pbtxt").write_text(
        'backend: "vllm"\ninstance_group [{ count: 1 kind: KIND_MODEL }]\n'
    )
    (version / "model.json").write_text('{"model": "google/gemma-2b"}\n')


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--docker", action="store_true")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    click = [PYTHON, "-c", "import click"]
    without = {**os.environ, "PATH": "/nonexistent", "DOCKER_HOST": "unix:///nonexistent.sock"}
    run = [*DOCTOR, "--offline"]
    with tempfile.TemporaryDirectory() as folder:
        sound_repository(folder)
        print("| what | doctor | compared with | ratio |\n| --- | --- | --- | --- |")
        compare(
            options.rounds,
            "`--help` / `import click`",
            [*DOCTOR, "--help"],
            click,
            folder,
            dict(os.environ),
        )
        compare(
            options.rounds,
            "a whole run without Docker / `import click`",
            run,
            click,
            folder,
            without,
        )
        if options.docker:
            ls = ["docker", "run", "--rm", "ubuntu:24.04", "ls"]
            name = "a whole run with Docker / `docker run --rm ubuntu:24.04 ls`"
            compare(options.rounds, name, run, ls, folder, dict(os.environ))


if __name__ == "__main__":
    main()
