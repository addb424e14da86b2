"""Runs inside the image: asks real tritonservers what they make of each model of a repository.

    python3 ask.py REPOSITORY WORKERS < names.json > answers.json

Each worker has a server of its own in explicit mode and loads its models one by one, so that what
the log says belongs to the model being loaded. The repository is only read.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

# A load that has not ended by then is one that never ends: a sound one takes 2 s.
PATIENCE = 60
OPTIONS = (
    *("--model-control-mode=explicit", "--allow-grpc=false", "--allow-metrics=false"),
    *("--allow-gpu-metrics=false", "--pinned-memory-pool-byte-size=0", "--exit-timeout-secs=0"),
)
# Time, process and source line are of one run.
PREFIX = re.compile(r"^[IWE]\d{4} [\d:.]+ \d+ \S+:\d+\]\s*")
TELLING = re.compile(
    r"^E\d{4} |^\[libprotobuf |ignore version directory|^terminate called|stub\.cc"
)
# Said again in the answer to the request, which names no line of the stub's.
NOISE = re.compile(r"CudaDriverHelper|CUDA (memory|driver)|Failed to initialize Python stub")


class Server:
    """One tritonserver and the file that its log goes to."""

    def __init__(self, repository: str, number: int) -> None:
        self.repository, self.port = repository, 18000 + 100 * number
        self.log = Path(tempfile.mkdtemp()) / "log"
        self.start()

    def start(self, *named: str) -> str:
        """The state that it gets to. Each on a port of its own, since stubs inherit it."""
        self.port += 1
        # Several servers share /dev/shm here: each needs a prefix of its own for its stubs.
        region = f"--backend-config=python,shm-region-prefix-name=worker{self.port}"
        flags = [f"--model-repository={self.repository}", f"--http-port={self.port}", region]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["tritonserver", *OPTIONS, *flags, *named],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            if self.post("health/live", method="GET")[0] == 200:
                return "ready"
            if b"terminate called" in self.log.read_bytes():  # the stub; the server waits for it
                return "hangs"
            time.sleep(0.1)
        return "hangs" if self.process.poll() is None else "refused"

    def stop(self) -> None:
        """Ends the stubs with it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def load(self, name: str) -> dict[str, object]:
        """The state that the model gets to, and the lines that say why."""
        begin = self.log.stat().st_size
        quoted = urllib.parse.quote(name, safe="+*")
        if quoted != name:
            return self.start_with(name)
        status, body = self.post(f"repository/models/{quoted}/load")
        if status == 200:
            self.post(f"repository/models/{quoted}/unload")
            return {"state": "ready", "text": self.lines(begin)}
        if status:
            return {"state": "refused", "text": [*self.lines(begin), reason(body)]}
        time.sleep(0.2)  # a server that crashes is gone a moment after its connection
        ended = self.process.poll() is not None
        answer: dict[str, object] = {
            "state": "crashed" if ended else "hangs",
            "text": self.lines(begin),
        }
        self.stop()
        self.start()
        return answer

    def start_with(self, name: str) -> dict[str, object]:
        """A start with --load-model: the address of a request cannot hold every name."""
        self.stop()
        state = self.start(f"--load-model={name}")
        answer: dict[str, object] = {"state": state, "text": self.lines(0)}
        self.stop()
        self.start()
        return answer

    def lines(self, begin: int) -> list[str]:
        said = self.log.read_bytes()[begin:].decode("utf-8", "replace").split("\n")
        found = (PREFIX.sub("", line) for line in said if TELLING.search(line))
        return list(dict.fromkeys(unquoted(line) for line in found if not NOISE.search(line)))

    def post(self, path: str, method: str = "POST") -> tuple[int, str]:
        """Status 0: the server closed the connection, or did not answer in time."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v2/{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")
        except OSError:
            return 0, ""


def unquoted(line: str) -> str:
    return line[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else line


def reason(body: str) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError):
        return body


def without_a_word(answer: dict[str, object]) -> bool:
    """Now and then one ends, or takes too long on a busy machine, and not for the model's sake."""
    if answer["state"] == "crashed":
        return "terminate" not in str(answer)
    return answer["state"] == "hangs" and not answer["text"]


def work(repository: str, number: int, names: SimpleQueue[str]) -> dict[str, dict[str, object]]:
    answers: dict[str, dict[str, object]] = {}
    server = Server(repository, number)
    try:
        while True:
            name = names.get_nowait()
            answers[name] = server.load(name)
            if without_a_word(answers[name]):
                answers[name] = server.load(name)
    except Empty:
        return answers
    finally:
        server.stop()


def main() -> None:
    repository, workers = sys.argv[1], int(sys.argv[2])
    names: SimpleQueue[str] = SimpleQueue()
    for name in json.load(sys.stdin):
        names.put(name)
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(work, repository, number, names) for number in range(workers)]
    answers = {name: one for each in running for name, one in each.result().items()}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
