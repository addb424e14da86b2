"""The real Docker Compose (v2), from the package of a newer Debian than the machine's."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.lab.bench import Lab
from tests.lab.doctor import environment
from tests.lab.newer import PACKAGES

_SUITE = "trixie"
_PROGRAM = "usr/libexec/docker/cli-plugins/docker-compose"


class Compose:
    """The plug-in's program, which also runs by itself."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        folder = lab.folder / f"compose-{_SUITE}"
        self._program = folder / _PROGRAM
        if not self._program.exists():
            folder.mkdir()
            tar = lab.roots.files(_SUITE, PACKAGES)
            subprocess.run(["tar", "-xf", str(tar), "-C", str(folder), f"./{_PROGRAM}"], check=True)

    def run(
        self, *args: str, cwd: Path, env: Mapping[str, str | None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Compose on the compose.yaml of a folder, with the lab's engine."""
        return subprocess.run(
            [str(self._program), *args],
            cwd=cwd,
            env=environment(self._lab.host, cwd, env or {}),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def config(self, cwd: Path, env: Mapping[str, str | None] | None = None) -> dict[str, Any]:
        """The file as Compose understands it; it complains about nothing."""
        done = self.run("config", "--format", "json", cwd=cwd, env=env)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        read: dict[str, Any] = json.loads(done.stdout)
        return read
