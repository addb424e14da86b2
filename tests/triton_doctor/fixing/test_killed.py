"""SIGKILL before, after and amid every call that changes the disk, in a real child process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.triton_doctor.fixing.bench import Bench, Tree, deadly, in_child
from triton_doctor.fixing.journal import Entry

KILLED = -signal.SIGKILL
pytestmark = [pytest.mark.timeout(600), pytest.mark.no_cover]


@pytest.fixture
def bench(quick_bench: Bench) -> Bench:
    return quick_bench


def dies_at(moment: int, act: Callable[[], Any]) -> bool:
    def doomed() -> None:
        deadly(moment)
        act()

    code = in_child(doomed)
    assert code in (0, KILLED)
    return code == KILLED


def whole(seen: Tree, *versions: Tree) -> None:
    """Every file that is there is one of the versions: bytes and permission bits."""
    known = [one for version in versions for one in version.items()]
    for name, found in seen.items():
        assert (name, found) in known, f"{name} is neither old nor new: {found}"


def versions(bench: Bench) -> tuple[Tree, Tree]:
    bench.fresh()
    old = bench.tree()
    bench.carrier().apply(bench.whole_fix(), "gpu/busy")
    return old, bench.tree()


def no_halves(bench: Bench) -> None:
    assert not list(bench.root.rglob(".triton-doctor-*"))
    assert not list(Path(bench.journal.folder).glob(".new-*"))


def entry_of(bench: Bench) -> Entry | None:
    entries = bench.journal.entries()
    assert len(entries) <= 1
    return entries[0] if entries else None


def test_a_fix_that_is_killed_at_any_moment_leaves_whole_files_and_can_be_undone(
    bench: Bench,
) -> None:
    old, new = versions(bench)
    moment = begun = 0
    while True:
        bench.fresh()
        prepared = bench.whole_fix()
        if not dies_at(moment, partial(bench.carrier().apply, prepared, "gpu/busy")):
            break
        seen = {name: one for name, one in bench.tree().items() if "/.triton" not in f"/{name}"}
        # On its way through the fix the edited file has its old name.
        between = {"model.json": new["gemma/1/model.json"]}
        whole(seen, old, new, between)
        if Path(bench.journal.folder).is_dir():
            bench.carrier().sweep()
            no_halves(bench)
        entry = entry_of(bench)
        if entry is not None:
            begun += 1
            assert entry.state in ("begun", "applied")
            assert bench.carrier().undo(entry).state == "undone"
        assert bench.tree() == old, f"killed at moment {moment}"
        moment += 1
    assert bench.tree() == new
    assert begun > 100
    assert moment > begun  # some are killed before anything is written down


def test_an_undo_that_is_killed_at_any_moment_can_be_taken_up_again(bench: Bench) -> None:
    old, new = versions(bench)
    moment = 0
    while True:
        bench.fresh()
        entry = bench.carrier().apply(bench.whole_fix(), "gpu/busy")
        if not dies_at(moment, partial(bench.carrier().undo, entry)):
            break
        seen = {name: one for name, one in bench.tree().items() if "/.triton" not in f"/{name}"}
        whole(seen, old, new, {"model.json": new["gemma/1/model.json"]})
        bench.carrier().sweep()
        no_halves(bench)
        found = entry_of(bench)
        assert found is not None
        if found.state != "undone":
            bench.carrier().undo(found)
        assert bench.tree() == old, f"killed at moment {moment}"
        moment += 1
    assert bench.tree() == old
    assert moment > 30


def test_a_plain_run_finds_the_rest_of_a_killed_one(bench: Bench) -> None:
    """What was half made beside a file goes with the next fix, without a word from anybody."""
    bench.fresh()
    for moment in range(1000):
        prepared = bench.whole_fix()
        assert dies_at(moment, partial(bench.carrier().apply, prepared, "gpu/busy"))
        if list(bench.root.rglob(".triton-doctor-*")):
            break
        bench.fresh()
    bench.carrier().apply(bench.whole_fix(), "gpu/busy")
    no_halves(bench)


def test_an_editor_that_writes_in_place_would_be_caught(bench: Bench) -> None:
    """The loop above is worth something: a careless writer leaves a half."""
    bench.fresh()
    old = bench.tree()

    def careless() -> None:
        descriptor = os.open("model.json", os.O_WRONLY | os.O_TRUNC)
        os.write(descriptor, b"{ all of it, anew }")
        os.close(descriptor)

    careless()
    new = bench.tree()
    halves = 0
    for moment in range(100):
        bench.fresh()
        if not dies_at(moment, careless):
            break
        try:
            whole(bench.tree(), old, new)
        except AssertionError:
            halves += 1
    assert halves == 3  # emptied; about to be written; half written
