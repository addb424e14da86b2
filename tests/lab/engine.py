"""A real Docker engine of the lab's own, that leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Engine:
    """One dockerd in a mount namespace of its own, with all its files under `folder`.

    Mounts of the machine reach it, its own do not reach the machine: what it left mounted is gone
    with its last process. `before` is shell text run in that namespace first; `settings` is its
    daemon.json.
    """

    def __init__(
        self,
        folder: Path,
        *,
        before: str = ":",
        options: Sequence[str] = (),
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.folder = folder
        self.socket = folder / "docker.sock"
        self.host = f"unix://{self.socket}"
        self.log = folder / "dockerd.log"
        self._before = before
        self._options = list(options)
        self._settings = json.dumps(dict(settings or {}))
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = 180) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        argv = ["setpriv", "--pdeathsig", "TERM", "unshare", "--mount", "--propagation", "slave"]
        argv += ["sh", "-ec", f'{self._before}\nexec "$@"', "sh", *self._dockerd()]
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._wait(time.monotonic() + timeout)

    def stop(self) -> None:
        """Removes the containers, ends the daemon and whatever it started, deletes the folder."""
        self.halt()
        remove_tree(self.folder)

    def halt(self) -> None:
        """Ends the daemon; its files stay, so that it can be started again."""
        if self._daemon and self._daemon.poll() is None:
            containers = self.docker("ps", "--all", "--quiet", check=False).stdout.split()
            if containers:
                self.docker("rm", "--force", "--volumes", *containers, check=False)
            self._daemon.terminate()
            try:
                self._daemon.wait(60)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
        end_those_naming(str(self.folder))

    def docker(
        self, *args: str, check: bool = True, stdin: bytes | None = None, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Runs the docker CLI against this engine."""
        environment = {name: value for name, value in os.environ.items() if "DOCKER" not in name}
        done = subprocess.run(
            ["docker", *args],
            env={**environment, "DOCKER_HOST": self.host, "HOME": str(self.folder)},
            input=stdin or b"",
            capture_output=True,
            timeout=timeout,
        )
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if check and done.returncode:
            raise RuntimeError(f"docker {' '.join(args)} ended with {done.returncode}:\n{out}{err}")
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def _dockerd(self) -> list[str]:
        files = {"--data-root": "data", "--exec-root": "exec", "--pidfile": "dockerd.pid"}
        paths = [part for flag, name in files.items() for part in (flag, str(self.folder / name))]
        settings = self.folder / "daemon.json"  # never the machine's own /etc/docker/daemon.json
        settings.write_text(self._settings)
        named = ["--config-file", str(settings), "-H", self.host, *paths, *self._options]
        return ["dockerd", *named]

    def _wait(self, deadline: float) -> None:
        while self.docker("info", check=False).returncode or not self.socket.exists():
            if (
                self._daemon is None
                or self._daemon.poll() is not None
                or time.monotonic() > deadline
            ):
                raise RuntimeError(f"dockerd did not come up:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)


def remove_tree(folder: Path) -> None:
    """Deletes `folder`, unless something is mounted there: never through a mount."""
    mounted = Path("/proc/self/mountinfo").read_text().splitlines()
    inside = [line.split()[4] for line in mounted if f" {folder}/" in line]
    if inside:
        raise RuntimeError(f"still mounted, so not deleted: {', '.join(inside)}")
    shutil.rmtree(folder, ignore_errors=True)


def end_those_naming(path: str) -> None:
    """Kills what is left of an engine: its containerd and shims have its folder on their line."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line = (entry / "cmdline").read_bytes().split(b"\0")
            if any(part.startswith(path.encode() + b"/") for part in line):
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:
            continue  # it ended meanwhile
