"""The acts of a fix, one by one, on the real machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from shlex import join

from triton_doctor.fixing.changes import Change, FileChange, MadeFolder, Modes, Moved, Ran
from triton_doctor.fixing.journal import Entry, Journal
from triton_doctor.fixing.places import inside
from triton_doctor.fixing.prepare import Content
from triton_doctor.fixing.trouble import FixTrouble, from_os, trouble
from triton_doctor.host.hands import Done, Hands
from triton_doctor.redact import clean

_NO_PASSWORD = re.compile(r"^sudo: .*(password|terminal) is required", re.MULTILINE)
_LINES = 6  # of what a failed command said at its end


class Acts:
    """contents: the bytes of each file. refused: the last act failed and left nothing."""

    def __init__(
        self,
        hands: Hands,
        journal: Journal,
        tell: Callable[[str], None],
        contents: Mapping[str, Content],
    ) -> None:
        self.hands, self.journal, self.tell, self.contents = hands, journal, tell, contents
        self.refused = False

    def check(self, changes: Iterable[Change]) -> None:
        """That all is as it was prepared. FixTrouble names what is not."""
        moved: dict[str, str] = {}
        for change in changes:
            if isinstance(change, FileChange):
                self._same(change, _origin(change.path, moved))
            elif isinstance(change, Moved):
                source = _origin(change.source, moved)
                self._movable(source, change)
                moved[change.target] = source
            elif isinstance(change, MadeFolder):
                if self.hands.kind(change.paths[0]) is not None:
                    raise trouble("there", change.paths[0])
            elif isinstance(change, Modes):
                self._modes(change)

    def keep(self, entry: Entry) -> None:
        """Keep what the commands will do away with. FixTrouble: it could not be kept."""
        for change in entry.changes:
            if isinstance(change, Ran) and change.kept:
                path = self.journal.path(entry.id, change.kept)
                line = join(change.keeps)
                self.tell(line)
                try:
                    done = self.hands.keep(change.keeps, change.root, path, _kept)
                except OSError as error:
                    tail = f" ({error.strerror or error})"
                    raise trouble("kept", command=line, tail=tail) from None
                if done.code:
                    raise trouble("kept", command=line, tail=_tail(done))

    def do(self, change: Change) -> None:
        """One act. FixTrouble or OSError where it failed."""
        self.refused = isinstance(change, FileChange | Moved | Ran)  # all or nothing
        if isinstance(change, FileChange):
            self._file(change)
        elif isinstance(change, Moved):
            self._move(change)
        elif isinstance(change, MadeFolder):
            for path in change.paths:
                _told(path, partial(self.hands.make_folder, path, change.mode))
        elif isinstance(change, Modes):
            for item in change.items:
                if self.hands.mode(item.path) != item.before:
                    raise trouble("changed", item.path)
                self.hands.set_mode(item.path, item.after)
        else:
            run(self.hands, self.tell, change.argv, change.root)
        self.refused = False

    def _file(self, change: FileChange) -> None:
        like = None if change.before is None else change.path
        mode = 0o600 if change.secret else None
        try:
            self.hands.write_beside(change.temp, self.contents[change.path].new, like, mode)
        except OSError as error:
            raise from_os(error, change.path) from None
        try:
            self._same(change, change.path)
            self.hands.put(change.temp, change.path, like is None)
        except (OSError, FixTrouble) as error:
            with suppress(OSError):
                self.hands.remove_file(change.temp)
            raise from_os(error, change.path) if isinstance(error, OSError) else error from None

    def _move(self, change: Moved) -> None:
        try:
            self.hands.move(change.source, change.target)
        except OSError as error:
            raise across(error, change.source, change.target) from None

    def _same(self, change: FileChange, path: str) -> None:
        """The file is what was prepared."""
        try:
            now = self.hands.digest(path)
        except OSError as error:
            raise from_os(error, path) from None
        if now == change.before:
            return
        raise trouble(
            "there" if change.before is None else "gone" if now is None else "changed", path
        )

    def _movable(self, source: str, change: Moved) -> None:
        if self.hands.kind(source) is None:
            raise trouble("gone", source)
        same = source.lower() == change.target.lower()  # left to the file system
        if self.hands.kind(change.target) is not None and not same:
            raise trouble("there", change.target)

    def _modes(self, change: Modes) -> None:
        for item in change.items:
            if self.hands.kind(item.path) is None:
                raise trouble("gone", item.path)
            if self.hands.mode(item.path) != item.before:
                raise trouble("changed", item.path)


def run(hands: Hands, tell: Callable[[str], None], argv: tuple[str, ...], root: bool) -> None:
    """Run a command that is told before. FixTrouble with what it said last."""
    line = ("sudo " if root else "") + join(argv)
    tell(line)
    try:
        done = hands.run(argv, root)
    except OSError as error:
        raise trouble("no-program", command=line, error=error.strerror or error) from None
    if done.code and root and _NO_PASSWORD.search(done.tail):
        raise trouble("sudo", command=line)
    if done.code:
        raise trouble("command", command=line, code=done.code, tail=_tail(done))


def across(error: OSError, source: str, target: str) -> FixTrouble:
    """What the system said about a move."""
    import errno

    if error.errno == errno.EXDEV:
        return trouble("across", source, target=target, command=join(("mv", source, target)))
    taken = error.errno in (errno.EEXIST, errno.ENOTEMPTY)
    return from_os(error, target if taken else source)


def _told(path: str, act: Callable[[], None]) -> None:
    try:
        act()
    except OSError as error:
        raise from_os(error, path) from None


def _origin(path: str, moved: Mapping[str, str]) -> str:
    """Where that is before the moves which will be at `path` after them."""
    for target, source in moved.items():
        if inside(path, target):
            return source + path[len(target) :]
    return path


def _kept(line: str) -> str:
    return clean(line.replace("\r\n", "\n"))


def _tail(done: Done) -> str:
    lines = [line for line in clean(done.tail.replace("\r", "\n")).splitlines() if line.strip()]
    return "".join(f"\n    {line}" for line in lines[-_LINES:])
