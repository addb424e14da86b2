"""Ctrl-C and SIGTERM, raised anew where their exception got lost on its way.

Python raises KeyboardInterrupt wherever the main thread is. In the callback of a weak reference, in
a destructor or in a library that drops its callbacks' errors it ends there, and the program goes on
as if no key had been pressed (https://docs.python.org/3/library/sys.html#sys.unraisablehook). Each
import makes such callbacks, and loading is half of a short run. So the signal is raised again every
AGAIN seconds, until whoever catches it says so with `taken`. While its exception is seen to be
handled it is not: clearing up is not disturbed.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

AGAIN = 0.3  # s after which a signal counts as lost that nobody is dealing with
STOPPED = "triton-doctor: stopped; nothing was left behind"
INTERRUPTED, TERMINATED = 130, 143
_EXCEPTIONS = (KeyboardInterrupt, SystemExit)


class Terminated(SystemExit):
    """SIGTERM: the run is given up in good order."""


def terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    """The handler of SIGTERM."""
    raise Terminated(TERMINATED)


class Interrupts:
    """The signals of this process that end it in good order; to be made in the main thread.

    raising: what each signal raises there, as a handler of `signal` does.
    """

    def __init__(self, raising: dict[int, Callable[[int, FrameType | None], Any]]) -> None:
        self._raising = raising
        self._main = threading.get_ident()
        self._waiting = 0  # the signal that nobody has taken yet
        self._again = False  # whether what comes now is the reminder of it
        self._reminding = False
        self._usual = sys.unraisablehook
        for number in raising:
            signal.signal(number, self._hear)
        sys.unraisablehook = self._lost

    def taken(self) -> None:
        """Its exception has reached the place that was meant for it."""
        self._waiting = 0

    def _hear(self, number: int, frame: FrameType | None) -> None:
        again, self._again = self._again, False
        if again and (not self._waiting or _being_handled()):
            return
        self._waiting = number
        if not self._reminding:
            self._reminding = True
            # Not threading.Thread: it takes locks that the main thread may hold at this moment.
            _thread.start_new_thread(self._remind, ())
        self._raising[number](number, frame)

    def _remind(self) -> None:
        while self._waiting:
            time.sleep(AGAIN)
            number = self._waiting
            # Somebody else's handler, or a deaf time that has been asked for, is left alone.
            if number and signal.getsignal(number) == self._hear:
                self._again = True
                _send(self._main, number)
        self._reminding = False

    def _lost(self, what: Any) -> None:
        """Python's lines about a lost exception tell the user nothing: it will be raised again."""
        if not (self._waiting and issubclass(what.exc_type, _EXCEPTIONS)):
            self._usual(what)


def _being_handled() -> bool:
    """Whether an `except`, `finally` or `with` further up is dealing with such an exception."""
    error = sys.exc_info()[1]
    while error is not None:
        if isinstance(error, _EXCEPTIONS):
            return True
        error = error.__context__
    return False


def _send(thread: int, number: int) -> None:
    """To the main thread itself, so that what it waits for is broken off."""
    if sys.platform == "win32":
        _thread.interrupt_main(number)
    else:
        signal.pthread_kill(thread, number)


_installed: list[Interrupts] = []


def install(raising: dict[int, Callable[[int, FrameType | None], Any]]) -> None:
    """For the rest of this process."""
    _installed[:] = [Interrupts(raising)]


def taken() -> None:
    """To be said first wherever KeyboardInterrupt is caught for good."""
    for one in _installed:
        one.taken()
