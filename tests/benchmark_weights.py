"""How long 1,000 files of weights take to look at: `python -m tests.benchmark_weights`.

The folder is looked at by the probe, and by the script that runs in a probe container, here under
the machine's own shell. Compared with opening the same files, reading their headers and parsing
them with `json`, in the same process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.checkpoints import COMMIT, cache, model
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.volume_script import SCRIPT, TARGET
from triton_doctor.probes.volume_told import parse
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore

SHARDS, ROUNDS = 1000, 7
FOLDER = "hub/models--acme--large"
KNOWN = Checkpoint("large", "acme/large")


def plainly(root: str) -> None:
    for path in Path(root, FOLDER, "snapshots", COMMIT).glob("*.safetensors"):
        with path.open("rb") as file:
            json.loads(file.read(int.from_bytes(file.read(8), "little")))


def here(root: str) -> None:
    read(HostStore(LocalHost(), root, f"{FOLDER}/snapshots/{COMMIT}"), KNOWN)


def contained(root: str) -> None:
    script = SCRIPT.replace(f"cd {TARGET}", f"cd '{root}'")
    argv = ["sh", "-c", script, "probe", FOLDER, "main"]
    told = parse(subprocess.run(argv, capture_output=True, check=True).stdout)
    read(told.places[FOLDER], KNOWN) if told else sys.exit("the script said nothing")


def median(work: Callable[[str], None], root: str) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work(root)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as root:
        cache(Path(root), "acme/large", model(SHARDS))
        base = median(plainly, root)
        for name, work in (("here", here), ("in a container's shell", contained)):
            took = median(work, root)
            sys.stdout.write(
                f"{name}: {took * 1000:.0f} ms, {took / base:.1f} of {base * 1000:.0f} ms\n"
            )


if __name__ == "__main__":
    main()
