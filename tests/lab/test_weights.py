"""What a probe container sees in a real volume of downloads, whole and damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkpoints import cache, model, shard_name
from tests.lab.bench import Lab

VOLUME = "lab-weights-cache"
SELECT = ("--select", "weights", "--offline", "--cache-volume", VOLUME)
NAME = "google/gemma-2b"


@pytest.fixture
def volume(lab: Lab, tmp_path: Path) -> Iterator[Path]:
    """The folder in which the engine keeps a new, empty volume."""
    lab.repository(tmp_path)
    lab.docker("volume", "create", VOLUME)
    place = lab.docker("volume", "inspect", "--format", "{{.Mountpoint}}", VOLUME)
    yield Path(place.stdout.strip())
    lab.docker("volume", "rm", "--force", VOLUME)


def test_a_whole_model_then_a_damaged_one_and_its_repair(
    lab: Lab, volume: Path, tmp_path: Path
) -> None:
    cache(volume, NAME, model(3))
    run = lab.doctor(*SELECT, cwd=tmp_path)
    assert (run.code, run.outcome("weights")) == (0, "passed"), run.told
    aside = lab.doctor(*SELECT, "--not-here", "docker", cwd=tmp_path)
    assert aside.outcome("weights") == "skipped", aside.told  # though an engine would answer
    cut = next((volume / "hub").glob("**/snapshots/*/" + shard_name(2, 3))).resolve()
    cut.write_bytes(cut.read_bytes()[:-9])
    run = lab.doctor(*SELECT, cwd=tmp_path)
    assert (run.code, run.ids) == (1, ["weights/incomplete"])
    assert shard_name(2, 3) in run.finding("weights/incomplete")["title"]
    mended = lab.doctor(*SELECT, "--fix", "--yes=ask", cwd=tmp_path)
    assert not cut.exists(), mended.told
    assert mended.code == 3, mended.told  # the rest is still to be fetched, and nobody was asked


def test_a_volume_that_is_not_there_is_not_made(lab: Lab, tmp_path: Path) -> None:
    lab.repository(tmp_path)
    run = lab.doctor(*SELECT[:-1], "lab-weights-none", cwd=tmp_path)
    assert (run.code, run.outcome("weights")) == (3, "could-not-tell")
    there = lab.docker("volume", "ls", "--quiet").stdout.split()
    assert "lab-weights-none" not in there
