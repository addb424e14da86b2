"""Taking back what an entry of the journal says was done: all is checked first, then done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from shlex import join

from triton_doctor.fixing.acts import across, run
from triton_doctor.fixing.changes import (
    Change,
    FileChange,
    MadeFolder,
    Modes,
    Moved,
    Ran,
    touched,
)
from triton_doctor.fixing.journal import Entry, Journal, State
from triton_doctor.fixing.places import below, inside
from triton_doctor.fixing.trouble import FixTrouble, from_os, trouble
from triton_doctor.host.hands import Hands

Todo = Sequence[tuple[int, Change]]


class TakeBack:
    """runs: commands may be run, too."""

    def __init__(
        self, hands: Hands, journal: Journal, tell: Callable[[str], None], *, runs: bool = True
    ) -> None:
        self.hands, self.journal, self.tell, self.runs = hands, journal, tell, runs

    def allowed(self, entry: Entry) -> None:
        """FixTrouble `not-undoable` for what was undone, came to nothing, or has a follower."""
        if entry.state in ("undone", "failed"):
            case = "undone" if entry.state == "undone" else "came-to-nothing"
            raise trouble(case, title=entry.title)
        ran = [one for one in entry.changes if isinstance(one, Ran)]
        if ran and len(ran) == len(entry.changes) and not any(one.back for one in ran):
            line = "; ".join(join(one.argv) for one in ran)
            raise trouble("final", title=entry.title, command=line)
        for later in self.journal.entries():
            if later.id == entry.id:
                return
            path = _common(later, entry)
            if path and later.state in ("applied", "begun"):
                raise trouble("later", path, id=later.id)

    def checked(self, entry: Entry, refused: bool = False) -> Todo:
        """What has to be taken back, last act first. FixTrouble names what stands against it.

        refused: the last act failed and left nothing.
        """
        todo: list[tuple[int, Change]] = []
        moved: list[Moved] = []
        for at in reversed(range(entry.done - 1 if refused else entry.done)):
            change = entry.changes[at]
            if isinstance(change, FileChange):
                wanted = self._file(entry, change, _now(change.path, moved))
            elif isinstance(change, Moved):
                wanted = self._moved(change, moved)
                moved += [change] if wanted else []
            elif isinstance(change, MadeFolder):
                wanted = self._folder(entry, change, moved)
            elif isinstance(change, Modes):
                wanted = self._modes(change, moved)
            else:
                wanted = self.runs and bool(change.back)
            todo += [(at, change)] if wanted else []
        return todo

    def take(self, entry: Entry, todo: Todo, state: State) -> Entry:
        """Do it. Whoever is stopped on the way can take it up again."""
        last, half = entry.at, entry.state == "begun"
        for at, change in todo:
            if state != "begun":
                entry = self.journal.mark(entry, "begun", at + 1)
            try:
                self._take(entry, change)
            except OSError as error:
                raise from_os(error, (*touched(change), "")[0]) from None
            except FixTrouble:
                if not (isinstance(change, Ran) and half and at + 1 == last):
                    raise  # else it may never have been run, and there is nothing to take back
        return self.journal.mark(entry, state, entry.at)

    def _take(self, entry: Entry, change: Change) -> None:
        if isinstance(change, FileChange):
            self._put_back(entry, change)
        elif isinstance(change, Moved):
            try:
                self.hands.move(change.target, change.source)
            except OSError as error:
                raise across(error, change.target, change.source) from None
        elif isinstance(change, MadeFolder):
            for path in reversed(change.paths):
                if self.hands.kind(path) == "folder":
                    self.hands.remove_folder(path)
        elif isinstance(change, Modes):
            for item in change.items:
                if self.hands.kind(item.path) is not None:
                    self.hands.set_mode(item.path, item.before)
        else:
            run(self.hands, self.tell, change.back, change.root)

    def _put_back(self, entry: Entry, change: FileChange) -> None:
        if change.backup is not None:
            old = self.journal.backup(entry, change.backup)
            self.hands.write_beside(change.back, old, change.path, change.mode)
        if self._digest(change.path) != change.after:
            with suppress(OSError):
                self.hands.remove_file(change.back)
            raise self._changed(entry, change, change.path)
        if change.backup is None:
            self.hands.remove_file(change.path)
        else:
            self.hands.put(change.back, change.path, False)

    def _file(self, entry: Entry, change: FileChange, path: str) -> bool:
        now = self._digest(path)
        if now == change.after:
            if change.backup is not None:
                old = self.journal.backup(entry, change.backup)
                if sha256(old).hexdigest() != change.before:
                    raise trouble("journal-lost", self.journal.path(entry.id, change.backup))
            return True
        if now == change.before:
            return False
        if now is None:
            raise trouble("gone-since", path)
        raise self._changed(entry, change, path)

    def _changed(self, entry: Entry, change: FileChange, path: str) -> FixTrouble:
        if change.backup is None:
            return trouble("new-changed-since", path)
        return trouble("changed-since", path, backup=self.journal.path(entry.id, change.backup))

    def _digest(self, path: str) -> str | None:
        """Of a plain file; a link or folder in its place counts as another text."""
        try:
            return self.hands.digest(path)
        except PermissionError as error:
            raise from_os(error, path) from None
        except OSError:
            return ""

    def _moved(self, change: Moved, moved: Sequence[Moved]) -> bool:
        target = _now(change.target, moved)
        there, back = self.hands.kind(target), self.hands.kind(_now(change.source, moved))
        if there is not None and back is not None and target.lower() != change.source.lower():
            raise trouble("there-since", change.source)
        if there is None and back is None:
            raise trouble("gone-since", target)
        return there is not None

    def _folder(self, entry: Entry, change: MadeFolder, moved: Sequence[Moved]) -> bool:
        """Whether it is there; FixTrouble where it holds what the fix did not put there."""
        own = {path for one in entry.changes for path in touched(one)}
        seen = False
        for path in change.paths:
            here = _now(path, moved)
            if self.hands.kind(here) != "folder":
                continue
            seen = True
            for name in self.hands.names(here):
                if below(path, name) not in own:
                    raise trouble("not-empty", here, name=name)
        return seen

    def _modes(self, change: Modes, moved: Sequence[Moved]) -> bool:
        for item in change.items:
            path = _now(item.path, moved)
            if self.hands.kind(path) is None:
                continue
            if self.hands.mode(path) not in (item.before, item.after):
                raise trouble("mode-since", path)
        return bool(change.items)


def sweep(hands: Hands, entry: Entry) -> None:
    """Take away files half made by a doctor that was killed."""
    for change in entry.changes:
        if isinstance(change, FileChange):
            for path in (change.temp, change.back):
                with suppress(OSError):
                    if hands.kind(path) == "file":
                        hands.remove_file(path)


def _now(path: str, moved: Sequence[Moved]) -> str:
    """Where a path is, after the moves that were done later; these come last one first."""
    for one in reversed(moved):
        if inside(path, one.source):
            path = one.target + path[len(one.source) :]
    return path


def _common(later: Entry, entry: Entry) -> str:
    """A path that both are about, or the folder of one of them."""
    ours = [path for change in entry.changes for path in touched(change)]
    theirs = [path for change in later.changes for path in touched(change)]
    return next((one for one in theirs for two in ours if inside(one, two) or inside(two, one)), "")
