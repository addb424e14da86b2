"""Every repair on the real thing: broken, repaired by the real program, healthy, and undone."""

from __future__ import annotations

import time
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.repairs import REPAIRS
from tests.lab.repairs.kit import Repair, Scene, attempts
from tests.lab.repairs.logs import LOGS, NAME

_FIRST = list({one.problem.partition("/")[0]: one for one in reversed(REPAIRS)}.values())


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    folder = tmp_path / "work"
    folder.mkdir()
    lab.repository(folder)
    lab.docker("rm", "-f", NAME, check=False)
    made = Scene(lab, folder)
    yield made
    made.end()
    lab.docker("rm", "-f", NAME, check=False)


@pytest.mark.parametrize("repair", REPAIRS, ids=lambda one: one.id)
def test_broken_repaired_and_undone(scene: Scene, repair: Repair) -> None:
    repair.breaks(scene)
    broken, texts = scene.state(), scene.texts()
    selected = ("--select", repair.select)
    if repair in _FIRST:  # a run of the program takes a second; one such look an area will do
        looked = scene.doctor(*selected)
        assert repair.problem in looked.ids, looked.told
        assert scene.state() == broken, "looking changed something"
    word = "--yes" if repair.how == "safe" else "--yes=ask"
    run = scene.doctor("--fix", word, *selected)
    tried = attempts(run, repair.problem)
    assert [one["state"] for one in tried if one["entry"]] == ["applied"], run.told
    assert tried[0]["result"] == repair.result, run.told
    assert repair.reason in (tried[0]["reason"] or ""), run.told
    if repair.result:
        assert repair.problem not in run.ids, run.told
    _only_what_was_shown(scene, run, texts)
    after = b"\n".join(scene.texts().values()).decode().splitlines()
    assert [one for one in repair.keeps if one and one not in after] == []
    _undo(scene, repair, run, broken)


def _only_what_was_shown(scene: Scene, run: DoctorRun, before: dict[str, bytes]) -> None:
    """Lines of files that stay under their names changed only as the diffs say."""
    shown = "\n".join(one["diff"] for one in run.json["fixes"]).split("\n")
    for name, now in scene.texts().items():
        if name not in before or before[name] == now:
            continue
        for line in ndiff(_lines(before[name]), _lines(now)):
            assert line[0] in " ?" or f"{line[0]}{line[2:]}" in shown, (name, line)


def _lines(data: bytes) -> list[str]:
    wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig", "replace").splitlines()


def _undo(scene: Scene, repair: Repair, run: DoctorRun, broken: dict[str, str]) -> None:
    """Everything that was applied is taken back, the last first."""
    for one in reversed(run.json["fixes"]):
        if one["state"] == "applied":
            undone = scene.command("undo", one["entry"], "--yes")
            assert (undone.code == 0) == repair.undone, undone.told
    if repair.undone:
        assert scene.state() == broken
        assert repair not in _FIRST or _back(scene, repair)


def test_an_old_log_is_acted_on_once(scene: Scene) -> None:
    """What it told was done; a second time it would be about settings that it never saw."""
    repair = next(one for one in LOGS if one.problem == "gpu/out-of-memory")
    repair.breaks(scene)
    first = scene.doctor("--fix", "--yes=ask", "--select", "launch")
    assert [one["state"] for one in attempts(first, repair.problem)] == ["applied"]
    after = scene.texts()
    again = scene.doctor("--fix", "--yes=ask", "--select", "launch")
    assert repair.problem in again.ids
    assert attempts(again, repair.problem) == []
    assert scene.texts() == after


def test_what_a_log_tells_is_used_before_its_container_is_removed(scene: Scene) -> None:
    repair = next(one for one in LOGS if one.problem == "engine/context-too-long")
    repair.breaks(scene)
    del scene.options[-2:]  # that keep the container
    time.sleep(3.2)  # one that is removed at its end counts as removed by --rm
    run = scene.doctor("--fix", "--yes=ask", "--select", "launch")
    assert [(one["problem"], one["state"]) for one in run.json["fixes"]] == [
        (repair.problem, "applied"),
        ("docker/name-conflict", "applied"),
    ]
    assert b'"max_model_len": 23968' in scene.path("1/model.json").read_bytes()
    assert run.ids == []


def _back(scene: Scene, repair: Repair, patience: float = 120) -> bool:
    """Whether the problem is there again; a loop of restarts takes a while to be one."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if repair.problem in scene.doctor("--select", repair.select).ids:
            return True
    return False
