"""Writing so that a power cut or a kill leaves the old or the new, and never a half."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_REPLACE, _HERE = 1, -100  # RENAME_NOREPLACE and AT_FDCWD of Linux
_UNABLE = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)


def create(path: str, mode: int = 0o600) -> int:
    """A descriptor of a new file; FileExistsError where anything, a link too, has that name."""
    return os.open(path, _FLAGS, mode)


def fill(descriptor: int, data: bytes) -> None:
    """All of the bytes, on the disk when this returns."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def write_new(path: str, data: bytes, mode: int = 0o600) -> None:
    """A new file, whole and on the disk, or none."""
    descriptor = create(path, mode)
    try:
        fill(descriptor, data)
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise
    finally:
        os.close(descriptor)


def sync_folder(path: str) -> None:
    """The names in a folder are on the disk; Windows and some file systems know no such thing."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def rename(source: str, target: str) -> None:
    """Another name; a file that is there under it is replaced in one go."""
    os.replace(source, target)
    _sync(source, target)


def rename_new(source: str, target: str) -> None:
    """Another name; FileExistsError where anything has it, an empty folder too."""
    if not (sys.platform == "linux" and _rename_no_replace(source, target)):
        if os.path.lexists(target) and not _same_but_for_case(source, target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        os.rename(source, target)
    _sync(source, target)


def _same_but_for_case(source: str, target: str) -> bool:
    """The target is the source itself, on a file system for which case does not count."""
    return source.lower() == target.lower() and os.path.samefile(source, target)


def _rename_no_replace(source: str, target: str) -> bool:
    """Linux's own call; False where the C library or the file system does not have it."""
    import ctypes

    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_HERE, os.fsencode(source), _HERE, os.fsencode(target), _NO_REPLACE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNABLE:
        return False
    raise OSError(code, os.strerror(code), source, None, target)


def _sync(source: str, target: str) -> None:
    folders = {os.path.dirname(path) or "." for path in (source, target)}
    for folder in folders:
        sync_folder(folder)
