"""Reading a bundle that somebody sent: nothing is unpacked to disk, nothing in it is trusted."""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from triton_doctor.errors import UsageError

LARGEST = 64 << 20  # bytes of one file that is read
_MOST = 2000  # names in an archive
_ALL = 1 << 30  # bytes that all files say they have
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others take more memory than they say
_RATIO = 250  # of what is packed; zlib reaches some 1000 on zeros
SUMS = "SHA256SUMS"
_MARK = b"PK"


def read_bundle(path: str, wanted: Iterable[str], last: str) -> dict[str, bytes]:
    """The wanted files that are there, from an archive, a folder, or a file that is `last` alone.

    Raises UsageError, a sentence for each thing that an archive should not have.
    """
    try:
        place = Path(path)
        if place.is_dir():
            return {name: _file(place / name) for name in wanted if (place / name).is_file()}
        with place.open("rb") as stream:
            packed = stream.read(2) == _MARK
        return _archive(place, tuple(wanted)) if packed else {last: _file(place)}
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=path) from None


def _file(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UsageError(f"is larger than {LARGEST >> 20} MiB", where=str(path))
    return data


def _archive(path: Path, wanted: tuple[str, ...]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _look(path, entries)
            names = {entry.filename: entry for entry in entries}
            found = {name: _entry(path, archive, names[name]) for name in wanted if name in names}
            if SUMS in names:
                _compare(path, found, _entry(path, archive, names[SUMS]))
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _bad(
            path, f"is no whole archive: {error}", "It may have been cut off on the way."
        ) from None
    except UnicodeDecodeError:
        raise _bad(path, "has a file with a name that is no text") from None
    except NotImplementedError as error:
        raise _bad(path, f"cannot be read here: {error}") from None


def _look(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Everything that can be told by the list of its names."""
    if len(entries) > _MOST:
        raise _bad(path, f"has {len(entries)} files; a bundle has a few")
    seen: set[str] = set()
    for entry in entries:
        _name(path, entry)
        if entry.filename in seen:
            raise _bad(path, f"has two files of the name {entry.filename!r}")
        seen.add(entry.filename)
        if entry.flag_bits & 1:
            raise _bad(path, "is encrypted", "Have it sent without a password.")
        if entry.compress_type not in _PACKED:
            raise _bad(path, f"is packed in a way that is not read here: {entry.filename!r}")
        mode = entry.external_attr >> 16
        if mode and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode) and stat.S_IFMT(mode):
            raise _bad(path, f"has a link or a device in it: {entry.filename!r}")
        if entry.file_size > LARGEST or entry.file_size > _RATIO * max(entry.compress_size, 4096):
            raise _bad(
                path, f"has a file that grows to {entry.file_size} bytes: {entry.filename!r}"
            )
    if sum(entry.file_size for entry in entries) > _ALL:
        raise _bad(path, f"grows to more than {_ALL >> 20} MiB")


def _name(path: Path, entry: zipfile.ZipInfo) -> None:
    """zipfile cuts a name at a NUL; what stood there is in orig_filename."""
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ":" in parts[0]:
        raise _bad(path, f"has a file with an absolute name: {name!r}")
    if ".." in parts:
        raise _bad(path, f"has a file whose name leads out of it: {name!r}")
    if "\0" in name or "\\" in name:
        raise _bad(path, f"has a file with a name of signs that no bundle has: {name!r}")


def _entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST or len(data) != entry.file_size:
        raise _bad(path, f"has a file that is not as long as it says: {entry.filename!r}")
    return data


def _compare(path: Path, found: dict[str, bytes], sums: bytes) -> None:
    lines = (line.split("  ", 1) for line in sums.decode("utf-8", "replace").splitlines())
    told = {pair[1]: pair[0] for pair in lines if len(pair) == 2}
    for name, data in found.items():
        if name in told and hashlib.sha256(data).hexdigest() != told[name]:
            raise _bad(
                path,
                f"has been changed since it was made: {name} is not what {SUMS} says",
                "Have it sent again.",
            )


def _bad(path: Path, what: str, hint: str = "") -> UsageError:
    return UsageError(what, where=str(path), hint=hint or "It is no bundle of triton-doctor's.")
