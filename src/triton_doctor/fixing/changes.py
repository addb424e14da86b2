"""What one fix changes, as it is kept in the journal: enough to take it back, and no secret.

Hashes are SHA-256 in hex. Paths are absolute. States of a path are told by its hash: whoever is
stopped in the middle of a change leaves either the old or the new one, whole.
"""

from __future__ import annotations

from triton_doctor.record import Record


class FileChange(Record, frozen=True, tag="file"):
    """A file's bytes. before None: it was not there; backup: name of its old bytes in the entry.

    path: the file itself, with links resolved; named: the link that leads to it, where there is
    one. mode: its permission bits before; secret: for its owner alone. temp, back: where the new
    and the old bytes are put together before they take its place.
    """

    path: str
    before: str | None
    after: str
    backup: str | None
    mode: int | None
    temp: str
    back: str
    named: str = ""
    secret: bool = False


class Moved(Record, frozen=True, tag="moved"):
    """Another name for a file or folder."""

    source: str
    target: str


class MadeFolder(Record, frozen=True, tag="folder"):
    """Folders that were missing, outermost first. mode: of each, or None for the usual one."""

    paths: tuple[str, ...]
    mode: int | None = None


class OldMode(Record, frozen=True):
    """Permission bits of one path, before and after."""

    path: str
    before: int
    after: int


class Modes(Record, frozen=True, tag="modes"):
    """Permission bits of a path and of what is below it; only those that change."""

    path: str
    items: tuple[OldMode, ...]


class Ran(Record, frozen=True, tag="ran"):
    """A command. back: what takes it back, if anything does; kept: name of what it kept first."""

    argv: tuple[str, ...]
    root: bool = False
    back: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    kept: str | None = None


Change = FileChange | Moved | MadeFolder | Modes | Ran


def touched(change: Change) -> tuple[str, ...]:
    """The paths that a change is about."""
    if isinstance(change, FileChange):
        return (change.path,)
    if isinstance(change, Moved):
        return (change.source, change.target)
    if isinstance(change, MadeFolder):
        return change.paths
    return tuple(item.path for item in change.items) if isinstance(change, Modes) else ()
