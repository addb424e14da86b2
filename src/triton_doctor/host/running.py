"""Running a program that a person asked for: seen as it goes, on stderr, and its end remembered."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from triton_doctor.host import writing
from triton_doctor.host.hands import Done

_PIECE, _TAIL = 1 << 16, 4096  # bytes read at once, and bytes kept of the end
_TICK = 0.1  # s
_DRAIN = 0.5  # s for the rest of the output once the program has ended
_PATIENCE = 10.0  # s that a program has to end by itself after Ctrl-C


def run(argv: Sequence[str], interactive: bool) -> Done:
    """interactive: it has the keyboard, and a terminal of the same width for its output."""
    reader, writer = _pair(interactive)
    tail = b""
    try:
        process = _start(argv, interactive, writer)
    except BaseException:
        os.close(reader)
        raise
    finally:
        os.close(writer)
    try:
        for piece in _pieces(process, reader):
            _show(piece)
            tail = (tail + piece)[-_TAIL:]
        return Done(process.wait(), tail.decode("utf-8", "replace"))
    except BaseException:
        _stop(process)
        raise
    finally:
        os.close(reader)


def keep(argv: Sequence[str], interactive: bool, path: str, clean: Callable[[str], str]) -> Done:
    """Both outputs go to a new file, of mode 0600 and on the disk when this returns."""
    tail = ""
    with os.fdopen(writing.create(path), "w", encoding="utf-8") as kept:
        process = subprocess.Popen(
            list(argv),
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            for line in process.stdout:
                text = clean(line.decode("utf-8", "replace"))
                kept.write(text)
                tail = (tail + text)[-_TAIL:]
            code = process.wait()
        except BaseException:
            _stop(process)
            raise
        kept.flush()
        os.fsync(kept.fileno())
    return Done(code, tail)


def _pair(interactive: bool) -> tuple[int, int]:
    """Where output is read, and where the program writes it: a terminal if there is one."""
    if interactive and sys.platform != "win32":
        import pty

        with suppress(OSError):
            reader, writer = pty.openpty()
            _as_ours(writer)
            return reader, writer
    return os.pipe()


def _as_ours(terminal: int) -> None:
    """As wide as our own terminal, and line ends stay as they are: ours puts in what it needs."""
    if sys.platform != "win32":
        import fcntl
        import termios

        state = termios.tcgetattr(terminal)
        state[1] &= ~termios.OPOST
        termios.tcsetattr(terminal, termios.TCSANOW, state)
        with suppress(OSError):
            size = fcntl.ioctl(2, termios.TIOCGWINSZ, bytes(8))
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)


def _start(argv: Sequence[str], interactive: bool, writer: int) -> subprocess.Popen[bytes]:
    stdin = None if interactive else subprocess.DEVNULL
    return subprocess.Popen(list(argv), stdin=stdin, stdout=writer, stderr=writer)


def _pieces(process: subprocess.Popen[bytes], reader: int) -> Iterator[bytes]:
    """What the program writes. A daemon that it leaves behind with its output is not waited for."""
    ended: float | None = None
    while True:
        if _ready(reader):
            try:
                piece = os.read(reader, _PIECE)
            except OSError:  # EIO: the other end of the terminal is closed
                return
            if not piece:
                return
            yield piece
        elif ended is None and process.poll() is not None:
            ended = time.monotonic()
        if ended is not None and time.monotonic() - ended > _DRAIN:
            return


def _ready(reader: int) -> bool:
    if sys.platform == "win32":
        return True
    return bool(select.select([reader], [], [], _TICK)[0])


def _show(piece: bytes) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(2, rest) :]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C reached the program too, unless it was ours alone; it is told, and waited for."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_TICK * 10)
        return
    with suppress(OSError):  # PermissionError: it runs as root, under sudo
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE)
        return
    with suppress(OSError):
        process.kill()
