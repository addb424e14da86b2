"""How long the doctor takes, as ratios against something in the same run.

    python tests/benchmark.py            start-up, and a whole run without Docker
    python tests/benchmark.py --docker   with Docker too; wants an engine that has ubuntu:24.04
    python tests/benchmark.py --repository   1,000 models; wants protobuf and tritonclient
    python tests/benchmark.py --logs     `logs` on a long log, against grep with the same patterns
    python tests/benchmark.py --launch   `launch` beside `docker run` until ready; how soon an end
                                         is told; wants the image that the tests of the lab build

Each command runs once to warm up, then `--rounds` times (15) in turn with what it is compared with;
medians are compared. Nothing here is a test: machines differ and are shared.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PYTHON = sys.executable
HERE = Path(__file__).parent
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


def long_log(path: Path, mebibytes: int) -> None:
    """A log of a sound server, as recorded, with what it prints while it serves between."""
    recorded = (HERE / "recordings" / "logs" / "sound.log").read_bytes()
    serving = b"".join(
        b"INFO 11-22 07:%02d:%02d [metrics.py:486] Avg prompt throughput: %d.2 tokens/s "
        b'\nINFO:     10.0.0.%d:41310 - "POST /v1/completions HTTP/1.1" 200 OK\n'
        % (n // 60, n % 60, n, n % 250)
        for n in range(3600)
    )
    block = recorded + serving
    with path.open("wb") as stream:
        for _ in range(-(-(mebibytes << 20) // len(block))):
            stream.write(block)


def patterns_for_grep() -> list[str]:
    """The signatures as grep -E has them; those with look-around are left out."""
    sys.path[:] = [path for path in sys.path if Path(path) != HERE]  # its tests bear the same name
    from triton_doctor.registry import load_signatures

    found = []
    for one in load_signatures()[0].known:
        regex = re.sub(r"\(\?(?:P<\w+>|:)", "(", one.signature.regex)
        regex = re.sub(r"([*+?}])\?", r"\1", regex).replace(r"[\d", "[0-9").replace(r"\d", "[0-9]")
        if "(?" not in regex and "\n" not in regex:
            found.append(regex)
    return found


def logs(folder: Path, mebibytes: int) -> None:
    """Bytes a second of `logs` and of grep, on one core each; grep gets a part, it is slow."""
    log, part, patterns = folder / "long.log", folder / "part.log", folder / "patterns"
    long_log(log, mebibytes)
    with log.open("rb") as stream:
        part.write_bytes(stream.read(1 << 20))
    patterns.write_text("\n".join(patterns_for_grep()) + "\n", "utf-8")
    variables = dict(os.environ)
    began = seconds([*DOCTOR, "logs", "/dev/null"], str(folder), variables)
    ours = seconds([*DOCTOR, "logs", str(log)], str(folder), variables) - began
    grep = ["timeout", "120", "grep", "-c", "-E", "-f", str(patterns), str(part)]
    theirs = seconds(grep, str(folder), {**variables, "LC_ALL": "C"})
    own, other = log.stat().st_size / ours / 1e6, part.stat().st_size / theirs / 1e6
    print("| what | MB/s |\n| --- | --- |")
    print(f"| `logs` on {mebibytes} MiB | {own:.0f} |")
    print(f"| `grep -c -E -f` with the same patterns | {other:.2f} |")


def sound_repository(root: str, name: str = "gemma") -> None:
    version = Path(root, "model_repository", name, "1")
    version.mkdir(parents=True)
    (version.parent / "config.pbtxt").write_text(
        f'name: "{name}"\nbackend: "vllm"\ninstance_group [{{ count: 1 kind: KIND_MODEL }}]\n'
    )
    settings = {"model": f"google/{name}", "gpu_memory_utilization": 0.9, "max_model_len": 4096}
    (version / "model.json").write_text(json.dumps(settings, indent=4) + "\n")


def message() -> Any:
    """Triton's own ModelConfig, without the rest of the client, which takes long to import."""
    spec = importlib.util.find_spec("tritonclient")
    assert spec is not None, "tritonclient is not installed"
    assert spec.submodule_search_locations is not None
    path = Path(spec.submodule_search_locations[0], "grpc", "model_config_pb2.py")
    loader = importlib.util.spec_from_file_location("model_config_pb2", path)
    assert loader is not None
    assert loader.loader is not None
    module = importlib.util.module_from_spec(loader)
    loader.loader.exec_module(module)
    return module.ModelConfig


def alone(root: str, config: Any) -> float:
    """Seconds that reading the files of every model and parsing them takes, and nothing else."""
    from google.protobuf import text_format

    began = time.perf_counter()
    for folder in Path(root, "model_repository").iterdir():
        text_format.Parse((folder / "config.pbtxt").read_bytes(), config())
        json.loads((folder / "1" / "model.json").read_bytes())
    return time.perf_counter() - began


def repositories(rounds: int) -> None:
    """1,000 models against reading and parsing alone, and what one model adds to a run."""
    config = message()
    variables = {**os.environ, "PATH": "/nonexistent", "DOCKER_HOST": "unix:///nonexistent.sock"}
    run = [*DOCTOR, "--offline", "--model=*", "--select=repository,engine"]
    with tempfile.TemporaryDirectory() as many, tempfile.TemporaryDirectory() as one:
        sound_repository(one)
        for number in range(1000):
            sound_repository(many, f"gemma{number}")
        times: list[tuple[float, ...]] = []
        for _ in range(rounds + 1):
            with_many, with_one = seconds(run, many, variables), seconds(run, one, variables)
            without = seconds([*run, "--repository=nowhere"], one, variables)
            times.append((with_many, alone(many, config), with_one, without))
    doctor, parsing, single, none = (
        statistics.median(column) for column in zip(*times[1:], strict=True)
    )
    print(
        f"1,000 models: {doctor * 1000:.0f} ms, reading and parsing alone {parsing * 1000:.0f} ms, "
        f"ratio {doctor / parsing:.1f}\n"
        f"one of them adds {(doctor - single) / 999 * 1000:.2f} ms; "
        f"one model {single * 1000:.0f} ms, no repository {none * 1000:.0f} ms"
    )


def runs(rounds: int, docker: bool) -> None:
    """`--help` and whole runs beside what they are measured against."""
    click = [PYTHON, "-c", "import click"]
    without = {**os.environ, "PATH": "/nonexistent", "DOCKER_HOST": "unix:///nonexistent.sock"}
    run = [*DOCTOR, "--offline"]
    with tempfile.TemporaryDirectory() as folder:
        sound_repository(folder)
        print("| what | doctor | compared with | ratio |\n| --- | --- | --- | --- |")
        compare(
            rounds,
            "`--help` / `import click`",
            [*DOCTOR, "--help"],
            click,
            folder,
            dict(os.environ),
        )
        compare(
            rounds,
            "a whole run without Docker / `import click`",
            run,
            click,
            folder,
            without,
        )
        if docker:
            ls = ["docker", "run", "--rm", "ubuntu:24.04", "ls"]
            name = "a whole run with Docker / `docker run --rm ubuntu:24.04 ls`"
            compare(rounds, name, run, ls, folder, dict(os.environ))


def ready_by_hand(run: list[str], folder: str) -> float:
    """Seconds from `docker run` to the first yes of server and model, asked for all the time."""
    from http.client import HTTPConnection, HTTPException

    began = time.perf_counter()
    subprocess.run(run, cwd=folder, capture_output=True, check=True)
    for path in ("/v2/health/ready", "/v2/models/gemma/ready"):
        while True:
            try:
                connection = HTTPConnection("127.0.0.1", 8000, timeout=2)
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    break
            except (OSError, HTTPException):
                time.sleep(0.005)
    return time.perf_counter() - began


def told_after(folder: str, name: str) -> float:
    """Seconds between a call of `docker kill` and the line in which `launch` tells the end."""
    run = subprocess.Popen(
        [*DOCTOR, "launch", *LAUNCH, "--anyway"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert run.stdout is not None
    for line in run.stdout:
        if "loading the model" in line:
            break
    began = time.perf_counter()
    subprocess.run(["docker", "kill", name], capture_output=True, check=True)
    for line in run.stdout:
        if "exit code 137" in line:
            break
    seconds = time.perf_counter() - began
    run.communicate()
    return seconds


LAUNCH = ["--yes", "--no-ask", "--gpus", "none", "--offline", "--select", "launch"]


def launches(rounds: int) -> None:
    """From `docker run` to ready, by hand and by `launch`; and how soon an end is told."""
    name = "triton_vllm_server"
    image = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
    by_hand, by_doctor, ends = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        sound_repository(folder)
        mount = f"type=bind,source={folder}/model_repository,target=/models"
        server = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
        ports = ["-p", "8000:8000", "-p", "8001:8001", "-p", "8002:8002"]
        run = ["docker", "run", "-d", "--name", name, *ports, "--mount", mount, image, *server]
        remove = ["docker", "rm", "-f", name]
        for _ in range(rounds + 1):
            subprocess.run(remove, capture_output=True, check=False)
            by_hand.append(ready_by_hand([*run, "--load-model=gemma"], folder))
            subprocess.run(remove, capture_output=True, check=False)
            done = subprocess.run(
                [*DOCTOR, "launch", *LAUNCH, "--format", "json"],
                cwd=folder,
                capture_output=True,
                check=True,
            )
            by_doctor.append(json.loads(done.stdout)["seconds_to_ready"])
            subprocess.run(remove, capture_output=True, check=False)
            ends.append(told_after(folder, name))
        subprocess.run(remove, capture_output=True, check=False)
    hand, doctor = statistics.median(by_hand[1:]), statistics.median(by_doctor[1:])
    end = statistics.median(ends[1:])
    print(
        f"start to ready: by hand {hand:.2f} s, by launch {doctor:.2f} s\n"
        f"added: {doctor - hand:.2f} s, {(doctor / hand - 1) * 100:.1f} %\n"
        f"an end is told {end:.2f} s after `docker kill` was called, {max(ends):.2f} s at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--docker", action="store_true")
    parser.add_argument("--repository", action="store_true")
    parser.add_argument("--logs", action="store_true")
    parser.add_argument("--launch", action="store_true")
    parser.add_argument("--size", type=int, default=256, help="MiB of the log of --logs")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    if options.repository:
        repositories(options.rounds)
        return
    if options.launch:
        launches(options.rounds)
        return
    if options.logs:
        with tempfile.TemporaryDirectory() as folder:
            logs(Path(folder), options.size)
        return
    runs(options.rounds, options.docker)


if __name__ == "__main__":
    main()
