"""Carrying out a fix act by act, and taking it back.

The journal is written before anything is touched. Each file is compared with what was prepared
right before it is replaced. What fails half way is taken back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from triton_doctor.fixing.acts import Acts
from triton_doctor.fixing.changes import FileChange, Ran
from triton_doctor.fixing.journal import Entry, Journal
from triton_doctor.fixing.prepare import Prepared
from triton_doctor.fixing.takeback import TakeBack, sweep
from triton_doctor.fixing.trouble import FixTrouble, from_os, joined, trouble, with_final
from triton_doctor.host.hands import Hands

Tell = Callable[[str], None]


class Carrier:
    """Does fixes and undoes them. tell: is given each command line before it is run."""

    def __init__(self, hands: Hands, journal: Journal, tell: Tell) -> None:
        self.hands, self.journal, self.tell = hands, journal, tell

    def sweep(self) -> None:
        """Take away what a doctor that was killed has left beside files; at once, or not at all."""
        if os.path.isdir(self.journal.folder):  # no journal is made by looking
            with suppress(FixTrouble), self.journal.lock(0):
                self._sweep()

    def apply(self, prepared: Prepared, problem: str, where: str | None = None) -> Entry:
        """Carry out a fix. FixTrouble: it was not done, and what was begun is taken back.

        KeyboardInterrupt (or SystemExit) goes on after the files were put back; no command is run.
        """
        if prepared.asks:
            raise trouble("unanswered", prepared.asks[0])
        with self.journal.lock():
            self._sweep()
            acts = Acts(self.hands, self.journal, self.tell, prepared.contents)
            acts.check(prepared.changes)
            entry = self._begin(prepared, problem, where)
            with self._settled(entry, acts):
                acts.keep(entry)
                for count, change in enumerate(prepared.changes, 1):
                    entry = self.journal.mark(entry, "begun", count)
                    acts.do(change)
                return self.journal.mark(entry, "applied")

    def undo(self, entry: Entry) -> Entry:
        """Take back a fix: all of it, or, with FixTrouble, nothing."""
        with self.journal.lock():
            self._sweep()
            entry = self.journal.find(entry.id) or entry
            back = TakeBack(self.hands, self.journal, self.tell)
            back.allowed(entry)
            return back.take(entry, back.checked(entry), "undone")

    def _begin(self, prepared: Prepared, problem: str, where: str | None) -> Entry:
        backups = {
            one.backup: prepared.contents[one.path].old or b""
            for one in prepared.changes
            if isinstance(one, FileChange) and one.backup
        }
        return self.journal.begin(
            time=time.time(),
            problem=problem,
            where=where,
            title=prepared.fix.title,
            cwd=os.getcwd(),
            changes=prepared.changes,
            backups=backups,
        )

    @contextmanager
    def _settled(self, entry: Entry, acts: Acts) -> Iterator[None]:
        """Whatever goes wrong in the block, the files are put back as they were."""
        try:
            yield
        except FixTrouble as error:
            raise self._after(entry, acts, error) from None
        except OSError as error:
            found = from_os(error, str(error.filename or self.journal.folder))
            raise self._after(entry, acts, found) from None
        except BaseException:
            with suppress(FixTrouble, OSError):
                self._interrupted(entry)
            raise

    def _after(self, entry: Entry, acts: Acts, error: FixTrouble) -> FixTrouble:
        """The trouble to tell, once all has been taken back that can be."""
        entry = self.journal.find(entry.id) or entry
        back = TakeBack(self.hands, self.journal, self.tell)
        try:
            back.take(entry, back.checked(entry, acts.refused), "failed")
        except FixTrouble as second:
            return joined(error, second, f"triton-doctor undo {entry.id}")
        done = entry.changes[: entry.at - 1 if acts.refused else entry.at]
        stays = [one.argv for one in done if isinstance(one, Ran) and not one.back]
        return with_final(error, stays)

    def _interrupted(self, entry: Entry) -> None:
        """Put the files back without running anything; what only a command takes back can wait."""
        entry = self.journal.find(entry.id) or entry
        back = TakeBack(self.hands, self.journal, self.tell, runs=False)
        ran = any(isinstance(one, Ran) and one.back for one in entry.changes[: entry.at])
        back.take(entry, back.checked(entry), "begun" if ran else "failed")

    def _sweep(self) -> None:
        """Called with the lock held, so whatever was begun belongs to one who was killed."""
        self.journal.sweep()
        for entry in self.journal.entries():
            if entry.state in ("begun", "failed"):
                sweep(self.hands, entry)
