"""The files of a bundle: packed the same way each time, with their sums, and put down whole."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from triton_doctor.commands.report_logs import Kept
from triton_doctor.errors import UsageError
from triton_doctor.host.bundles import SUMS
from triton_doctor.host.writing import rename, write_new
from triton_doctor.knowledge.house import Phrases
from triton_doctor.redact.redactor import Redactor

PAGE, TAKEN = "report.html", "TAKEN-OUT.txt"


def taken_page(
    redactor: Redactor, facts: Sequence[str], kept: Sequence[Kept], say: Phrases
) -> list[str]:
    """What was taken out, and how often; what is not carried at all; what nobody can know."""
    different = redactor.distinct
    lines = [
        say("report", key, what=what, kind=kind, count=times, different=different[kind])
        for kind, times in sorted(redactor.taken.items())
        for what, key in ((say("taken", kind), "taken-once" if times == 1 else "taken-line"),)
    ]
    lines = lines or [say("report", "taken-none")]
    lines += [say("report", "taken-log", bytes=one.cut) for one in kept if one.cut]
    lines += [say("report", "taken-inspect")] if kept else []
    lines += [say("report", "taken-facts", names=", ".join(facts))] if facts else []
    return [*lines, say("report", "taken-not")]


def bundle(files: Mapping[str, str]) -> bytes:
    """A zip of them, with SHA256SUMS; the same files give the same bytes."""
    told = {name: text.encode("utf-8") for name, text in sorted(files.items())}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in told.items())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**told, SUMS: sums.encode()}.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o100600 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def put(path: Path, data: bytes) -> None:
    """Whole or not at all, for the user alone to read. A link stays; a device is left alone."""
    real = path.resolve()
    half = str(real.with_name(f".{real.name}.{os.getpid()}.part"))
    try:
        if path.exists() and not path.is_file():
            raise UsageError("is not a plain file", where=str(path), hint="Name another place.")
        write_new(half, data)
        rename(half, str(real))
    except OSError as error:
        with suppress(OSError):
            Path(half).unlink()
        said = f"cannot be written: {error.strerror}"
        raise UsageError(said, where=str(path), hint="Name another place.") from None
