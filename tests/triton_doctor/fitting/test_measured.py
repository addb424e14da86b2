"""vLLM 0.22.1 on H100, measured for this project, against the estimate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.triton_doctor.fitting.bench import GIB, HERE, question
from triton_doctor.fitting.estimate import Estimate

LINES = (HERE / "measured.jsonl").read_text("utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES if not line.startswith("#")]
# The defaults of AsyncLLM when a program starts it by itself, as the one that measured did.
ALONE = {"max_num_batched_tokens": 2048, "max_num_seqs": 128}


def estimated(row: dict[str, Any]) -> Estimate:
    return question(row["model"], {**ALONE, **row["args"]}).ask()


def having(key: str) -> Any:
    known = [row for row in ROWS if key in row]
    names = [f"{row['model']} {json.dumps(row['args'])}" for row in known]
    return pytest.mark.parametrize("row", known, ids=names)


@having("weights")
def test_weights_are_within_two_per_cent(row: dict[str, Any]) -> None:
    assert estimated(row).weights.bytes / GIB == pytest.approx(row["weights"], rel=0.02, abs=0.01)


@having("cache")
def test_the_cache_is_within_half_a_gib(row: dict[str, Any]) -> None:
    assert estimated(row).room.bytes / GIB == pytest.approx(row["cache"], abs=0.5)


@having("cache")
def test_the_error_that_is_stated_holds(row: dict[str, Any]) -> None:
    room = estimated(row).room
    assert abs(room.bytes / GIB - row["cache"]) < 2 * room.error / GIB


@having("printed")
def test_a_token_takes_what_was_measured(row: dict[str, Any]) -> None:
    if "cache" in row:
        told = row["cache"] * GIB / row["printed"]
        assert estimated(row).token == pytest.approx(told, rel=0.005)
    else:  # kv_cache_memory_bytes: no other part matters
        assert estimated(row).printed == row["printed"]


@having("graphs")
def test_graphs_are_within_their_error(row: dict[str, Any]) -> None:
    graphs = estimated(row).graphs
    assert abs(graphs.bytes / GIB - row["graphs"]) < graphs.error / GIB


def test_what_did_not_fit_is_foreseen() -> None:
    """Qwen2.5-32B in 0.8 of the card had 0.08 GiB left, and 4096 tokens need 1 GiB."""
    (row,) = [row for row in ROWS if row.get("cache") == 0.08]
    foreseen = estimated(row)
    assert (foreseen.verdict, foreseen.limit) == ("short", "length")


def test_more_cache_than_the_card_has_is_foreseen() -> None:
    (row,) = [row for row in ROWS if row["args"].get("kv_cache_memory_bytes") == 70 * GIB]
    foreseen = estimated(row)
    assert (foreseen.verdict, foreseen.limit) == ("short", "weights")


def test_windows_are_printed_and_counted_as_they_were() -> None:
    """Mistral-7B-v0.1: 2,496,836 tokens in the log, 469,401 by bytes; Gemma-2-9b likewise.

    The same blocks are given to the estimate, so that only the rules of counting are compared.
    """
    for name, length, tokens, printed in (
        ("mistral-7b-v0.1", 32768, 469_392, 2_496_836),
        ("gemma-2-9b", 8192, 165_213, 188_607),
    ):
        groups = 1 if name.startswith("mistral") else 2
        blocks = tokens * groups // 16
        args = {**ALONE, "max_model_len": length, "num_gpu_blocks_override": blocks}
        told = question(name, args).ask()
        assert told.printed == pytest.approx(printed, rel=0.0001)
        assert told.tokens == pytest.approx(tokens, rel=0.0001)


def test_older_versions_print_blocks() -> None:
    args = {**ALONE, "max_model_len": 32768, "num_gpu_blocks_override": 29337}
    old = question("mistral-7b-v0.1", args, vllm="0.19.0").ask()
    assert old.printed == old.tokens == 469_392
