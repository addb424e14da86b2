"""The real Docker Compose (v2), from the package of a newer Debian than the machine's."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.lab import machine
from tests.lab.bench import Lab
from tests.lab.doctor import environment

_SUITE, _PACKAGE = "trixie", "docker-compose"
_KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
_SOURCE = f"deb [signed-by={_KEYS}] http://deb.debian.org/debian {_SUITE} main\n"
# As in `roots`: a folder to keep what was fetched in between sessions.
_CACHE = os.environ.get("TRITON_DOCTOR_LAB_CACHE")


class Compose:
    """The plug-in's program, which also runs by itself."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        folder = Path(_CACHE or lab.folder) / f"{_PACKAGE}-{_SUITE}"
        self._program = folder / "usr/libexec/docker/cli-plugins/docker-compose"
        if not self._program.exists():
            _fetch(lab, folder)

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


def _fetch(lab: Lab, folder: Path) -> None:
    """Download and unpack the package by apt, whose own lists and sources stay as they are."""
    machine.need(packages=["debian-archive-keyring"])
    work = lab.folder / "compose-package"
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True, exist_ok=True)
    (work / "sources.list").write_text(_SOURCE)
    places = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": work / "lists",
        "Dir::Cache": work / "cache",
    }
    options = [part for key, value in places.items() for part in ("-o", f"{key}={value}")]
    lab.network.outside(["apt-get", *options, "update"])
    fetch = ["sh", "-ec", 'cd "$0"; exec "$@"', str(work), "apt-get", *options]
    lab.network.outside([*fetch, "download", _PACKAGE])
    (package,) = work.glob("*.deb")
    subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
