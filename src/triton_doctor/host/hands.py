"""The only code that changes the machine at a person's wish. Errors are OSError, as Python's."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Literal, Protocol

from triton_doctor.host import writing
from triton_doctor.record import Record

Kind = Literal["file", "folder", "link", "other"]
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ |= getattr(os, "O_NONBLOCK", 0)  # a pipe in the file's place must not hold us up
_PIECE = 1 << 20


class Done(Record, frozen=True):
    """A command that has ended. tail: the last of what it said, as it came."""

    code: int
    tail: str = ""


class Hands(Protocol):
    """What may be done to the machine; paths are absolute."""

    def kind(self, path: str) -> Kind | None: ...
    def digest(self, path: str) -> str | None: ...
    def mode(self, path: str) -> int: ...
    def names(self, folder: str) -> list[str]: ...
    def write_beside(self, temp: str, data: bytes, like: str | None, mode: int | None) -> None: ...
    def put(self, temp: str, path: str, new: bool) -> None: ...
    def move(self, source: str, target: str) -> None: ...
    def make_folder(self, path: str, mode: int | None) -> None: ...
    def set_mode(self, path: str, mode: int) -> None: ...
    def remove_file(self, path: str) -> None: ...
    def remove_folder(self, path: str) -> None: ...
    def run(self, argv: Sequence[str], root: bool) -> Done: ...
    def keep(
        self, argv: Sequence[str], root: bool, path: str, clean: Callable[[str], str]
    ) -> Done: ...


class LocalHands:
    """This machine. interactive: a person is there to be asked by sudo and to see progress."""

    def __init__(self, interactive: bool | None = None) -> None:
        self.interactive = _terminal() if interactive is None else interactive

    def kind(self, path: str) -> Kind | None:
        """What has that name, with no link followed; None for nothing."""
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(mode):
            return "link"
        return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"

    def digest(self, path: str) -> str | None:
        """SHA-256 of a plain file; None: not there. OSError (ELOOP) for a link in its place."""
        try:
            descriptor = os.open(path, _READ)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise IsADirectoryError(errno.EISDIR, "Not a plain file", path)
            seen = hashlib.sha256()
            while piece := os.read(descriptor, _PIECE):
                seen.update(piece)
            return seen.hexdigest()
        finally:
            os.close(descriptor)

    def mode(self, path: str) -> int:
        return stat.S_IMODE(os.lstat(path).st_mode)

    def names(self, folder: str) -> list[str]:
        return sorted(os.listdir(folder))  # names are enough

    def write_beside(self, temp: str, data: bytes, like: str | None, mode: int | None) -> None:
        """A new file, whole and on the disk; owner, bits and further attributes as of `like`.

        Without `like` a new file is of the usual mode, and root gives it to the folder's owner.
        """
        descriptor = writing.create(temp)
        try:
            if like is not None:
                _liken(descriptor, like, mode)
            else:
                _usual(descriptor, temp, mode)
            writing.fill(descriptor, data)
        except BaseException:
            with suppress(OSError):
                os.unlink(temp)
            raise
        finally:
            os.close(descriptor)

    def put(self, temp: str, path: str, new: bool) -> None:
        """The file made beside takes the place of `path`; new: only where nothing has that name."""
        (writing.rename_new if new else writing.rename)(temp, path)

    def move(self, source: str, target: str) -> None:
        writing.rename_new(source, target)

    def make_folder(self, path: str, mode: int | None) -> None:
        os.mkdir(path, 0o777 if mode is None else mode)
        _give_to_owner(path)
        writing.sync_folder(os.path.dirname(path))

    def set_mode(self, path: str, mode: int) -> None:
        if stat.S_ISLNK(os.lstat(path).st_mode):
            raise OSError(errno.ELOOP, "A link", path)
        os.chmod(path, mode)

    def remove_file(self, path: str) -> None:
        os.unlink(path)
        writing.sync_folder(os.path.dirname(path))

    def remove_folder(self, path: str) -> None:
        """OSError where it is not empty."""
        os.rmdir(path)
        writing.sync_folder(os.path.dirname(path))

    def run(self, argv: Sequence[str], root: bool) -> Done:
        """Runs a program; what it says goes to stderr. FileNotFoundError: there is none such."""
        from triton_doctor.host.running import run

        return run(self._line(argv, root), self.interactive)

    def keep(self, argv: Sequence[str], root: bool, path: str, clean: Callable[[str], str]) -> Done:
        """Runs a program and keeps what it says, line by line cleaned, in a new file."""
        from triton_doctor.host.running import keep

        return keep(self._line(argv, root), self.interactive, path, clean)

    def _line(self, argv: Sequence[str], root: bool) -> list[str]:
        if not root or not hasattr(os, "geteuid") or os.geteuid() == 0:
            return list(argv)
        return [*(["sudo"] if self.interactive else ["sudo", "-n"]), "--", *argv]


def _terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _liken(descriptor: int, like: str, mode: int | None) -> None:
    seen = os.stat(like, follow_symlinks=False)
    if sys.platform != "win32":
        ours = os.fstat(descriptor)
        if (ours.st_uid, ours.st_gid) != (seen.st_uid, seen.st_gid):
            os.fchown(descriptor, seen.st_uid, seen.st_gid)
        _attributes(descriptor, like)
        os.fchmod(descriptor, stat.S_IMODE(seen.st_mode) if mode is None else mode)


def _attributes(descriptor: int, like: str) -> None:
    """Extended attributes, access lists among them. Those of security modules come by rule."""
    if sys.platform != "linux":
        return
    try:
        names = os.listxattr(like, follow_symlinks=False)
    except OSError:
        return  # a file system that has none
    for name in names:
        must = name.startswith(("user.", "system."))
        with suppress(*([] if must else [OSError])):
            os.setxattr(descriptor, name, os.getxattr(like, name, follow_symlinks=False))


def _usual(descriptor: int, temp: str, mode: int | None) -> None:
    if sys.platform == "win32":
        return
    if mode is None:
        mask = os.umask(0o077)
        os.umask(mask)
        mode = 0o666 & ~mask
    os.fchmod(descriptor, mode)
    _give_to_owner(temp)


def _give_to_owner(path: str) -> None:
    """What root makes in a person's folder is that person's."""
    if sys.platform != "win32" and os.geteuid() == 0:
        folder = os.stat(os.path.dirname(path))
        os.chown(path, folder.st_uid, folder.st_gid, follow_symlinks=False)
