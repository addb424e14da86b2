"""vLLM 0.22.1 on H200, measured once the estimate was made: nothing was fitted to these."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.triton_doctor.fitting.bench import GIB, HERE, question
from tests.triton_doctor.fitting.test_measured import ALONE
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.estimate import Estimate

H200 = Card("NVIDIA H200", 150_109_880_320, None, (9, 0))
LINES = (HERE / "measured_h200.jsonl").read_text("utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES if not line.startswith("#")]
SPREAD = [row for row in ROWS if "tensor_parallel_size" in row["args"]]
ONE = [row for row in ROWS if row not in SPREAD]


def estimated(row: dict[str, Any]) -> Estimate:
    args = {**(ALONE if row.get("alone") else {}), **row["args"]}
    return question(row["model"], args, card=H200).ask()


@pytest.mark.parametrize("row", ONE, ids=lambda row: row["model"])
def test_one_gpu_with_the_defaults_of_whoever_starts_it(row: dict[str, Any]) -> None:
    told = estimated(row)
    assert told.room.bytes / GIB == pytest.approx(row["cache"], abs=0.25)
    assert told.printed == pytest.approx(row["printed"], rel=0.003)
    assert told.concurrency == pytest.approx(row["concurrency"], rel=0.003)
    if "weights" in row:
        assert told.weights.bytes / GIB == pytest.approx(row["weights"], rel=0.008)


@pytest.mark.parametrize("row", SPREAD, ids=lambda row: row["model"])
def test_two_gpus_are_within_the_error_that_is_stated(row: dict[str, Any]) -> None:
    told = estimated(row)
    assert told.weights.bytes / GIB == pytest.approx(row["weights"], rel=0.008)
    assert abs(told.room.bytes / GIB - row["cache"]) < told.room.error / GIB < 1.0
