"""Where a flow that speaks more than once puts its lines: a terminal, a pipe, or nowhere."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from triton_doctor.context import Context
from triton_doctor.lines import Line
from triton_doctor.streams import NARROWEST, columns


class Screen:
    """quiet: nothing is said, since stdout is for data."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not quiet

    @property
    def width(self) -> int:
        return columns()

    def write(self, lines: Iterable[Line]) -> None:
        if self.quiet:
            return
        with suppress(BrokenPipeError):  # a reader that goes away changes nothing of what is done
            if self.terminal:
                from triton_doctor.ui import live

                live.write(lines, live.console())
            else:
                from triton_doctor.ui import plain

                plain.write(lines, sys.stdout)
            sys.stdout.flush()

    @contextmanager
    def watching(self, context: Context) -> Iterator[None]:
        """Shows what is being asked, where there is a terminal to show it on."""
        if not self.terminal:
            yield
            return
        from triton_doctor.ui import live

        with live.Progress(context):
            yield


def somebody_is_there() -> bool:
    """Whether there is a person who can be asked: a terminal both ways, and no pipeline's."""
    terminals = sys.stdin.isatty() and sys.stdout.isatty()
    return terminals and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def parting(text: str) -> None:
    """The last word of a run that was broken off, on stderr: broken at blanks by a terminal."""
    words = f"triton-doctor: {text}"
    if sys.stderr.isatty():
        wide = max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)
        words = textwrap.fill(words, wide - 1, break_long_words=False, break_on_hyphens=False)
    sys.stderr.write(f"{words}\n")
