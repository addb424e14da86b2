"""Waits for what a container says or does, in place of a time in which it has mostly been done."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab.bench import Lab

_PATIENCE = 120  # s
_LISTENS = "0A"  # TCP_LISTEN of the kernel's net/tcp_states.h


def until(what: Callable[[], bool], words: str) -> None:
    """words: what did not come about."""
    end = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < end, words
        time.sleep(0.05)


def until_said(lab: Lab, name: str, words: str) -> None:
    """These words stand in the container's log; there may be no such container yet."""

    def said() -> bool:
        log = lab.docker("logs", name, check=False)
        return words in log.stdout + log.stderr

    until(said, f"{name} did not say {words!r}")


def until_restarted(lab: Lab, name: str, times: int = 3) -> None:
    shown = ("inspect", "-f", "{{.RestartCount}}", name)
    until(lambda: int(lab.docker(*shown).stdout) >= times, f"{name} was not restarted")


def until_listening(lab: Lab, name: str, port: int) -> None:
    """A program in the container listens; who connects to a published port is always let in."""
    pid = lab.docker("inspect", "-f", "{{.State.Pid}}", name).stdout.strip()

    def listens() -> bool:
        lines = [
            line.split()
            for kind in ("tcp", "tcp6")
            for line in Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()[1:]
        ]
        return any(one[1].endswith(f":{port:04X}") and one[3] == _LISTENS for one in lines)

    until(listens, f"nothing in {name} listens at {port}")
