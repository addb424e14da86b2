"""What is dear to make and the same for every lab: made by whoever needs it first.

Labs that work side by side share a folder of files by TRITON_DOCTOR_LAB_STOCK, which `tests/run`
sets to one of its own; set to a folder that stays, the files stay too. `python -m tests.lab.stock`
makes them all beforehand.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

_SHARED = os.environ.get("TRITON_DOCTOR_LAB_STOCK")


class Stock:
    """Files by name; `folder` is where they lie unless they are shared."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(_SHARED) if _SHARED else folder

    def file(self, name: str, make: Callable[[Path], None]) -> Path:
        """The file of this name, which `make` writes where there is none yet.

        Who comes meanwhile waits. What fails half-way leaves no file.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        kept, half = self.folder / name, self.folder / f"{name}.half"
        with (self.folder / f"{name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                make(half)
                half.rename(kept)
        return kept
