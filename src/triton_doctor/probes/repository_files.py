"""Looking into folders and small text files without being caught: bounded, and links are seen."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from typing import Literal

from triton_doctor.host.protocol import Host, Named
from triton_doctor.record import Record
from triton_doctor.redact import starred

EntryKind = Literal["file", "folder", "other", "dangling", "denied"]
Trouble = Literal["", "missing", "not-a-folder", "not-a-file", "denied", "too-big", "failed"]
Encoding = Literal["utf-8", "utf-8-bom", "utf-16", "other"]

FILE_LIMIT = 256 * 1024
_WITHIN = "models"  # the folder of the container at which the repository is mounted
_STEPS = 200  # of the way along a path with links; Linux itself follows 40 links
_BOMS: tuple[tuple[bytes, Encoding, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-bom", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_KINDS: tuple[tuple[type[OSError], Trouble], ...] = (
    (FileNotFoundError, "missing"),
    (NotADirectoryError, "not-a-folder"),
    (PermissionError, "denied"),
)


class Entry(Record, frozen=True):
    """One name in a folder. dangling: a link to nothing; outside: a link out of the repository."""

    name: str
    kind: EntryKind
    outside: bool = False


class Folder(Record, frozen=True):
    """What a folder holds. path: from the repository on; left_out: entries not listed."""

    path: str
    trouble: Trouble = ""
    error: str = ""
    entries: tuple[Entry, ...] = ()
    left_out: int = 0

    def find(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)

    def names(self, kind: EntryKind) -> list[str]:
        return [entry.name for entry in self.entries if entry.kind == kind]


class TextFile(Record, frozen=True):
    """A small file as text, without its byte order mark; secrets are starred out, length kept.

    encoding `other`: bytes that are no UTF-8; bad_at: index in text of the first of them.
    text is None where trouble says why it was not read. modified: epoch s, 0 = not known.
    """

    path: str
    size: int = 0
    text: str | None = None
    encoding: Encoding = "utf-8"
    bad_at: int = 0
    trouble: Trouble = ""
    error: str = ""
    modified: float = 0.0


def list_folder(
    host: Host, root: str, path: str, limit: int, first: Collection[str] = ()
) -> Folder:
    """The entries of root/path, at most `limit` of them; every OSError becomes a trouble.

    first: names that are never left out, and neither are numbers.
    """
    try:
        names = _scan(host, root, path)
    except OSError as error:
        return Folder(path, *_trouble(error))
    if len(names) > limit:
        names.sort(key=lambda one: one.name not in first and not one.name.isdigit())
    entries = tuple(_entry(host, root, path, one) for one in names[:limit])
    return Folder(path, entries=entries, left_out=max(0, len(names) - limit))


def read_text(host: Host, root: str, path: str, kind: EntryKind) -> TextFile:
    """root/path as text. Only a plain file is opened, since a pipe or a device may never end."""
    if kind != "file":
        return TextFile(path, trouble="not-a-file")
    try:
        data = _read(host, root, path)
    except OSError as error:
        trouble, why = _trouble(error)
        return TextFile(path, trouble=trouble, error=why)
    if len(data) > FILE_LIMIT:
        return TextFile(path, len(data), trouble="too-big")
    text, encoding, bad_at = _decode(data)
    when = _modified(host, root, path)
    return TextFile(path, len(data), starred(text), encoding, bad_at, modified=when)


def _modified(host: Host, root: str, path: str) -> float:
    try:
        return host.stat(f"{root}/{path}").modified
    except OSError:
        return 0.0


def landing(host: Host, root: str, path: str) -> str | None:
    """Where a path of the mounted repository leads in the container: a path of the repository too.

    There the repository is /models, whatever its name is here, so an absolute link is followed as
    from there. None: out of it, where the container has something else, or round in circles.
    """
    waiting, done = path.split("/")[::-1], [_WITHIN]
    for _step in range(_STEPS):
        if not waiting:
            return "/".join(done[1:]) if done else None
        part = waiting.pop()
        if part == "..":
            del done[-1:]
        elif not done and part not in ("", ".", _WITHIN):
            return None
        elif part not in ("", "."):
            target = _link(host, "/".join([root, *done[1:], part])) if done else None
            if target is None:
                done.append(part)
            elif ":" in target[:2] or target.startswith("\\"):
                return None
            else:
                done = [] if target.startswith("/") else done
                waiting += target.replace("\\", "/").split("/")[::-1]
    return None


def printable(name: str) -> str:
    """A file name that can be saved: bytes that are no UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode()


def _scan(host: Host, root: str, path: str) -> list[Named]:
    try:
        return host.scan(f"{root}/{path}" if path else root)
    except FileNotFoundError:
        if not path:
            raise
        return host.scan(_mapped(host, root, path))


def _read(host: Host, root: str, path: str) -> bytes:
    try:
        return host.read(f"{root}/{path}", FILE_LIMIT + 1)
    except FileNotFoundError:
        return host.read(_mapped(host, root, path), FILE_LIMIT + 1)


def _mapped(host: Host, root: str, path: str) -> str:
    """A path of the repository on this machine, where a link on the way is one of the container."""
    return f"{root}/{landing(host, root, path) or path}"


def _entry(host: Host, root: str, folder: str, seen: Named) -> Entry:
    name = printable(seen.name)
    if seen.kind != "link":
        return Entry(name, seen.kind)
    path = f"{folder}/{seen.name}" if folder else seen.name
    end = landing(host, root, path)
    try:
        kind = host.stat(f"{root}/{path if end is None else end}").kind
    except PermissionError:
        return Entry(name, "denied")
    except OSError:
        return Entry(name, "dangling")
    return Entry(name, "other" if kind == "link" else kind, outside=end is None)


def _link(host: Host, path: str) -> str | None:
    """What a link says; None where there is no link."""
    try:
        return host.link(path)
    except (OSError, ValueError):
        return None


def _decode(data: bytes) -> tuple[str, Encoding, int]:
    """Text, encoding, and the index of the first character that is wrong in it."""
    for mark, encoding, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), encoding, 0
    if _wide(data[:64]):
        codec = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
        return data.decode(codec, "replace"), "utf-16", 0
    try:
        return data.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError as error:
        before = len(data[: error.start].decode("utf-8"))
        return data.decode("utf-8", "replace"), "other", before


def _wide(head: bytes) -> bool:
    """UTF-16 without its mark: of plain text every other byte is zero, and only those are."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    return min(first, second) == 0 and 2 * max(first, second) > len(head) // 2


def _trouble(error: OSError) -> tuple[Trouble, str]:
    why = error.strerror or type(error).__name__
    for known, word in _KINDS:
        if isinstance(error, known):
            return word, why
    return "failed", why
