"""What vLLM printed (see tests/recordings/logs/vllm/README.md), and what is read in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.lab.faults import HEALTHY
from triton_doctor.commands.log_reading import read_text

LOGS = Path(__file__).parents[2] / "recordings" / "logs" / "vllm"
INDEX = [json.loads(line) for line in (LOGS / "index.jsonl").read_text("utf-8").splitlines()]
CAUSES = {one["name"]: one["cause"] for one in INDEX}


def test_every_recording_is_accounted_for() -> None:
    assert {path.stem for path in LOGS.glob("*.log")} == set(CAUSES)
    assert len(CAUSES) == len(INDEX)


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_of_a_recording(name: str) -> None:
    told = read_text((LOGS / f"{name}.log").read_text(encoding="utf-8"))
    if CAUSES[name] == HEALTHY:
        assert told.told == ()
        assert told.ready
    else:
        assert told.cause is not None
        assert told.cause.problem == CAUSES[name]
    assert told.untold is None
