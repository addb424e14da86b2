"""A service manager for the lab: `systemctl` is a stand-in, the engine that it drives is real."""

from __future__ import annotations

import socket
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.lab.engine import Engine
from tests.lab.repairs.kit import Scene
from tests.lab.spare import spare_engine

_SYSTEMCTL = """\
#!{python}
import socket, sys
with socket.socket(socket.AF_UNIX) as manager:
    manager.connect({address!r})
    manager.sendall(" ".join(sys.argv[1:]).encode())
    manager.shutdown(socket.SHUT_WR)
    sys.exit(int(manager.recv(8)))
"""
_UNKNOWN = 5  # what systemctl ends with for a unit that it does not know


class Service:
    """The unit docker.service: an engine of its own, started and stopped as systemctl is told.

    It listens at the usual place for whoever runs behind `at_usual_place`.
    """

    def __init__(self, scene: Scene) -> None:
        self.told: list[str] = []
        self._stack = ExitStack()
        scene.later.append(self._stack.close)
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="tdsv-")))
        self.programs = folder / "bin"
        self.programs.mkdir()
        path = f'export PATH="{self.programs}:$PATH"'
        self.engine = self._stack.enter_context(spare_engine(folder / "engine", before=path))
        self._listener = socket.socket(socket.AF_UNIX)
        self._stack.callback(self._listener.close)
        self._listener.bind(str(folder / "manager"))
        self._listener.listen()
        # The engine is told to end with the thread that started it: this one lasts as long.
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._stack.callback(self._listener.shutdown, socket.SHUT_RDWR)
        script = _SYSTEMCTL.format(python=sys.executable, address=str(folder / "manager"))
        self.program("systemctl", script)
        scene.env["PATH"] = f"{self.programs}:/usr/sbin:/usr/bin:/sbin:/bin"

    def program(self, name: str, text: str) -> None:
        """Puts a program on PATH, of the doctor and of the engine's next start."""
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                asked, _ = self._listener.accept()
                with asked:
                    words = asked.recv(4096).decode()
                    self.told.append(words)
                    asked.sendall(str(self._do(words.split())).encode())

    def _do(self, words: list[str]) -> int:
        verb, units = words[0], {one.removesuffix(".service") for one in words[1:]}
        if "docker" not in units:
            return _UNKNOWN
        if verb in ("stop", "restart"):
            self.engine.halt()
            self.engine.socket.unlink(missing_ok=True)
        if verb in ("start", "restart"):
            self.engine.start()
        return 0


def at_usual_place(scene: Scene, engine: Engine) -> None:
    """The doctor, and what it runs, find this engine's socket at /run/docker.sock."""
    scene.env["DOCKER_HOST"] = None
    cover = 'mount --bind "$0" "$(readlink -f /var/run)"; exec "$@"'
    names = ["unshare", "--mount", "--propagation", "slave"]
    scene.before = [*names, "sh", "-ec", cover, str(engine.folder)]
