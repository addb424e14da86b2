"""Reading what the probe container says. The script itself is run for real in tests/lab."""

from __future__ import annotations

from triton_doctor.probes.outside_view import NAMES, OutsideView, digest
from triton_doctor.probes.probe_script import Seen, parse

DF = b"Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 270 190 80 71% /\n"
HEAD = b"disk\0" + DF + b"\0memory\x0024684092\0list\0\0"
HERE = OutsideView("m", "/m", "folder", names=("a", "b"), count=2, sample="a/x", digest="d")


def test_all_of_it_is_read() -> None:
    told = parse(HEAD + b"name\0gemma\0broken\0old\0bytes\0" + b"x: 1\n\0y")
    assert told is not None
    assert (told.total_bytes, told.free_bytes) == (270 * 1024, 80 * 1024)
    assert told.memory_bytes == 24684092 * 1024
    assert told.seen == Seen("", ("gemma", "old"), ("old",), "", digest(b"x: 1\n\0y"))


def test_odd_names_stay_what_they_are() -> None:
    told = parse(HEAD + b"name\0bytes\0name\0a\nb\0name\0\xff\0name\0u\xcc\x88\0")
    assert told is not None
    assert told.seen.names == ("\\xff", "a\nb", "bytes", "ü")


def test_a_file_that_could_not_be_read_has_no_digest() -> None:
    told = parse(HEAD + b"bytes\0", b"head: x: Permission denied\n")
    assert told is not None
    assert told.seen.digest == ""
    assert "denied" in told.seen.sample_error


def test_an_image_without_df() -> None:
    told = parse(b"disk\0\0list\0\0")
    assert told is not None
    assert (told.free_bytes, told.memory_bytes) == (None, None)


def test_a_script_that_did_not_come_to_its_point_told_nothing() -> None:
    assert parse(b"") is None
    assert parse(b"disk\0\0") is None


def test_when_two_folders_differ() -> None:
    assert not Seen(names=("a", "b"), digest="d").differs(HERE)
    assert Seen(names=("a",), digest="d").differs(HERE)
    assert Seen(names=("a", "b"), digest="e").differs(HERE)
    assert not Seen(names=("a", "b")).differs(HERE)  # the sample was not read
    assert not Seen(error="Permission denied").differs(HERE)


def test_very_full_folders_are_compared_by_their_fullness() -> None:
    full = OutsideView("m", "/m", "folder", names=("a",) * NAMES, count=NAMES + 500)
    assert not Seen(names=("b",) * (NAMES + 1)).differs(full)
    assert Seen(names=("b",)).differs(full)
