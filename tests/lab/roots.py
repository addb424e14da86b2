"""Whole distributions, made from packages by debootstrap, each once a session."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.lab import machine
from tests.lab.engine import Engine
from tests.lab.network import Network

# A folder to keep the made roots in between sessions; CI starts from nothing.
_CACHE = os.environ.get("TRITON_DOCTOR_LAB_CACHE")


class Roots:
    """Gives tar files of root folders. Nothing of the machine but apt's settings is used."""

    def __init__(self, folder: Path, network: Network) -> None:
        self._folder = folder
        self.network = network

    def tar(self, suite: str, include: Sequence[str] = ()) -> Path:
        """A tar of a minimal `suite` with the packages named (25 s for a bare one)."""
        key = "-".join([suite, *sorted(include)])
        kept = (Path(_CACHE) if _CACHE else self._folder) / f"{key}.tar"
        if not kept.exists():
            self._make(suite, include, kept)
        return kept

    def unpacked(self, suite: str, include: Sequence[str], folder: Path) -> Path:
        """The same as a folder to work in."""
        folder.mkdir(parents=True)
        self.network.outside(["tar", "-xf", str(self.tar(suite, include)), "-C", str(folder)])
        return folder

    def image(self, engine: Engine, suite: str) -> str:
        """The same as an image of the engine; gives its tag."""
        tag = f"lab-root:{suite}"
        if engine.docker("image", "inspect", tag, check=False).returncode:
            engine.docker("import", str(self.tar(suite)), tag)
        return tag

    def _make(self, suite: str, include: Sequence[str], kept: Path) -> None:
        machine.need("debootstrap", packages=["debian-archive-keyring"])
        root = self._folder / "making" / suite
        root.mkdir(parents=True)
        wanted = [f"--include={','.join(include)}"] if include else []
        self.network.outside(["debootstrap", "--variant=minbase", *wanted, suite, str(root)])
        shutil.rmtree(root / "var/cache/apt/archives")
        (root / "var/cache/apt/archives/partial").mkdir(parents=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_suffix(f".{os.getpid()}")
        self.network.outside(["tar", "-C", str(root), "--one-file-system", "-cf", str(half), "."])
        half.rename(kept)
        shutil.rmtree(root)
