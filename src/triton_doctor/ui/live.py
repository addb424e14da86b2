"""A terminal: what is being asked and for how long, then the report in colour."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from triton_doctor.context import Context
from triton_doctor.lines import Line
from triton_doctor.probes.base import Probe
from triton_doctor.ui.plain import fit

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "ok": "green",
    "unclear": "bold magenta",
    "dim": "dim",
    "strong": "bold",
    "command": "cyan",
}
MOST = 4  # questions shown at once


class Progress:
    """The questions under way, one a line, gone when the run is over."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asking: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._live = Live(self, console=console(), refresh_per_second=8, transient=True)

    def __enter__(self) -> Progress:
        self._live.start()
        self._context.listen(self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _heard(self, event: str, probe: Probe[Any]) -> None:
        with self._lock:
            if event == "asking":
                self._asking[probe.name] = (probe.doing, time.monotonic())
            else:
                self._asking.pop(probe.name, None)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = time.monotonic()
        with self._lock:
            asking = sorted(self._asking.values(), key=lambda one: one[1])
        encoding = console.encoding
        for doing, since in asking[:MOST]:
            words = fit(f"{doing} … {now - since:.1f} s", encoding)
            yield Text(words, style="dim", no_wrap=True, overflow="ellipsis")
        if len(asking) > MOST:
            yield Text(f"(+{len(asking) - MOST})", style="dim")


def console(*, stderr: bool = False) -> Console:
    """The terminal; markup off, so that words of others are never read as commands."""
    return Console(markup=False, highlight=False, emoji=False, stderr=stderr)


def write(lines: Iterable[Line], to: Console) -> None:
    """Print lines in colour where the terminal has it. Commands are not broken at its edge."""
    for line in lines:
        text = Text()
        for piece in line.pieces:
            text.append(fit(piece.text, to.encoding), STYLES.get(piece.style, ""))
        to.print(text, soft_wrap=True)
