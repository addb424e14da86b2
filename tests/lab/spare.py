"""Further engines beside the lab's own, set up otherwise."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab import images
from tests.lab.engine import Engine


@contextmanager
def spare_engine(
    folder: Path, *, before: str = ":", options: Sequence[str] = ()
) -> Iterator[Engine]:
    """An engine with a bridge of its own: with none it would take away that of the lab's engine."""
    bridge = f"spare{secrets.token_hex(3)}"
    plain = ["--iptables=false", "--ip-forward=false", f"--bridge={bridge}"]
    engine = Engine(folder, before=before, options=[*plain, *options])
    subprocess.run(["ip", "link", "add", bridge, "type", "bridge"], check=True)
    try:
        engine.start()
        images.import_image(engine, images.UBUNTU)
        yield engine
    finally:
        engine.stop()
        subprocess.run(["ip", "link", "delete", bridge], check=True)
