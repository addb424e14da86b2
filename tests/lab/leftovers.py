"""Cleans up after a session that was killed before it could do so itself.

Each session holds a lock in its folder for as long as it lives, and has its packet rules written
there. Whoever starts next takes away what nobody holds any more.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tests.lab.engine import end_those_naming, remove_tree

_PREFIX = "tdlab-"


class Folder:
    """A new folder for one session. Its path is short: a unix socket's name has 107 bytes."""

    def __init__(self) -> None:
        self._lock: IO[str] | None = None
        # Another session may take it away between its making and its lock.
        while not (self._lock and (self.path / "lock").exists()):
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            self._lock = _locked(self.path / "lock")

    def note(self, rules: Sequence[Sequence[str]]) -> None:
        """Keeps iptables arguments that insert rules (-I), for `sweep` to take back."""
        (self.path / "rules.json").write_text(json.dumps(rules))

    def remove(self) -> None:
        remove_tree(self.path)
        if self._lock:
            self._lock.close()


def take_back(rules: Sequence[Sequence[str]]) -> None:
    """Deletes the rules that these iptables arguments inserted; a rule that is gone is well."""
    for rule in rules:
        argv = ["iptables", "--wait", *("-D" if part == "-I" else part for part in rule)]
        subprocess.run(argv, capture_output=True, timeout=30)


def sweep() -> None:
    """Takes away the folders, processes and rules of sessions that are no more."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/lock"):
        held = _locked(lock)
        if held is None:
            continue
        rules = lock.with_name("rules.json")
        take_back(json.loads(rules.read_text()) if rules.exists() else [])
        end_those_naming(str(lock.parent))
        remove_tree(lock.parent)
        held.close()


def _locked(path: Path) -> IO[str] | None:
    """The locked file; None where another session holds it, or has just taken it away."""
    try:
        file = path.open("a")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
