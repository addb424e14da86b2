"""The model repository as this machine has it, to compare with what a container sees of it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator

from triton_doctor.host.protocol import FileStat
from triton_doctor.probes.base import Asking
from triton_doctor.record import Record

NAMES = 1000  # names kept of a folder; beyond that they are only counted
SAMPLE_BYTES = 64 << 10
TRIES = 30  # entries looked at for a small file

_TROUBLES: list[tuple[type[OSError], str]] = [
    (FileNotFoundError, "missing"),
    (NotADirectoryError, "file-above"),
    (PermissionError, "denied"),
]


class OutsideView(Record, frozen=True):
    """given: the path as the user wrote it; path: made absolute. kind: folder, file or other, empty
    with a trouble: missing, file-above, denied or unreadable (`error` says more).

    names: of the folder's entries, sorted, NFC, at most NAMES of `count`. sample: a small file in
    it, relative, empty if there is none; digest: of its first bytes. private: the folder or the
    sample is not for all users to read; mode, uid, gid: of what is private, else of the folder.
    """

    given: str
    path: str
    kind: str = ""
    trouble: str = ""
    error: str = ""
    names: tuple[str, ...] = ()
    count: int = 0
    sample: str = ""
    digest: str = ""
    private: bool = False
    mode: int = 0
    uid: int = 0
    gid: int = 0
    selinux: bool = False


def plain(name: bytes) -> str:
    """A file name as text that can be saved: NFC, with bytes that are no UTF-8 written as \\xNN."""
    return unicodedata.normalize("NFC", name.decode("utf-8", "backslashreplace"))


def digest(data: bytes) -> str:
    """A short fingerprint of a file's first SAMPLE_BYTES."""
    return hashlib.sha256(data[:SAMPLE_BYTES]).hexdigest()[:16]


def look(ask: Asking) -> OutsideView:
    """See the deployment's repository from here."""
    given = ask.deployment.repository
    path = ask.host.absolute(given)
    try:
        stat = ask.host.stat(path)
        names = ask.host.listdir(path) if stat.kind == "folder" else []
    except OSError as error:
        kinds = (kind for wrong, kind in _TROUBLES if isinstance(error, wrong))
        trouble = next(kinds, "unreadable")
        return OutsideView(given, path, trouble=trouble, error=error.strerror or str(error))
    kind = stat.kind if stat.kind in ("folder", "file") else "other"
    if kind != "folder":
        return OutsideView(given, path, kind)
    shown = sorted(plain(name.encode("utf-8", "surrogateescape")) for name in names)
    sample, content = _sample(ask, path, names)
    closed = _closed(ask, path, sample)
    owner = closed or stat
    return OutsideView(
        given,
        path,
        kind,
        names=tuple(shown[:NAMES]),
        count=len(shown),
        sample=sample,
        digest=digest(content) if sample else "",
        private=closed is not None,
        mode=owner.mode,
        uid=owner.uid,
        gid=owner.gid,
        selinux=_selinux(ask),
    )


def _sample(ask: Asking, folder: str, names: list[str]) -> tuple[str, bytes]:
    """A small file that is there already and its bytes; the model's configuration before others."""
    for relative in _candidates(ask, folder, names):
        path = f"{folder}/{relative}"
        try:
            stat = ask.host.stat(path)
            if stat.kind == "file" and 0 < stat.size <= SAMPLE_BYTES:
                return relative, ask.host.read(path, SAMPLE_BYTES)
        except OSError:
            continue
    return "", b""


def _candidates(ask: Asking, folder: str, names: list[str]) -> Iterator[str]:
    for model in ask.deployment.model:
        yield f"{model}/config.pbtxt"
        yield f"{model}/1/model.json"
    # A name that is no UTF-8 cannot be handed through the engine's API.
    sayable = [name for name in names if name.isprintable()][:TRIES]
    yield from sayable
    for name in sayable:
        try:
            inner = ask.host.listdir(f"{folder}/{name}")
        except OSError:
            continue
        yield from (f"{name}/{one}" for one in inner[:TRIES] if one.isprintable())


def _closed(ask: Asking, folder: str, sample: str) -> FileStat | None:
    """The first on the way to the sample that is not for everybody to read."""
    parts = sample.split("/") if sample else []
    for end in range(len(parts) + 1):
        try:
            stat = ask.host.stat("/".join([folder, *parts[:end]]))
        except OSError:
            return None
        needed = 0o005 if stat.kind == "folder" else 0o004
        if stat.mode & needed != needed:
            return stat
    return None


def _selinux(ask: Asking) -> bool:
    """Whether SELinux enforces its rules on this machine."""
    try:
        return ask.host.read("/sys/fs/selinux/enforce", 1) == b"1"
    except OSError:
        return False
