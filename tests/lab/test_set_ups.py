"""Each broken set-up of the guide page gives the ids and the exit code that the page names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

import pytest

from tests.lab.bench import Lab
from tests.lab.set_ups import PAGE, SET_UPS, Folder, SetUp, page


@pytest.fixture
def folder(lab: Lab, tmp_path: Path) -> Iterator[Folder]:
    """The guide followed to the letter, and nothing of a neighbour's test left on the engine."""
    clear(lab)
    lab.fake_vllm_image()
    lab.repository(tmp_path)
    folder = Folder(lab, tmp_path, f"server-{uuid4().hex[:8]}")
    folder.arguments += ["--name", folder.name]
    yield folder
    clear(lab)


def clear(lab: Lab) -> None:
    left = lab.docker("ps", "-aq").stdout.split()
    if left:
        lab.docker("rm", "-f", *left)


@pytest.mark.parametrize("one", SET_UPS, ids=lambda one: one.title)
def test_a_set_up_gives_its_ids_and_its_exit_code(one: SetUp, folder: Folder) -> None:
    one.make(folder)
    if "docker/no-gpu-runtime" in one.ids:
        folder.arguments.remove("--gpus")
        folder.arguments.remove("none")
    held = folder.sockets(8000) if "another program" in one.title else nullcontext()
    with held:
        run = folder.lab.doctor(
            *folder.arguments, cwd=folder.cwd or folder.path, env=folder.variables
        )
    told = {finding["problem"] for finding in run.json["findings"] if finding["severity"] != "note"}
    assert told == set(one.ids), run.out
    assert run.code == one.code


def test_the_page_says_what_was_tested() -> None:
    old = PAGE.read_text("utf-8")
    assert page(old) == old, "run: python -m tests.lab.set_ups"
    assert len([one for one in SET_UPS if one.code]) >= 20
