"""Watching a container from its start until it serves, ends, or shows no more sign of life."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from triton_doctor.host.launcher import Launcher
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.launching.outcome import Died, Lost, Ready, Silent
from triton_doctor.launching.progress import Doing, Progress
from triton_doctor.launching.readiness import OK, Used, moved, pause
from triton_doctor.record import Record

TICK = 0.2  # s between two looks at the clock
ANSWER = 2.0  # s for one question to the server
REST = 0.3  # s for the rest of a log whose container has ended
SAMPLES = 5.0  # s between two looks at what the container uses
LOOKS = 0.5  # s for an end that has just been seen from the other side


class Watched(Record, frozen=True):
    """What is to be watched. addresses: host:port pairs, any of which may lead to the server;
    paths: what has to answer 200; patience: s without a sign after which it is given up; limit: s
    after which it is given up whatever it does."""

    container: str
    addresses: Sequence[str]
    paths: Sequence[str]
    patience: float
    limit: float = inf


class Watch:
    """tell: is told each time that something else is being done, with the seconds since the start.

    began: monotonic s of the container's start.
    """

    def __init__(
        self,
        launcher: Launcher,
        host: Host,
        watched: Watched,
        began: float,
        tell: Callable[[Doing, float], None],
    ) -> None:
        self._launcher, self._host, self._watched = launcher, host, watched
        self._began, self._tell = began, tell
        self._events: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._over = threading.Event()
        self._ready_at: float | None = None
        self.progress = Progress()
        self.stages: list[tuple[str, float]] = []

    def until_ready(self) -> Ready | Died | Silent | Lost:
        for work in (self._follow, self._wait, self._ask, self._measure):
            threading.Thread(target=self._guarded, args=(work,), daemon=True).start()
        sign, end = self._began, time.monotonic() + self._watched.limit
        self._told(self.progress.now)
        while True:
            kind, value = self._next(TICK)
            now = time.monotonic()
            if kind in ("log", "moved"):
                sign = now
            if kind == "log":
                self._read(value)
            elif kind == "ready":
                self._ready_at = now
                return Ready(now - self._began, value)
            elif kind in ("ended", "lost"):
                return self._end(kind, value)
            elif now - sign > self._watched.patience:
                return Silent(now - sign)
            elif not kind:
                self._tell(self.progress.now, now - self._began)  # that it goes on
            if now > end:
                return Silent(now - sign)

    def ended(self, seconds: float = LOOKS) -> Died | Lost | None:
        """Whether it has ended meanwhile, after it was ready; waits for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            kind, value = self._next(left)
            if kind == "log":
                self._read(value)
            elif kind in ("ended", "lost"):
                return self._end(kind, value)
        return None

    def close(self) -> None:
        self._over.set()

    def _end(self, kind: str, value: Any) -> Died | Lost:
        now = time.monotonic()
        self._over.set()
        if kind == "lost":
            return Lost(str(value))
        served = now - self._ready_at if self._ready_at else None
        deadline = now + REST
        while (left := deadline - time.monotonic()) > 0:
            kind, block = self._next(left)
            if kind == "log":
                self._read(block)
            elif kind == "log-end":
                break
        return Died(int(value), now - self._began, served)

    def _next(self, seconds: float) -> tuple[str, Any]:
        try:
            return self._events.get(timeout=max(seconds, 0.01))
        except queue.Empty:
            return "", None

    def _read(self, block: bytes) -> None:
        for now in self.progress.feed(block):
            self._told(now)

    def _told(self, now: Doing) -> None:
        seconds = time.monotonic() - self._began
        if not self.stages or self.stages[-1][0] != now.stage:
            self.stages.append((now.stage, seconds))
        self._tell(now, seconds)

    # ---- each in a thread of its own ------------------------------------------------------

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except DockerTrouble as error:
            # Only what waits for the end can say that the engine is gone; a log may be unreadable.
            if work == self._wait:
                self._events.put(("lost", error.text))
            elif work == self._follow:
                self._events.put(("log-end", None))

    def _follow(self) -> None:
        for block in self._launcher.follow(self._watched.container):
            self._events.put(("log", block))
        self._events.put(("log-end", None))

    def _wait(self) -> None:
        self._events.put(("ended", self._launcher.wait(self._watched.container)))

    def _ask(self) -> None:
        while not self._over.is_set():
            for address in self._watched.addresses:
                if all(self._says_yes(address, path) for path in self._watched.paths):
                    self._events.put(("ready", address))
                    return
            self._over.wait(pause(time.monotonic() - self._began))

    def _says_yes(self, address: str, path: str) -> bool:
        try:
            return self._host.http("GET", f"http://{address}{path}", ANSWER).status == OK
        except OSError:
            return False

    def _measure(self) -> None:
        before: Used | None = None
        every = min(SAMPLES, self._watched.patience / 4)
        while not self._over.wait(every):
            now = Used(time.monotonic(), self._launcher.usage(self._watched.container))
            if before and moved(before, now):
                self._events.put(("moved", None))
            before = now
