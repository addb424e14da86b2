"""Standard input, output and error, which may be closed from the start, or lie on a full disk."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal, TextIO

NARROWEST, WIDEST = 40, 100  # columns that words are broken to
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


def columns() -> int:
    """As the terminal has them, or COLUMNS says, within reason."""
    return within(shutil.get_terminal_size((80, 24)).columns)


def within(wide: int) -> int:
    return max(NARROWEST, min(wide, WIDEST))


def opened() -> None:
    """One that was closed before we began (`>&-`) swallows what it is given, and gives nothing."""
    if sys.stdin is None:
        sys.stdin = _nowhere("r")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, _nowhere())


def full(error: OSError) -> bool:
    """Whether a write to a stream, which has no name, found no room."""
    return error.errno in _FULL and error.filename is None


def unwritten(error: OSError) -> None:
    """Say so where it can be said, and write no more there."""
    with suppress(OSError):
        sys.stderr.write(f"triton-doctor: standard output cannot be written: {error.strerror}\n")
        sys.stderr.flush()
    sys.stdout = _nowhere()


def flushed() -> bool:
    """Whether all that was said has gone out, or was not wanted any more."""
    try:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
    except OSError as error:
        unwritten(error)
        return False
    with suppress(OSError):
        sys.stderr.flush()
    return True


def _nowhere(mode: Literal["r", "w"] = "w") -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")
