"""Looking into folders and small text files without being caught: bounded, and links are seen."""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from typing import Literal

from triton_doctor.host.protocol import Host
from triton_doctor.record import Record
from triton_doctor.redact import starred

EntryKind = Literal["file", "folder", "other", "dangling", "denied"]
Trouble = Literal["", "missing", "not-a-folder", "not-a-file", "denied", "too-big", "failed"]
Encoding = Literal["utf-8", "utf-8-bom", "utf-16", "other"]

FILE_LIMIT = 256 * 1024
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
    size: int = 0
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
    text is None where trouble says why it was not read.
    """

    path: str
    size: int = 0
    text: str | None = None
    encoding: Encoding = "utf-8"
    bad_at: int = 0
    trouble: Trouble = ""
    error: str = ""


def list_folder(
    host: Host, root: str, path: str, limit: int, first: Collection[str] = ()
) -> Folder:
    """The entries of root/path, at most `limit` of them; every OSError becomes a trouble.

    first: names that are never left out, and neither are numbers.
    """
    place = f"{root}/{path}" if path else root
    try:
        if host.stat(place).kind != "folder":
            return Folder(path, "not-a-folder")
        names = sorted(
            host.listdir(place), key=lambda name: name not in first and not name.isdigit()
        )
        top = host.real(root)
    except OSError as error:
        return Folder(path, *_trouble(error))
    entries = tuple(_entries(host, place, top, names[:limit]))
    return Folder(path, entries=entries, left_out=max(0, len(names) - limit))


def read_text(host: Host, root: str, path: str) -> TextFile:
    """root/path as text. Only a plain file is opened, since a pipe or a device may never end."""
    place = f"{root}/{path}"
    try:
        seen = host.stat(place)
        if seen.kind != "file":
            return TextFile(path, trouble="not-a-file")
        data = host.read(place, FILE_LIMIT + 1)
    except OSError as error:
        trouble, why = _trouble(error)
        return TextFile(path, trouble=trouble, error=why)
    if len(data) > FILE_LIMIT:
        return TextFile(path, seen.size, trouble="too-big")
    text, encoding, bad_at = _decode(data)
    return TextFile(path, seen.size, starred(text), encoding, bad_at)


def printable(name: str) -> str:
    """A file name that can be saved: bytes that are no UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode()


def _entries(host: Host, place: str, top: str, names: list[str]) -> Iterator[Entry]:
    for name in names:
        path = f"{place}/{name}"
        try:
            link = host.stat(path, follow=False).kind == "link"
            seen = host.stat(path)
            outside = link and not _within(host.real(path), top)
        except PermissionError:
            yield Entry(printable(name), "denied")
        except OSError:
            yield Entry(printable(name), "dangling")
        else:
            kind: EntryKind = seen.kind if seen.kind in ("file", "folder") else "other"
            yield Entry(printable(name), kind, seen.size, outside)


def _within(path: str, top: str) -> bool:
    path, top = path.replace("\\", "/"), top.replace("\\", "/").rstrip("/")
    return path == top or path.startswith(top + "/")


def _decode(data: bytes) -> tuple[str, Encoding, int]:
    """Text, encoding, and the index of the first character that is wrong in it."""
    for mark, encoding, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), encoding, 0
    if b"\0" in data[:64]:  # UTF-16 without its mark: every other byte of plain text is zero
        codec = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
        return data.decode(codec, "replace"), "utf-16", 0
    try:
        return data.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError as error:
        before = len(data[: error.start].decode("utf-8"))
        return data.decode("utf-8", "replace"), "other", before


def _trouble(error: OSError) -> tuple[Trouble, str]:
    why = error.strerror or type(error).__name__
    for known, word in _KINDS:
        if isinstance(error, known):
            return word, why
    return "failed", why
