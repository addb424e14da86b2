"""The machine's packet forwarding, which is on for as long as any lab needs it."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

_SWITCH = "/proc/sys/net/ipv4/ip_forward"


class Forwarding:
    """Labs hold one lock together: the first notes how the switch stood, the last sets it back.

    run: runs a program in the machine's own network and gives what it printed.
    """

    def __init__(self, run: Callable[[Sequence[str]], str]) -> None:
        self._run = run

    def hold(self) -> None:
        self._note = (Path(tempfile.gettempdir()) / "triton-doctor-lab-forwarding").open("a+")
        if self._alone():
            self._note.truncate(0)
            self._note.write(self._run(["cat", _SWITCH]))
            self._note.flush()
        fcntl.flock(self._note, fcntl.LOCK_SH)
        self._run(["sh", "-c", f"echo 1 >{_SWITCH}"])

    def let_go(self) -> None:
        if self._alone():
            self._note.seek(0)
            self._run(["sh", "-c", f"echo {int(self._note.read())} >{_SWITCH}"])
        self._note.close()

    def _alone(self) -> bool:
        try:
            fcntl.flock(self._note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
