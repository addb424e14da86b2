"""Archives from strangers: each trick has its sentence, and nothing is written anywhere."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triton_doctor.commands.recording import FACTS, REPORT, recording
from triton_doctor.errors import UsageError
from triton_doctor.host.bundles import SUMS, read_bundle

GOOD = json.dumps({"schema_version": 1, "facts": {}, "findings": []})
Change = Callable[[zipfile.ZipFile], None]


def archive(path: Path, change: Change, *, report: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        if report:
            packed.writestr(REPORT, GOOD)
        change(packed)
    return path


def entry(name: str, data: str = "x", mode: int = stat.S_IFREG | 0o600) -> Change:
    def add(packed: zipfile.ZipFile) -> None:
        told = zipfile.ZipInfo(name)
        told.external_attr = mode << 16
        packed.writestr(told, data)

    return add


def twice(packed: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr(REPORT, GOOD)


def many(packed: zipfile.ZipFile) -> None:
    for number in range(2001):
        packed.writestr(f"{number}", "")


def bomb(packed: zipfile.ZipFile) -> None:
    packed.writestr("logs/1.log", b"\0" * (40 << 20))


TRICKS: dict[str, tuple[Change, str]] = {
    "up": (entry("../../etc/passwd"), "leads out of it"),
    "up in the middle": (entry("logs/../../x"), "leads out of it"),
    "up with backslashes": (entry("logs\\..\\..\\x"), "leads out of it"),
    "absolute": (entry("/etc/passwd"), "absolute name"),
    "a drive": (entry("C:/Windows/x"), "absolute name"),
    "a link": (entry("logs/1.log", "/etc/passwd", stat.S_IFLNK | 0o777), "a link or a device"),
    "a device": (entry("logs/1.log", "", stat.S_IFCHR | 0o777), "a link or a device"),
    "twice": (twice, "two files of the name"),
    "many": (many, "has 2002 files"),
    "a bomb": (bomb, "grows to"),
    "changed": (entry(SUMS, f"{'0' * 64}  {REPORT}\n"), "has been changed since it was made"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_each_trick_is_refused_with_a_sentence(trick: str, tmp_path: Path) -> None:
    change, said = TRICKS[trick]
    path = archive(tmp_path / "a.zip", change)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=said):
        read_bundle(str(path), (REPORT, FACTS), REPORT)
    assert sorted(tmp_path.rglob("*")) == before


def test_one_without_tricks_is_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("logs/1-x.log"))
    assert recording(str(path)).findings == []
    assert read_bundle(str(path), (REPORT,), REPORT) == {REPORT: GOOD.encode()}


@pytest.mark.parametrize("cut", [3, 30, 100, -1, -10])
def test_a_truncated_one_is_no_whole_archive(cut: int, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("logs/1-x.log"))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UsageError, match="is no whole archive"):
        read_bundle(str(path), (REPORT,), REPORT)


def test_an_encrypted_one(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("x"))
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(sign) + offset
        data[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    with pytest.raises(UsageError, match="is encrypted"):
        read_bundle(str(path), (REPORT,), REPORT)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 93])
def test_one_that_is_packed_otherwise_than_it_says(kind: int, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("x"))
    data = bytearray(path.read_bytes())
    for sign, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.index(sign) + offset
        data[at : at + 2] = struct.pack("<H", kind)
    path.write_bytes(data)
    with pytest.raises(UsageError, match="is packed in a way that is not read here"):
        read_bundle(str(path), (REPORT,), REPORT)


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("logs/\xe9.log"))
    path.write_bytes(path.read_bytes().replace("\xe9".encode(), b"\xff\xfe"))
    with pytest.raises(UsageError, match="a name that is no text"):
        read_bundle(str(path), (REPORT,), REPORT)


def test_one_whose_bytes_were_turned(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as told:
        told.writestr(REPORT, GOOD)
    data = packed.getvalue().replace(b"findings", b"findongs")
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(UsageError, match="is no whole archive"):
        read_bundle(str(tmp_path / "a.zip"), (REPORT,), REPORT)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        (" \n", "is empty"),
        ("\udc8b", "is no text, and no bundle"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is no report"),
        ("{}", "is no report of triton-doctor's"),
        ('{"schema_version": 2, "facts": {}}', "schema version 2"),
    ],
)
def test_what_is_no_report(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=said) as raised:
        recording(str(path))
    assert str(raised.value).startswith(f"{path}: is ")
    assert REPORT not in str(raised.value), "the file that was given is named, and no other"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("findings", one) for one in (7, {"a": 1}, ["x"])),
        ("checks", [7]),
        *((one, [1]) for one in ("doctor", "deployment", "facts", "untold", "settings")),
    ],
)
def test_a_report_of_another_shape_is_told_as_such(key: str, value: Any, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({**json.loads(GOOD), key: value}))
    with pytest.raises(UsageError, match=f"under '{key}'"):
        recording(str(path))


def test_a_bundles_file_that_is_no_report_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", lambda packed: packed.writestr(REPORT, "{"), report=False)
    with pytest.raises(UsageError, match=r"a\.zip: report\.json is not JSON"):
        recording(str(path))


def test_a_folder_and_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no report\.json"):
        recording(str(tmp_path))
    (tmp_path / REPORT).write_text(GOOD)
    assert recording(str(tmp_path)).version == "?"
    with pytest.raises(UsageError, match="No such file"):
        recording(str(tmp_path / "absent"))
