"""Launches that fail, are repaired by the launch itself, and serve in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.launches import ids, launch, only_as_it_is, play, stage, told
from tests.lab.repairs import REPAIRS
from tests.lab.repairs.kit import Repair, Scene
from tests.lab.repairs.logs import SAID, Said

# What another image would mend needs that image.
BY_LOG = [one for one in SAID if one.name != "newer-image"]
_BEFORE = ("repository/", "engine/", "mount/bad-path")
_WARNS = ("repository/repeated-argument",)  # does not stand in the way of a start
# A path that another repair mends first, what only warns, and what stops at the absent image.
_OTHERWISE = ("quotes", "no-group", "opposite")
BEFORE = [
    one
    for one in REPAIRS
    if one.problem.startswith(_BEFORE)
    and one.problem not in _WARNS
    and one.result
    and one.select in ("repository", "mount")
][::4]
BEFORE = [one for one in BEFORE if one.name not in _OTHERWISE]
_PLENTY = 1 << 29


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    yield from stage(lab, tmp_path)


def test_there_are_at_least_ten() -> None:
    assert len(BY_LOG) >= 10
    assert len(BEFORE) >= 5


@pytest.mark.parametrize("said", BY_LOG, ids=lambda one: f"{one.problem}-{one.name}")
def test_what_a_log_told_is_repaired_and_then_it_serves(scene: Scene, said: Said) -> None:
    play(scene, settings=said.content)
    small = said.problem == "host/shm-too-small"
    as_it_is = ("below", _PLENTY) if small else only_as_it_is(scene)
    error = f"ERROR 11-22 12:00:09 [core.py:515] {said.said}"
    end = "Engine core initialization failed. See root cause above."
    play(scene, as_it_is, ("say", error), ("refuse", end), settings=said.content)
    run = launch(scene, "--yes=ask", "--select", "launch")
    assert (run.code, run.json["outcome"]) == (0, "ready"), told(run)
    assert run.json["answer"] == "The doctor says hello"
    first, second = run.json["starts"]
    assert (first["end"], second["end"]) == ("died", "ready"), told(run)
    assert first["causes"][0] == said.problem, told(run)
    applied = [one["problem"] for one in run.json["fixes"] if one["state"] == "applied"]
    assert applied == [said.problem], told(run)


@pytest.mark.parametrize("repair", BEFORE, ids=lambda one: one.id)
def test_what_stands_in_the_way_is_repaired_and_then_it_serves(
    scene: Scene, repair: Repair
) -> None:
    repair.breaks(scene)
    run = launch(scene, "--yes=ask", *scene.options)
    assert (run.code, run.json["outcome"]) == (0, "ready"), told(run)
    tried = [one for one in run.json["fixes"] if one["problem"] == repair.problem]
    assert [one["state"] for one in tried][:1] == ["applied"], told(run)


def test_the_same_repair_is_not_made_twice(scene: Scene) -> None:
    """It goes on saying the same: a figure that was followed leads to nothing more."""
    said = next(one for one in BY_LOG if one.problem == "engine/context-over-limit")
    error = f"ERROR 11-22 12:00:09 [core.py:515] {said.said}"
    play(scene, ("say", error), ("refuse", "no"), settings=said.content)
    run = launch(scene, "--yes=ask", "--select", "launch")
    assert (run.code, run.json["outcome"]) == (1, "died"), told(run)
    assert [one["end"] for one in run.json["starts"]] == ["died", "died"]
    assert len([one for one in run.json["fixes"] if one["state"] == "applied"]) == 1


def test_less_and_less_until_it_fits(scene: Scene) -> None:
    """One problem over several starts, each time with another repair."""
    said = next(one for one in BY_LOG if one.problem == "gpu/out-of-memory")
    error = f"ERROR 11-22 12:00:09 [core.py:515] {said.said}"
    play(scene, ("say", error), ("refuse", "no"), settings=said.content.replace("0.9", "0.3"))
    run = launch(scene, "--yes=ask", "--select", "launch")
    assert run.json["outcome"] == "died"
    applied = [one["title"] for one in run.json["fixes"] if one["state"] == "applied"]
    assert len(applied) == 2, told(run)
    assert len(run.json["starts"]) == 3


def test_what_wants_a_word_is_not_done_without_it(scene: Scene) -> None:
    said = next(one for one in BY_LOG if one.problem == "gpu/busy")
    error = f"ERROR 11-22 12:00:09 [core.py:515] {said.said}"
    play(scene, ("say", error), ("refuse", "no"), settings=said.content)
    before = scene.texts()
    run = launch(scene, "--yes", "--select", "launch", data=False)
    assert run.code == 1
    assert "run it again with --yes=ask" in " ".join(run.out.split())
    assert scene.texts() == before
    assert "gpu/busy" in ids(launch(scene, "--yes", "--select", "launch"))
