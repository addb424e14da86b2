"""Launches of the real server that fail, each in its own way, and the cause that is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.faults import FAULTS, Fault
from tests.lab.launches import NAME, ids, launch, state, told
from tests.lab.repairs.kit import Scene
from tests.lab.server_faults import SERVER_FAULTS


def plain(fault: Fault) -> bool:
    """One that lies in the repository alone, since a launch has flags of its own."""
    return not (fault.serves or fault.flags or fault.options or fault.stopped)


# With these the real server neither gets ready nor ends: a helper of its own is gone, and it waits.
HANGS = ("code-missing", "layout-blank-in-name")
PLAIN = [one for one in (*FAULTS, *SERVER_FAULTS) if plain(one)]


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Iterator[Scene]:
    assert lab.triton_image
    lab.docker("rm", "-f", NAME, check=False)
    folder = tmp_path / "work"
    folder.mkdir()
    yield Scene(lab, folder)
    lab.docker("rm", "-f", NAME, check=False)


def test_there_are_many() -> None:
    assert len(PLAIN) >= 50


@pytest.mark.parametrize("fault", PLAIN, ids=lambda one: one.name)
def test_the_cause_of_a_launch_that_dies_is_named(scene: Scene, fault: Fault) -> None:
    """Nothing is looked at before it: the log alone has to tell."""
    fault.write(scene.folder / "model_repository")
    options = ("--model", "echo", "--control-mode", "none", "--select", "launch")
    hangs = fault.name in HANGS
    run = launch(scene, *options, "--yes", "--patience", "5" if hangs else "40")
    outcome = "gave-up" if hangs else "died"
    assert (run.code, run.json["outcome"]) == (1, outcome), told(run)
    assert set(fault.causes) <= set(ids(run)), told(run)
    assert ids(run)[0] == fault.causes[0], told(run)
    known = state(scene.lab)
    assert known is not None, "its log went with it"
    assert not known["State"]["Running"]
