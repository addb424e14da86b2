"""An image registry on 127.0.0.1, where the engine takes plain HTTP for granted."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests import ports
from tests.lab import machine
from tests.lab.engine import Engine
from tests.lab.web import fetch

_SETTINGS = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}/images}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class Registry:
    """Debian's docker-registry, with its files under `folder`."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._server: subprocess.Popen[bytes] | None = None
        self.address = ""

    def start(self) -> None:
        machine.need("docker-registry")
        self._folder.mkdir()
        port = ports.free()
        self.address = f"127.0.0.1:{port}"
        settings = self._folder / "settings.yml"
        settings.write_text(_SETTINGS.format(folder=self._folder, port=port))
        with (self._folder / "log").open("wb") as log:
            argv = ["setpriv", "--pdeathsig", "KILL", "docker-registry", "serve", str(settings)]
            self._server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        fetch(f"http://{self.address}/v2/")

    def stop(self) -> None:
        if self._server:
            self._server.kill()
            self._server.wait()

    def push(self, image: str, name: str) -> str:
        """Puts a local image there as `name` (repository:tag); gives the name to pull it by."""
        pushed = f"{self.address}/{name}"
        self._engine.docker("tag", image, pushed)
        self._engine.docker("push", pushed)
        self._engine.docker("rmi", pushed)
        return pushed
