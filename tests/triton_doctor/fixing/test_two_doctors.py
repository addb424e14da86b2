"""Two real processes that repair at the same time."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.triton_doctor.fixing.bench import MODEL, Bench, leave
from triton_doctor.api import edit
from triton_doctor.fixing.journal import Journal
from triton_doctor.fixing.prepare import Prepared
from triton_doctor.fixing.trouble import FixTrouble

TEXT = MODEL.decode()


class Patient(Journal):
    """Waits for another doctor however long that one takes."""

    def lock(self, wait: float = 120.0) -> AbstractContextManager[None]:
        return super().lock(wait)


@pytest.fixture
def bench(quick_bench: Bench) -> Bench:
    return Bench(quick_bench.root, Patient(quick_bench.journal.folder))


ROUNDS = 12
APPLIED = 10


def together(*acts: Callable[[], Any]) -> list[str]:
    """Runs each in a child of its own, all let go at once; says how each ended."""
    gate, go = os.pipe()
    children = [_child(act, gate, go) for act in acts]
    os.close(go)  # everybody's read ends now
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(gate)
    names = {APPLIED: "applied", 11: "changed", 12: "there", 13: "gone", 14: "busy"}
    return sorted(names.get(end, f"ended with {end}") for end in ends)


def _child(act: Callable[[], Any], gate: int, go: int) -> int:
    child = os.fork()
    if child == 0:
        code = 99
        try:
            os.close(go)
            os.read(gate, 1)
            act()
            code = APPLIED
        except FixTrouble as trouble:
            code = {"changed": 11, "there": 12, "gone": 13, "busy": 14}.get(trouble.kind, 98)
        finally:
            leave(code)
    return child


def applying(bench: Bench, prepared: Prepared) -> Callable[[], Any]:
    return lambda: bench.carrier().apply(prepared, "gpu/busy")


def half(bench: Bench) -> Prepared:
    return bench.prepare(edit(bench.path("model.json"), TEXT, 4, 12, "half", '"half"'))


def ture(bench: Bench) -> Prepared:
    return bench.prepare(edit(bench.path("model.json"), TEXT, 5, 12, "ture", "true"))


def test_the_same_fix_is_done_once(bench: Bench) -> None:
    for _ in range(ROUNDS):
        bench.fresh()
        old = bench.tree()
        ends = together(*(applying(bench, bench.whole_fix()) for _ in range(2)))
        assert ends[0] == "applied"
        assert ends[1] in ("changed", "gone", "there")
        (entry,) = bench.journal.entries()
        bench.carrier().undo(entry)
        assert bench.tree() == old


def test_of_two_fixes_of_one_file_neither_is_lost_in_silence(bench: Bench) -> None:
    seen = set()
    for _ in range(ROUNDS):
        bench.fresh()
        ends = together(applying(bench, half(bench)), applying(bench, ture(bench)))
        assert ends == ["applied", "changed"]
        text = Path("model.json").read_bytes()
        winner = MODEL.replace(b"half,", b'"half",'), MODEL.replace(b"ture", b"true")
        assert text in winner
        seen.add(text)
        assert len(bench.journal.entries()) == 1
        assert not list(bench.root.glob(".triton*"))
    assert seen


def test_one_repairs_while_another_takes_back(bench: Bench) -> None:
    for _ in range(ROUNDS):
        bench.fresh()
        entry = bench.carrier().apply(half(bench), "gpu/busy")
        text = Path("model.json").read_bytes().decode()
        other = bench.prepare(edit(bench.path("model.json"), text, 5, 12, "ture", "true"))
        together(applying(bench, other), partial(bench.carrier().undo, entry))
        states = [one.state for one in bench.journal.entries()]
        text_now = Path("model.json").read_bytes()
        if states == ["applied", "applied"]:  # the undo came second, and was refused
            assert text_now == MODEL.replace(b"half,", b'"half",').replace(b"ture", b"true")
        else:
            assert states == ["undone"]
            assert text_now == MODEL


@pytest.mark.parametrize("count", [4])
def test_many_undo_the_same(bench: Bench, count: int) -> None:
    bench.fresh()
    entry = bench.carrier().apply(bench.whole_fix(), "gpu/busy")
    ends = together(*[lambda: bench.carrier().undo(entry)] * count)
    assert ends.count("applied") == 1
    assert Path("model.json").read_bytes() == MODEL
