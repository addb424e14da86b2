"""Containers that run out of memory, and of which the engine says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.bench import Lab


def starve(lab: Lab, name: str, start: Callable[[], object]) -> None:
    """Starts the container until the engine says that it ran out of memory.

    It notes that a moment after the end; on a busy machine the kernel's word may come too late for
    it, and is lost: `OOMKilled` stays false.
    """
    for _ in range(5):
        start()
        end = time.monotonic() + 10
        while time.monotonic() < end:
            shown = lab.docker("inspect", "--format", "{{.State.OOMKilled}}", name)
            if shown.stdout.strip() == "true":
                return
            time.sleep(0.1)
        lab.docker("rm", "-f", name)
    raise AssertionError(f"the engine never said that {name} ran out of memory")
