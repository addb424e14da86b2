"""What is said around an answer: the answer to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from triton_doctor import __version__
from triton_doctor.commands.ask_failure import Explained
from triton_doctor.commands.screen import parting
from triton_doctor.knowledge.house import Phrases
from triton_doctor.launching.asking import Answered
from triton_doctor.lines import Line, line, paragraph
from triton_doctor.model import Report
from triton_doctor.redact import calm, clean
from triton_doctor.report.as_text import TextReport
from triton_doctor.streams import columns
from triton_doctor.ui.plain import fit


class Teller:
    """quiet: nothing is said but errors of usage, since stdout is for data."""

    def __init__(self, say: Phrases, *, quiet: bool) -> None:
        self.say, self._quiet = say, quiet
        self._open = False  # whether a line of the answer has begun and not ended

    def word(self, text: str) -> None:
        """A piece of the answer: at once, and nothing in it steers the terminal."""
        shown = fit(calm(text), sys.stdout.encoding or "ascii")
        if self._quiet or not shown:
            return
        sys.stdout.write(shown)
        sys.stdout.flush()
        self._open = not shown.endswith("\n")

    def waiting(self, seconds: float) -> None:
        self._say("waiting", seconds=f"{seconds:.0f}")

    def end(self, answered: Answered, most: int | None) -> None:
        """Close the answer's last line, and say how long it took."""
        self._close()
        if not answered.text:
            return
        self._say(_key(answered), **_figures(answered))
        if answered.failure is None and most and answered.tokens >= most:
            self._say("cut", most=most)
        if answered.junk:
            self._say("junk", count=answered.junk)

    def explained(self, explained: Explained) -> None:
        if self._quiet:
            return
        text = TextReport(Report(__version__, 0.0, {}, (), {}), self.say, columns(), "")
        lines: list[Line] = []
        for one in explained.findings:
            lines += [line(), *text.finding([one])]
        for words in explained.said:
            lines += [line(), *paragraph(clean(words), columns())]
        self._write(lines)

    def proxy(self, name: str, host: str) -> None:
        self._say("proxy", name=name, host=host)

    def stopped(self) -> None:
        self._close()
        parting(self.say("ask", "stopped"))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """While it is found out why: a line that is gone afterwards, where a terminal takes it."""
        shown = not self._quiet and self._terminal
        if shown:
            sys.stderr.write(self.say("ask", "looking"))
            sys.stderr.flush()
        try:
            yield
        finally:
            if shown:
                sys.stderr.write("\r" + " " * len(self.say("ask", "looking")) + "\r")

    @property
    def _terminal(self) -> bool:
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def _say(self, key: str, **values: object) -> None:
        if self._quiet:
            return
        self._close()
        words = clean(self.say("ask", key, **values))
        self._write(paragraph(words, columns(), style="dim"))

    def _write(self, lines: Iterable[Line]) -> None:
        if self._terminal:
            from triton_doctor.ui import live

            live.write(lines, live.console(stderr=True))
        else:
            from triton_doctor.ui import plain

            plain.write(lines, sys.stderr)
        sys.stderr.flush()

    def _close(self) -> None:
        if self._open:
            sys.stdout.write("\n")
            sys.stdout.flush()
        self._open = False


def _key(answered: Answered) -> str:
    if not answered.tokens:
        return "took"
    if not answered.streamed:
        return "whole"
    return "speed" if answered.per_second is not None else "few"


def _figures(answered: Answered) -> dict[str, str]:
    figures = {"first": f"{answered.first_token_s or 0:.2f}", "seconds": f"{answered.seconds:.2f}"}
    figures["tokens"] = str(answered.tokens)
    if answered.per_second is not None:
        figures["rate"] = f"{answered.per_second:.1f}"
    return figures
