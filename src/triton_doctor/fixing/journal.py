"""What was changed and how it was before: written first, so that whatever happens can be undone.

Each entry is a folder: `entry.json`, which is written once and never again, the old bytes of the
files (`N.before`), outputs of commands (`kept-N.txt`), and an empty file whose name tells how far
it came: `begun.N` (N acts were begun, and the last of them may be half done), `applied`, `undone`
or `failed`. A step is a renaming of that file, which needs no room on the disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Literal

import msgspec

from triton_doctor.fixing.changes import Change, Ran
from triton_doctor.fixing.trouble import journal_trouble, trouble
from triton_doctor.host import writing
from triton_doctor.host.protocol import Host
from triton_doctor.record import Record, replace

State = Literal["begun", "applied", "undone", "failed"]
STATES: tuple[State, ...] = ("begun", "applied", "undone", "failed")
WAIT = 5.0  # s that one doctor waits for another
_HALF = ".new-"


class Entry(Record, frozen=True):
    """One fix that was carried out, or begun. time: seconds since the epoch.

    at: in the state begun, how many acts were; the last of these may be half done.
    """

    id: str
    time: float
    problem: str
    where: str | None
    title: str
    cwd: str
    state: State
    changes: tuple[Change, ...]
    at: int = 0

    @property
    def done(self) -> int:
        """How many acts may have been done."""
        return self.at if self.state == "begun" else len(self.changes)


def journal_folder(host: Host) -> str:
    """Where this user's journal is, by the customs of the system."""
    if host.system() == "Windows":
        base = host.env("LOCALAPPDATA") or f"{host.home()}\\AppData\\Local"
        return f"{base}\\triton-doctor\\journal"
    state = host.env("XDG_STATE_HOME") or ""
    base = state if state.startswith("/") else f"{host.home().rstrip('/')}/.local/state"
    return f"{base}/triton-doctor/journal"


class Journal:
    """The journal in a folder, which is made when there is something to write."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @contextmanager
    def lock(self, wait: float = WAIT) -> Iterator[None]:
        """One doctor at a time. FixTrouble `busy` after `wait` seconds."""
        from filelock import FileLock, Timeout

        try:
            os.makedirs(self.folder, 0o700, exist_ok=True)
            os.chmod(self.folder, 0o700)
            held = FileLock(self.path("lock"), timeout=wait, mode=0o600)
            held.acquire()
        except Timeout:
            raise trouble("busy") from None
        except OSError as error:
            raise journal_trouble(error, self.folder) from None
        try:
            yield
        finally:
            held.release()

    def path(self, *names: str) -> str:
        return os.path.join(self.folder, *names)

    def kept(self, entry: Entry) -> list[str]:
        """Where the outputs lie that were kept before a command did away with their source."""
        names = [one.kept for one in entry.changes if isinstance(one, Ran) and one.kept]
        return [path for name in names if os.path.isfile(path := self.path(entry.id, name))]

    def entries(self) -> list[Entry]:
        """All that can be read, newest first."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return []
        found = (self._read(name) for name in sorted(names, reverse=True) if name[:1].isdigit())
        return [one for one in found if one is not None]

    def find(self, wanted: str) -> Entry | None:
        """The entry of an id, or of the one id that begins so."""
        near = [one for one in self.entries() if one.id.startswith(wanted)]
        whole = [one for one in near if one.id == wanted]
        return (whole or near)[0] if whole or len(near) == 1 else None

    def begin(
        self,
        *,
        time: float,
        problem: str,
        where: str | None,
        title: str,
        cwd: str,
        changes: tuple[Change, ...],
        backups: Mapping[str, bytes],
    ) -> Entry:
        """Write down what is about to be done. FixTrouble `journal`: nothing may be done."""
        entry = Entry(_id(time), time, problem, where, title, cwd, "begun", changes)
        half = self.path(_HALF + entry.id)
        try:
            os.mkdir(half, 0o700)
            files = {**backups, "entry.json": msgspec.json.encode(entry), "begun.0": b""}
            for name, data in files.items():
                writing.write_new(os.path.join(half, name), data)
            writing.sync_folder(half)
            writing.rename_new(half, self.path(entry.id))
        except OSError as error:
            shutil.rmtree(half, ignore_errors=True)
            raise journal_trouble(error, self.folder) from None
        return entry

    def mark(self, entry: Entry, state: State, at: int = 0) -> Entry:
        """How far it came. FixTrouble `journal`."""
        new = replace(entry, state=state, at=at)
        if _mark(new) != _mark(entry):
            try:
                writing.rename(self.path(entry.id, _mark(entry)), self.path(entry.id, _mark(new)))
            except OSError as error:
                raise journal_trouble(error, self.folder) from None
        return new

    def backup(self, entry: Entry, name: str) -> bytes:
        """The old bytes of a file. FixTrouble `journal` where they are lost."""
        path = self.path(entry.id, name)
        try:
            with open(path, "rb") as stream:
                return stream.read()
        except OSError:
            raise trouble("journal-lost", path) from None

    def sweep(self) -> None:
        """Take away entries that were not written to their end: nothing was done for them yet."""
        with suppress(OSError):
            for name in os.listdir(self.folder):
                if name.startswith(_HALF):
                    shutil.rmtree(self.path(name), ignore_errors=True)

    def _read(self, name: str) -> Entry | None:
        try:
            with open(self.path(name, "entry.json"), "rb") as stream:
                entry = msgspec.json.decode(stream.read(), type=Entry)
            marks = os.listdir(self.path(name))
        except (OSError, msgspec.MsgspecError):
            return None  # of another version, or of another user
        for mark in marks:
            word, _, at = mark.partition(".")
            state = next((one for one in STATES if one == word), None)
            if state is not None and (at.isdigit() or not at):
                return replace(entry, state=state, at=int(at or 0))
        return None


def _mark(entry: Entry) -> str:
    return f"begun.{entry.at}" if entry.state == "begun" else entry.state


def _id(time: float) -> str:
    """Sorts by time, is easily typed, and is no other's."""
    from datetime import datetime, timezone
    from secrets import token_hex

    moment = datetime.fromtimestamp(time, timezone.utc)
    return f"{moment:%Y%m%d-%H%M%S}-{int(moment.microsecond / 1000):03d}{token_hex(1)}"
