"""A terminal: what a launch is doing now, and for how long, in one line that is gone afterwards."""

from __future__ import annotations

import time

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from triton_doctor.ui.live import console
from triton_doctor.ui.plain import fit

_ECHO = 3  # columns that a terminal needs to print ^C behind the line, and not on the next one


class Going:
    """One line. in_all: the words for the whole time, with `{seconds}`."""

    def __init__(self, in_all: str) -> None:
        self._in_all = in_all
        self._text = ""
        self._began = self._since = time.monotonic()
        self._live = Live(self, console=console(), refresh_per_second=8, transient=True)

    def __enter__(self) -> Going:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, text: str) -> None:
        """The same thing with another count goes on; something else begins anew."""
        if _kind(text) != _kind(self._text):
            self._since = time.monotonic()
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = time.monotonic()
        here, in_all = f" … {now - self._since:.0f} s", ""
        if self._since - self._began > 1:
            in_all = self._in_all.format(seconds=f"{now - self._began:.0f}")
        room = max(options.max_width - _ECHO, 1)
        line = fitted(self._text, here, in_all, room)
        text = Text(fit(line, console.encoding), style="dim", no_wrap=True)
        text.truncate(room, overflow="ellipsis")  # signs of two columns are rare, and may be there
        yield text


def fitted(text: str, here: str, in_all: str, room: int) -> str:
    """In a narrow window the whole time goes first, then the end of the words; never the clock."""
    if len(text) + len(here) + len(in_all) <= room:
        return text + here + in_all
    left = max(room - len(here), 0)
    if len(text) > left:
        text = text[: left + 1].rpartition(" ")[0]  # half a number would be another one
    return text + here


def _kind(text: str) -> str:
    return "".join(sign for sign in text if not sign.isdigit())
