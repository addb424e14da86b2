"""Whole distributions, made from packages by mmdebstrap."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.lab import machine
from tests.lab.engine import Engine
from tests.lab.network import Network
from tests.lab.stock import Stock


class Roots:
    """Gives tar files of root folders. Nothing of the machine but apt's settings is used."""

    def __init__(self, stock: Stock, network: Network) -> None:
        self.stock = stock
        self.network = network

    def tar(self, suite: str, include: Sequence[str] = ()) -> Path:
        """A tar of a minimal `suite` with the packages named (20 s for a bare one)."""
        return self._made("minbase", suite, include)

    def files(self, suite: str, packages: Sequence[str]) -> Path:
        """A tar of the mere files of these packages and of those they need, with nothing set up:
        half the work, and enough for programs that need no more than their libraries."""
        return self._made("extract", suite, packages)

    def _made(self, variant: str, suite: str, include: Sequence[str]) -> Path:
        def make(half: Path) -> None:
            machine.need("mmdebstrap", packages=["debian-archive-keyring"])
            wanted = [f"--include={','.join(include)}"] if include else []
            # A mirror that lags behind will do.
            options = ["--mode=root", f"--variant={variant}", "--format=tar", *wanted]
            options += ['--aptopt=Acquire::Check-Valid-Until "false"']
            self.network.outside(["mmdebstrap", *options, suite, str(half)])

        return self.stock.file("-".join([variant, suite, *sorted(include)]) + ".tar", make)

    def image(self, engine: Engine, suite: str) -> str:
        """A minimal `suite` as an image of the engine; gives its tag."""
        tag = f"lab-root:{suite}"
        if engine.docker("image", "inspect", tag, check=False).returncode:
            engine.docker("import", str(self.tar(suite)), tag)
        return tag
