"""Fixes carried out on real files, and what stands against it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.triton_doctor.fixing.bench import MODEL, Bench, done, half, not_done, not_undone
from triton_doctor.api import (
    command,
    make_folder,
    move,
    readable,
    write_new,
)

HOLDS = """
import sys, time
from triton_doctor.fixing.journal import Journal
with Journal(sys.argv[1]).lock():
    print("held", flush=True)
    time.sleep(600)
"""


pytestmark = pytest.mark.usefixtures("filled")


def test_a_whole_fix_there_and_back(bench: Bench) -> None:
    old = bench.tree()
    told: list[str] = []
    entry = bench.carrier(told.append).apply(bench.whole_fix(), "gpu/busy", "here")
    assert (entry.state, entry.problem, entry.where) == ("applied", "gpu/busy", "here")
    assert told == [f"touch {bench.path('ran')}"]
    new = bench.tree()
    assert new["gemma/1/model.json"][1] == 0o640
    assert new["gemma/1/model.json"][2] == MODEL.replace(b"half,", b'"half",').replace(
        b"ture", b"true"
    )
    assert new["closed"][1] == 0o755
    assert "ran" in new
    assert bench.journal.find(entry.id) == entry
    undone = bench.carrier().undo(entry)
    assert undone.state == "undone"
    assert bench.tree() == old
    assert "undone already" in not_undone(bench, entry).text


def test_the_journal_is_for_its_owner_alone(bench: Bench) -> None:
    entry = done(bench, half(bench))
    folder = Path(bench.journal.folder)
    modes = {path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]}
    assert modes == {0}
    assert (folder / entry.id / "0.before").read_bytes() == MODEL


def test_a_file_changed_in_between_is_left_alone(bench: Bench) -> None:
    prepared = bench.whole_fix()
    Path("triton-doctor.toml").write_text("http-port = 1\n")
    before = bench.tree()
    trouble = not_done(bench, prepared)
    assert (trouble.kind, trouble.path) == ("changed", bench.path("triton-doctor.toml"))
    assert bench.tree() == before
    assert bench.journal.entries() == []


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        ("rm model.json", "gone"),
        ("rm model.json; ln -s closed/weights.bin model.json", "changed"),
        ("rm model.json; mkdir model.json", "failed"),
        ("mkdir gemma", "there"),
        ("rm -r closed", "gone"),
        ("chmod 711 closed", "changed"),
    ],
)
def test_whatever_else_happened_in_between(bench: Bench, spoil: str, kind: str) -> None:
    prepared = bench.whole_fix()
    subprocess.run(["sh", "-c", spoil], check=True)
    before = bench.tree()
    assert not_done(bench, prepared).kind == kind
    assert bench.tree() == before


def test_a_file_changed_while_the_fix_is_under_way_is_not_overwritten(bench: Bench) -> None:
    """Right before each file is replaced it is compared once more."""
    change = command("sh", "-c", f"echo theirs > {bench.path('model.json')}", back=["true"])
    prepared = bench.prepare(write_new(bench.path("new"), "n\n"), change, half(bench))
    assert not_done(bench, prepared).kind == "changed"
    assert Path("model.json").read_text() == "theirs\n"
    assert not Path("new").exists()
    assert bench.journal.entries()[0].state == "failed"
    assert not list(Path.cwd().glob(".triton*"))


def test_a_failing_act_takes_back_those_before_it(bench: Bench) -> None:
    old = bench.tree()
    back = bench.path("back")
    prepared = bench.prepare(
        half(bench),
        make_folder(bench.path("gemma/1")),
        move(bench.path("model.json"), bench.path("gemma/1/model.json")),
        readable(bench.path("closed")),
        command("touch", bench.path("on"), back=["mv", bench.path("on"), back]),
        command("sh", "-c", "echo said \033[31mred; exit 3", back=["touch", bench.path("never")]),
    )
    trouble = not_done(bench, prepared)
    assert trouble.kind == "failed"
    assert "exit code 3" in trouble.text
    assert "    said red" in trouble.text
    seen = bench.tree()
    assert seen.pop("back")
    assert seen == old
    entry = bench.journal.entries()[0]
    assert entry.state == "failed"
    assert not_undone(bench, entry).kind == "not-undoable"


def test_another_doctor_at_work_is_waited_for_and_then_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.carrier().undo(done(bench, half(bench)))
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, bench.journal.folder], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        bench.carrier().sweep()  # does not wait
        began = time.monotonic()
        assert not_done(bench, bench.prepare(half(bench))).kind == "busy"
        assert time.monotonic() - began > 3
    finally:
        holder.kill()
        holder.communicate()
    assert done(bench, half(bench)).state == "applied"


def test_a_journal_that_cannot_be_written_means_no_change(bench: Bench) -> None:
    prepared = bench.prepare(half(bench))
    Path(bench.journal.folder).parent.write_text("a file in its place")
    assert not_done(bench, prepared).kind == "journal"
    assert Path("model.json").read_bytes() == MODEL


def test_entries_of_another_version_are_passed_over(bench: Bench) -> None:
    entry = done(bench, half(bench))
    strange = Path(bench.journal.folder) / "20990101-000000-000aa"
    strange.mkdir()
    (strange / "entry.json").write_text('{"id": 1}')
    assert bench.journal.entries() == [entry]
    assert bench.journal.find(entry.id[:8]) == entry
    assert bench.journal.find("1999") is None
