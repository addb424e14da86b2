"""Writes what real programs print when they fail: `python -m tests.recordings.record_logs`.

Needs root: it starts an engine of its own, as the lab tests do, and builds the real tritonserver
(2.51.0, CPU) for it. Each recording is `logs/NAME.log`; how it was made is tests/lab/faults.py.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.faults import CLIENT, FAULTS, Fault

LOGS = Path(__file__).parent / "logs"
NAME = "log-recording"


def record(lab: Lab, fault: Fault) -> bytes:
    """One life of the server, to its end or until it has come up."""
    with tempfile.TemporaryDirectory() as folder:
        fault.write(Path(folder))
        mount = ("--mount", f"type=bind,source={folder},target=/models")
        server = ("tritonserver", "--model-repository=/models", *fault.flags)
        lab.docker("run", "-d", "--name", NAME, *mount, lab.triton_image, *server, check=False)
        end = time.monotonic() + 40
        while time.monotonic() < end:
            told = lab.docker("logs", NAME, check=False)
            running = lab.docker("inspect", "-f", "{{.State.Running}}", NAME).stdout.strip()
            if running == "false" or "Started Metrics" in told.stderr + told.stdout:
                break
            time.sleep(0.3)
        told = lab.docker("logs", NAME, check=False)
        lab.docker("rm", "-f", NAME)
    return (told.stdout + told.stderr).encode()


def client(lab: Lab, command: str) -> bytes:
    words = [lab.ubuntu if word == "@" else word for word in command.split()]
    told = lab.docker(*words, check=False)
    return (told.stdout + told.stderr).encode()


def main() -> None:
    LOGS.mkdir(exist_ok=True)
    lab = Lab()
    wanted = sys.argv[1:]
    try:
        lab.start()
        for name, (_, command) in CLIENT.items():
            if not wanted or name in wanted:
                (LOGS / f"{name}.log").write_bytes(client(lab, command))
        for fault in FAULTS:
            if not wanted or fault.name in wanted:
                (LOGS / f"{fault.name}.log").write_bytes(record(lab, fault))
    finally:
        lab.stop()


if __name__ == "__main__":
    main()
