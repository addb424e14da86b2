"""Fixes taken back on real files, and when that is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.triton_doctor.fixing.bench import MODEL, Bench, done, half, not_undone
from triton_doctor.api import (
    command,
    edit,
    setting,
)

pytestmark = pytest.mark.usefixtures("filled")


def test_only_a_command_without_a_way_back(bench: Bench) -> None:
    entry = done(bench, command("true"))
    assert not_undone(bench, entry).kind == "not-undoable"


def test_undo_refuses_a_file_changed_since_and_changes_nothing(bench: Bench) -> None:
    entry = done(bench, half(bench), setting("http-port", 9000))
    with Path("model.json").open("ab") as stream:
        stream.write(b"\n")
    trouble = not_undone(bench, entry)
    assert (trouble.kind, trouble.path) == ("changed", bench.path("model.json"))
    kept = trouble.text.rpartition(" ")[2].rstrip(".")
    assert Path(kept).read_bytes() == MODEL
    assert bench.journal.find(entry.id) == entry


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        ("rm triton-doctor.toml", "gone"),
        ("echo >> gemma/config.pbtxt", "changed"),
        ("echo > gemma/mine", "there"),
        ("echo > model.json", "there"),
        ("mv gemma/1/model.json gemma/1/model.jsn", "gone"),
        ("chmod 777 closed", "changed"),
    ],
)
def test_undo_refuses_whatever_happened_since(bench: Bench, spoil: str, kind: str) -> None:
    entry = bench.carrier().apply(bench.whole_fix(), "gpu/busy")
    subprocess.run(["sh", "-c", spoil], check=True)
    assert not_undone(bench, entry).kind == kind


def test_what_somebody_took_back_himself_is_no_obstacle(bench: Bench) -> None:
    entry = done(bench, half(bench), setting("http-port", 9000))
    Path("model.json").write_bytes(MODEL)
    assert bench.carrier().undo(entry).state == "undone"


def test_a_lost_backup_is_said_before_anything_is_taken_back(bench: Bench) -> None:
    entry = done(bench, half(bench), setting("http-port", 9000))
    Path(bench.journal.path(entry.id, "0.before")).write_bytes(b"rotten")
    assert not_undone(bench, entry).kind == "journal"


def test_the_older_of_two_fixes_waits_for_the_newer(bench: Bench) -> None:
    old = bench.tree()
    first = done(bench, half(bench))
    middle = bench.tree()
    text = Path("model.json").read_bytes().decode()
    second = done(bench, edit(bench.path("model.json"), text, 5, 12, "ture", "true"))
    assert [one.id for one in bench.journal.entries()] == [second.id, first.id]
    trouble = not_undone(bench, first)
    assert trouble.kind == "not-undoable"
    assert f"triton-doctor undo {second.id}" in trouble.text
    bench.carrier().undo(second)
    assert bench.tree() == middle
    bench.carrier().undo(first)
    assert bench.tree() == old


def test_fixes_of_other_files_are_undone_in_any_order(bench: Bench) -> None:
    first, second = done(bench, half(bench)), done(bench, setting("http-port", 9000))
    bench.carrier().undo(first)
    bench.carrier().undo(second)
