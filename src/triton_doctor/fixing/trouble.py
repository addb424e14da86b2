"""Why a fix was not carried out, or not taken back, in a sentence for the person."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from shlex import join
from typing import Literal

Kind = Literal[
    "changed",  # the file is not what the fix was made for
    "there",  # something stands where the fix would put something
    "gone",  # file or folder is not there any more
    "denied",  # this user may not
    "owner",  # the file is another user's, and its replacement could not be his
    "link",  # a link that leads out of the deployment, or to nothing
    "hard-link",  # the file has a second name, which would keep the old text
    "full",
    "read-only",
    "failed",  # a command failed, or the system said something else
    "journal",  # what is about to be done cannot be written down
    "busy",  # another doctor is at work
    "not-undoable",
    "overridden",  # a variable says something else than the file would
]

_SAYS: dict[str, tuple[Kind, str]] = {
    "changed": (
        "changed",
        (
            "{path} is not what it was when the doctor looked, so it was left alone. Run the "
            "doctor again to see it as it is now."
        ),
    ),
    "changed-since": (
        "changed",
        (
            "{path} was changed after the fix, so nothing was taken back. What it held before is "
            "kept in {backup}."
        ),
    ),
    "new-changed-since": (
        "changed",
        "{path} was changed after the fix made it, so nothing was taken back.",
    ),
    "mode-since": (
        "changed",
        "The permissions of {path} were changed after the fix, so nothing was taken back.",
    ),
    "there": ("there", "{path} is there already, so nothing was written over it."),
    "there-since": (
        "there",
        "{path} is in the way, so nothing was taken back. Move it elsewhere, then undo again.",
    ),
    "not-empty": (
        "there",
        (
            "The folder {path} holds {name} now, so nothing was taken back. Move that elsewhere, "
            "then undo again."
        ),
    ),
    "gone": ("gone", "{path} is not there any more. Run the doctor again to see what is."),
    "gone-since": ("gone", "{path} is not there any more, so nothing was taken back."),
    "denied": (
        "denied",
        (
            "This user may not change {path} ({error}). Run the doctor again with sudo in front, "
            "or ask the owner."
        ),
    ),
    "owner": (
        "owner",
        (
            "{path} belongs to another user ({owner}), and only root can change it and leave it "
            "his. Run the doctor again with sudo in front: sudo triton-doctor --fix"
        ),
    ),
    "link": (
        "link",
        (
            "{path} is a link that leads out of the deployment, to {target}. Others may use that "
            "file too, so the doctor leaves it to you."
        ),
    ),
    "dangling": ("link", "{path} is a link to {target}, which is not there."),
    "hard-link": (
        "hard-link",
        (
            "{path} is one of {count} names of the same file (hard links). A changed copy would "
            "leave the others behind, so the doctor leaves it to you."
        ),
    ),
    "not-a-file": ("failed", "{path} is not a plain file, so it was left alone."),
    "not-a-folder": ("there", "{path} is there, and is not a folder."),
    "full": (
        "full",
        "The disk is full: {path} could not be written. Make room, then run it again.",
    ),
    "read-only": (
        "read-only",
        (
            "{path} is on a file system that is mounted read-only. Mount it for writing, or "
            "repair the file where it comes from."
        ),
    ),
    "across": (
        "failed",
        (
            "{path} and {target} are on different disks, where a move can stop half way. Move it "
            "by hand:\n\n    {command}"
        ),
    ),
    "failed": ("failed", "{path} could not be changed: {error}."),
    "command": ("failed", "{command} failed with exit code {code}.{tail}"),
    "sudo": (
        "denied",
        (
            "{command} needs a password, and nobody is here to be asked for it. Run the doctor in "
            "a terminal, or run that command yourself."
        ),
    ),
    "no-program": ("failed", "{command} could not be run: {error}."),
    "kept": (
        "failed",
        (
            "What {command} shows could not be kept, and it would be lost; so nothing was "
            "done.{tail}"
        ),
    ),
    "toml": ("failed", "{path} could not be given the key {key}: {error}."),
    "unanswered": ("failed", "Nothing was given to be written to {path}."),
    "overridden": (
        "overridden",
        "{variable} is set in the environment and wins over {path}. Change or unset it there.",
    ),
    "journal": (
        "journal",
        (
            "The journal in {path} cannot be written ({error}), and nothing is changed that could "
            "not be undone."
        ),
    ),
    "journal-lost": ("journal", "The journal lacks {path}, so nothing was taken back."),
    "busy": (
        "busy",
        (
            "Another triton-doctor is changing things right now. Wait until it is done, then run "
            "it again."
        ),
    ),
    "undone": ("not-undoable", "{title} was undone already."),
    "came-to-nothing": ("not-undoable", "{title} did not go through; nothing of it is left."),
    "final": ("not-undoable", "{title} cannot be undone by the doctor: it only ran {command}."),
    "later": (
        "not-undoable",
        "A later fix changed {path} too. Undo that one first:\n\n    triton-doctor undo {id}",
    ),
}


class FixTrouble(Exception):
    """A fix that was not done, or not taken back. text: what to tell; path: what it is about."""

    def __init__(self, kind: Kind, text: str, path: str = "") -> None:
        super().__init__(text)
        self.kind, self.text, self.path = kind, text, path


def trouble(case: str, path: str = "", **values: object) -> FixTrouble:
    """The trouble of a case named above, with its values put in."""
    kind, text = _SAYS[case]
    return FixTrouble(kind, text.format(path=path, **values), path)


_BY_ERRNO = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ENOENT: "gone",
    errno.ENOTDIR: "gone",
    errno.EEXIST: "there",
    errno.ELOOP: "changed",
    errno.EISDIR: "not-a-file",
}


def from_os(error: OSError, path: str) -> FixTrouble:
    """What the system said about a path, as a trouble."""
    case = _BY_ERRNO.get(error.errno or 0, "failed")
    return trouble(case, path, error=error.strerror or type(error).__name__)


def journal_trouble(error: OSError, folder: str) -> FixTrouble:
    """The journal could not be written."""
    return trouble("journal", folder, error=error.strerror or type(error).__name__)


def joined(first: FixTrouble, second: FixTrouble, later: str) -> FixTrouble:
    """A fix failed, and taking it back did too; later: the command that tries it again."""
    text = f"{first.text}\n\nWhat was begun could not be taken back: {second.text} Then:"
    return FixTrouble(first.kind, f"{text}\n\n    {later}", first.path)


def with_final(error: FixTrouble, argvs: Sequence[Sequence[str]]) -> FixTrouble:
    """The same, naming the commands that were run before and stay done."""
    if not argvs:
        return error
    lines = "\n".join(f"    {join(argv)}" for argv in argvs)
    text = f"{error.text}\n\nThis was done before it and stays:\n\n{lines}"
    return FixTrouble(error.kind, text, error.path)
