"""What a launch shows while it goes on: one live line, plain lines in a pipe, or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from triton_doctor.commands.screen import Screen
from triton_doctor.knowledge.house import Phrases
from triton_doctor.launching.progress import Doing
from triton_doctor.launching.pulling import Pulling
from triton_doctor.lines import LABEL, labelled
from triton_doctor.redact import clean

PAUSE = 10.0  # s between two plain lines of one stage
STILL = 60.0  # s between two that say the same, so that nobody takes it for dead
_GIB, _MIB = 1 << 30, 1 << 20


class Bar(Protocol):
    """A line that is drawn over itself."""

    def show(self, text: str) -> None: ...


class Show:
    """Puts what is being done into words, and says it calmly."""

    def __init__(self, screen: Screen, say: Phrases) -> None:
        self._screen, self._say = screen, say
        self._bar: Bar | None = None
        self._last, self._text = ("", 0.0), ""
        self._began = time.monotonic()

    @contextmanager
    def going(self) -> Iterator[None]:
        """From here on things are being done; until then and afterwards, lines as usual."""
        self._last = "", 0.0
        self._began = time.monotonic()
        if not self._screen.terminal:
            yield
            return
        from triton_doctor.ui import launching

        with launching.Going(self._say("launch", "in-all", seconds="{seconds}")) as self._bar:
            try:
                yield
            finally:
                self._bar = None

    def doing(self, what: str) -> None:
        """what: a key of the words, without its `do-`."""
        self._tell(what, self._say("launch", f"do-{what}"))

    def stage(self, now: Doing, _seconds: float) -> None:
        key = f"do-{now.stage}"
        if now.of and f"{key}-of" in self._say.table["launch"]:
            key += "-of"
        text = self._say("launch", key, of=clean(now.of))
        if now.total:
            text = self._say("launch", "count", what=text, done=now.done, total=now.total)
        self._tell(now.stage, text, whole=bool(now.total) and now.done == now.total)

    def pull(self, pulling: Pulling) -> None:
        done, total = pulling.layers
        whole = pulling.whole
        key = "pulling-again" if pulling.again else "pulling" if whole else "pulling-part"
        text = self._say(
            "launch",
            key,
            done=done,
            total=total,
            received=_size(pulling.received),
            whole=_size(whole or 0),
        )
        self._tell(key, text, whole=bool(total) and done == total)

    def _tell(self, key: str, text: str, *, whole: bool = False) -> None:
        if self._bar:
            self._bar.show(text)
            return
        now = time.monotonic()
        if key == self._last[0]:
            calm = STILL if text == self._text else 0 if whole else PAUSE
            if now - self._last[1] < calm:
                return
        self._last, self._text = (key, now), text
        seconds = self._say("launch", "at", seconds=f"{now - self._began:.1f}")
        self._screen.write(labelled(f"{seconds:>{LABEL - 1}}", "dim", text, self._screen.width))


def _size(count: int) -> str:
    return f"{count / _GIB:.1f} GiB" if count >= _GIB else f"{count / _MIB:.0f} MiB"
