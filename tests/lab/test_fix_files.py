"""Fixes on disks that are full or read-only, and on files of others: with root's help, for real."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.lab import machine
from tests.triton_doctor.fixing.bench import MODEL, Bench
from triton_doctor.api import command, edit, make_folder, move, readable, setting, write_new
from triton_doctor.fixing.journal import Journal
from triton_doctor.fixing.prepare import Prepared
from triton_doctor.fixing.trouble import FixTrouble
from triton_doctor.repairs import Step

TEXT = MODEL.decode()
ADA, BOB = 65533, 65532  # users of no account


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A deployment in a place that every user can enter."""
    if not machine.is_root():
        (pytest.fail if machine.IN_CI else pytest.skip)("other users' files need root")
    place = Path(tempfile.mkdtemp(prefix="triton-doctor-")).resolve()
    place.chmod(0o755)
    (place / "work").mkdir()
    monkeypatch.chdir(place / "work")
    made = Bench(place / "work", Journal(str(place / "state" / "journal")))
    made.fill()
    warm = Bench(place / "work", Journal(str(place / "warm")))
    # All that is loaded on the way is loaded once, while everything can be read.
    warm.carrier().undo(warm.carrier().apply(warm.whole_fix(), "gpu/busy"))
    yield made
    shutil.rmtree(place)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def as_user(uid: int, act: Callable[[], Any]) -> Any:
    """What `act` gives, or the FixTrouble it raises, in a process of that user's."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            try:
                answer = act()
            except FixTrouble as trouble:
                answer = (trouble.kind, trouble.text)
            os.write(writer, pickle.dumps(answer))
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as stream:
        return pickle.load(stream)


def given_to(uid: int, bench: Bench) -> None:
    """The journal's place is that user's."""
    place = Path(bench.journal.folder).parent
    place.mkdir()
    os.chown(place, uid, uid)


def half(path: str) -> Step:
    return edit(path, TEXT, 4, 12, "half", '"half"')


def refused(bench: Bench, prepared: Prepared) -> FixTrouble:
    before = bench.tree()
    with pytest.raises(FixTrouble) as caught:
        bench.carrier().apply(prepared, "gpu/busy")
    assert bench.tree() == before
    return caught.value


def fill_up(folder: Path) -> None:
    with (folder / "filler").open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))


def test_a_full_disk_leaves_the_old_file_and_takes_the_rest_back(bench: Bench) -> None:
    disk = bench.root / "disk"
    with mounted(disk, "-o", "size=64k"):
        (disk / "model.json").write_bytes(MODEL)
        prepared = bench.prepare(
            setting("http-port", 9000),
            make_folder(str(disk / "gemma")),
            half(str(disk / "model.json")),
        )
        fill_up(disk)
        trouble = refused(bench, prepared)
        assert trouble.kind == "full"
        assert str(disk / "model.json") in trouble.text
        assert bench.journal.entries()[0].state == "failed"
        (disk / "filler").unlink()
        entry = bench.carrier().apply(prepared, "gpu/busy")
        fill_up(disk)
        full = bench.tree()
        with pytest.raises(FixTrouble, match="full"):
            bench.carrier().undo(entry)
        assert bench.tree() == full
        (disk / "filler").unlink()
        bench.carrier().undo(entry)
        assert (disk / "model.json").read_bytes() == MODEL
        assert not (disk / "gemma").exists()


def test_a_journal_on_a_full_disk_means_that_nothing_is_changed(bench: Bench) -> None:
    disk = Path(bench.journal.folder).parent
    with mounted(disk, "-o", "size=64k"):
        Path(bench.journal.folder).mkdir()
        fill_up(disk)
        trouble = refused(bench, bench.whole_fix())
        assert trouble.kind == "journal"
        assert "No space" in trouble.text
        assert {path.name for path in Path(bench.journal.folder).iterdir()} <= {"lock"}
        (disk / "filler").unlink()
        bench.carrier().apply(bench.whole_fix(), "gpu/busy")


def test_a_journal_whose_disk_fills_up_on_the_way_can_be_marked_all_the_same(bench: Bench) -> None:
    disk, old = Path(bench.journal.folder).parent, bench.tree()
    with mounted(disk, "-o", "size=64k"):
        fills = ["sh", "-c", "dd if=/dev/zero of=$0 || true", f"{disk}/filler"]
        steps = command(*fills, back=["true"]), half(bench.path("model.json"))
        entry = bench.carrier().apply(bench.prepare(*steps), "gpu/busy")
        assert entry.state == "applied"
        assert os.statvfs(disk).f_bavail == 0
        assert bench.carrier().undo(entry).state == "undone"
        assert bench.tree() == old


def test_a_read_only_file_system(bench: Bench) -> None:
    disk = bench.root / "disk"
    with mounted(disk):
        (disk / "model.json").write_bytes(MODEL)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        trouble = refused(bench, bench.prepare(half(str(disk / "model.json"))))
        assert trouble.kind == "read-only"


def test_a_move_to_another_disk(bench: Bench) -> None:
    disk = bench.root / "disk"
    with mounted(disk):
        source, target = bench.path("model.json"), str(disk / "model.json")
        trouble = refused(bench, bench.prepare(move(source, target)))
        assert "different disks" in trouble.text
        assert f"    mv {source} {target}" in trouble.text


def test_a_file_of_root_is_refused_to_others_with_the_sudo_way(bench: Bench) -> None:
    bench.root.chmod(0o777)
    Path("model.json").chmod(0o666)  # he may write into it, and still could not replace it
    kind, text = as_user(ADA, lambda: bench.prepare(half(bench.path("model.json"))))
    assert kind == "owner"
    assert "(root)" in text
    assert "sudo triton-doctor --fix" in text
    kind, _ = as_user(ADA, lambda: bench.prepare(readable(bench.path("closed"))))
    assert kind == "owner"


def test_a_folder_that_may_not_be_written_to(bench: Bench) -> None:
    os.chown("model.json", ADA, ADA)
    given_to(ADA, bench)
    before = bench.tree()

    def repair() -> Any:
        return bench.carrier().apply(bench.prepare(half(bench.path("model.json"))), "gpu/busy")

    kind, text = as_user(ADA, repair)
    assert kind == "denied"
    assert "sudo" in text
    assert bench.tree() == before


def test_a_group_that_the_owner_is_not_in_is_kept_or_nothing_is_done(bench: Bench) -> None:
    bench.root.chmod(0o777)
    os.chown("model.json", ADA, BOB)
    given_to(ADA, bench)

    def repair() -> Any:
        return bench.carrier().apply(bench.prepare(half(bench.path("model.json"))), "gpu/busy")

    kind, text = as_user(ADA, repair)
    assert kind == "denied"
    assert "sudo" in text
    assert Path("model.json").read_bytes() == MODEL


def test_the_journal_of_another_user_is_named(bench: Bench) -> None:
    Path(bench.journal.folder).mkdir(0o700, parents=True)
    kind, text = as_user(ADA, lambda: bench.carrier().apply(bench.prepare(), "gpu/busy"))
    assert kind == "journal"
    assert bench.journal.folder in text


def test_root_leaves_a_file_to_its_owner_with_all_that_hangs_on_it(bench: Bench) -> None:
    machine.need(packages=["acl"])
    os.chown(bench.root, BOB, BOB)
    os.chown("model.json", ADA, BOB)
    Path("model.json").chmod(0o2640)
    os.setxattr("model.json", "user.note", b"mine")
    subprocess.run(["setfacl", "-m", f"u:{BOB}:rw", "model.json"], check=True)
    before = looks("model.json")
    entry = bench.carrier().apply(
        bench.prepare(
            half(bench.path("model.json")),
            make_folder(bench.path("gemma/1")),
            write_new(bench.path("gemma/1/new"), "n"),
        ),
        "gpu/busy",
    )
    assert looks("model.json") == before
    assert b'"half"' in Path("model.json").read_bytes()
    for made in ("gemma", "gemma/1", "gemma/1/new"):
        assert Path(made).stat().st_uid == BOB  # as the folder's owner, whoever runs the doctor
    bench.carrier().undo(entry)
    assert looks("model.json") == before
    assert Path("model.json").read_bytes() == MODEL


def looks(path: str) -> tuple[int, int, int, str]:
    seen = Path(path).stat()
    acl = subprocess.run(["getfacl", "-n", path], capture_output=True, text=True, check=True)
    names = {name: os.getxattr(path, name) for name in os.listxattr(path)}
    return seen.st_mode, seen.st_uid, seen.st_gid, acl.stdout + repr(sorted(names.items()))


def test_an_unchangeable_file_stays(bench: Bench) -> None:
    if subprocess.run(["chattr", "+i", "model.json"], capture_output=True).returncode:
        return  # this file system knows no such mark
    try:
        assert refused(bench, bench.prepare(half(bench.path("model.json")))).kind == "denied"
        assert not list(bench.root.glob(".triton*"))
    finally:
        subprocess.run(["chattr", "-i", "model.json"], check=True)
