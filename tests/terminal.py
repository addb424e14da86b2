"""A person's terminal: a real pseudo-terminal, a screen that shows what the program draws, keys."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pyte

PROGRAM = [sys.executable, "-m", "triton_doctor"]
UP, DOWN, ENTER, CTRL_C = "\x1b[A", "\x1b[B", "\r", "\x03"


class Terminal:
    """One run of the doctor in a window of so many columns and lines."""

    def __init__(
        self,
        *arguments: str,
        cwd: Path,
        env: Mapping[str, str],
        columns: int = 80,
        lines: int = 50,
    ) -> None:
        self._screen = pyte.HistoryScreen(columns, lines, history=5000)
        self._screen.write_process_input = self._answer
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self._near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments],
            cwd=cwd,
            env={"TERM": "xterm-256color", **env},
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(far)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._near)

    @property
    def text(self) -> str:
        """All that was shown, what has scrolled away included, line by line."""
        above = [
            "".join(line[column].data for column in range(self._screen.columns)).rstrip()
            for line in self._screen.history.top
        ]
        return "\n".join([*above, *(line.rstrip() for line in self._screen.display)]).rstrip()

    @property
    def flat(self) -> str:
        """The same in one line, so that words can be looked for wherever they were wrapped."""
        return " ".join(self.text.split())

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self._near, key.encode())
            end = time.monotonic() + 0.3
            while time.monotonic() < end and self._read(0.1):
                pass

    def until(self, words: str, timeout: float = 120, *, times: int = 1) -> None:
        """Wait until these words stand on the screen, so often."""
        end = time.monotonic() + timeout
        while self.flat.count(words) < times:
            if time.monotonic() > end or not self._read(0.2):
                raise AssertionError(f"{words!r} was not shown:\n{self.text}")

    def asked(self, timeout: float = 120) -> None:
        """Wait for the next question that waits for a key."""
        end = time.monotonic() + timeout
        while self._open != "q  skip all":
            if time.monotonic() > end or not self._read(0.2):
                raise AssertionError(f"nothing was asked:\n{self.text}")

    @property
    def _open(self) -> str:
        """The last line that is not blank; the last choice of an open question."""
        return (self.text.rpartition("\n")[2] or "").strip().lstrip("> ")

    def code(self, timeout: float = 120) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + timeout
        while self._read(0.2):
            if time.monotonic() > end:
                raise AssertionError(f"the doctor did not end:\n{self.text}")
        return self.process.wait(60)

    def _read(self, timeout: float) -> bool:
        """Take what was written; False at the end of the program."""
        if not select.select([self._near], [], [], timeout)[0]:
            return True
        try:
            piece = os.read(self._near, 65536)
        except OSError:  # EIO: the other end is closed
            return False
        self.raw += piece
        self._stream.feed(piece)
        return bool(piece)

    def _answer(self, words: str) -> None:
        """What a terminal says of itself when it is asked, as where its cursor is."""
        os.write(self._near, words.encode())
