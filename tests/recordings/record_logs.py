"""Writes what real programs print when they fail: `python -m tests.recordings.record_logs`.

Needs root: it starts an engine of its own, as the lab tests do, and builds the real tritonserver
(2.51.0, CPU) for it. Each recording is `logs/NAME.log`; how it was made is tests/lab/faults.py and
server_faults.py beside it. What a running server answered is `logs/reply-NAME.log`, from
tests/lab/replies.py: the status, then the body. Of the later ones the usage text and the tables of
options and backends are left out.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.faults import CLIENT, EXPLICIT, FAULTS, Fault
from tests.lab.replies import ASKS, LOADED, REPOSITORY, Ask
from tests.lab.server_faults import SERVER_FAULTS

LOGS = Path(__file__).parent / "logs"
NAME = "log-recording"


def record(lab: Lab, fault: Fault) -> bytes:
    """One life of the server, to its end or until it has come up."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        fault.write(Path(folder))
        mount = ("--mount", f"type=bind,source={folder},target=/models")
        flags = ("--model-repository=/models", *fault.flags)
        # Of one that is stopped the last words are on standard output: kept in order.
        joined = ("sh", "-c", 'exec tritonserver "$@" 2>&1', "sh")
        server = (*(joined if fault.stopped else ("tritonserver",)), *flags)
        options = ("-d", "--name", NAME, *mount, *fault.options)
        lab.docker("run", *options, lab.triton_image, *server, check=False)
        end = time.monotonic() + 40
        while time.monotonic() < end:
            told = lab.docker("logs", NAME, check=False)
            running = lab.docker("inspect", "-f", "{{.State.Running}}", NAME).stdout.strip()
            if running == "false" or "Started Metrics" in told.stderr + told.stdout:
                break
            time.sleep(0.3)
        if fault.stopped:
            lab.docker("stop", "--time", "60", NAME)
        told = lab.docker("logs", NAME, check=False)
        lab.docker("rm", "-f", NAME)
    return (told.stdout + told.stderr).encode()


def short(log: bytes) -> bytes:
    """Without the usage text, and of the tables only the one of models."""
    kept: list[bytes] = []
    table: list[bytes] = []
    for line in [*log.splitlines(keepends=True), b""]:
        if line.startswith((b"+-", b"|")):
            table.append(line)
            continue
        kept += table if any(row.startswith(b"| Model ") for row in table) else []
        table = []
        if not line.startswith((b"\t", b"  --")):
            kept.append(line)
    return b"".join(kept)


def replies(lab: Lab, wanted: list[str]) -> None:
    """Starts one server, and asks it everything."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in REPOSITORY.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        mount = ("--mount", f"type=bind,source={folder},target=/models", "--shm-size", "256m")
        flags = [EXPLICIT, *(f"--load-model={name}" for name in LOADED)]
        server = ("tritonserver", "--model-repository=/models", *flags)
        lab.docker("run", "-d", "--name", NAME, *mount, lab.triton_image, *server)
        end = time.monotonic() + 40
        while time.monotonic() < end and "Started Metrics" not in lab.docker("logs", NAME).stderr:
            time.sleep(0.3)
        for ask in ASKS:
            if not wanted or f"reply-{ask.name}" in wanted:
                (LOGS / f"reply-{ask.name}.log").write_bytes(reply(lab, ask))
        lab.docker("rm", "-f", NAME)


def reply(lab: Lab, ask: Ask) -> bytes:
    path = ask.path if ask.path.startswith("/") else f"/v2/{ask.path}"
    body = ["-d", ask.body] if ask.method == "POST" else []
    headers = [word for header in ask.headers for word in ("-H", header)]
    curl = ["curl", "-s", "-X", ask.method, *headers, *body, "-w", "\n%{http_code}"]
    told = lab.docker("exec", NAME, *curl, f"http://127.0.0.1:8000{path}").stdout
    text, _, status = told.rpartition("\n")
    return f"HTTP {status}\n{text}\n".encode()


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
        for fault in SERVER_FAULTS:
            if not wanted or fault.name in wanted:
                (LOGS / f"{fault.name}.log").write_bytes(short(record(lab, fault)))
        replies(lab, wanted)
    finally:
        lab.stop()


if __name__ == "__main__":
    main()
