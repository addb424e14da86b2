"""What vLLM logged in public, against the estimate: each example with its address."""

from __future__ import annotations

from typing import Any

import pytest
import tomli

from tests.triton_doctor.fitting.bench import GIB, HERE, question
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.estimate import Estimate

EXAMPLES = tomli.loads((HERE / "worked.toml").read_text("utf-8"))["example"]


def estimated(example: dict[str, Any]) -> Estimate:
    total, (major, minor) = int(example["total"] * GIB), example["capability"]
    card = Card(example["card"], total, None, (major, minor))
    return question(example["model"], example["args"], card=card, vllm=example["vllm"]).ask()


def having(*keys: str) -> Any:
    known = [one for one in EXAMPLES if all(key in one for key in keys)]
    return pytest.mark.parametrize("example", known, ids=[one["name"] for one in known])


@having("weights")
def test_weights_are_within_two_per_cent(example: dict[str, Any]) -> None:
    assert estimated(example).weights.bytes / GIB == pytest.approx(example["weights"], rel=0.02)


@having("token")
def test_a_token_takes_what_the_log_tells(example: dict[str, Any]) -> None:
    assert estimated(example).token == pytest.approx(example["token"], rel=0.005)


@having("activation")
def test_the_peak_is_near(example: dict[str, Any]) -> None:
    assert estimated(example).activation.bytes / GIB == pytest.approx(
        example["activation"], abs=0.2
    )


@having("cache")
def test_the_cache_is_within_half_a_gib(example: dict[str, Any]) -> None:
    assert estimated(example).room.bytes / GIB == pytest.approx(example["cache"], abs=0.5)


@having("tokens")
def test_tokens_follow_from_what_is_left(example: dict[str, Any]) -> None:
    off = (estimated(example).printed - example["tokens"]) * example["token"] / GIB
    assert abs(off) < 0.5


@having("fails")
def test_what_failed_is_foreseen_or_near_the_limit(example: dict[str, Any]) -> None:
    foreseen = estimated(example)
    assert foreseen.verdict in ("short", "near")
    assert foreseen.limit == example["fails"]


def test_the_blocks_of_the_logs_follow_from_their_own_figures() -> None:
    """Example 3: 1381 blocks of 16 tokens are 10.79 requests of 2048."""
    three = question("llama-3.1-70b-w8a8", EXAMPLES[3]["args"], vllm="0.7.0")
    told = three.ask(num_gpu_blocks_override=1381)
    assert (told.printed, round(told.concurrency, 2)) == (22096, 10.79)


def test_latent_attention_is_not_divided_by_tensor_parallel() -> None:
    sizes = [question("deepseek-v3", {"tensor_parallel_size": one}).ask().token for one in (1, 8)]
    assert sizes == [70272, 70272]
    small = [question("deepseek-v2-lite", {"tensor_parallel_size": one}).ask() for one in (1, 2)]
    assert [one.token for one in small] == [31104, 31104]


def test_a_hybrid_prints_what_its_log_has() -> None:
    """Example 8: github.com/mitchross/talos-argocd-proxmox/pull/1995, 302,921 tokens and 2.31 x.

    4.99 GiB for a GPU; a block holds as many tokens as fill the state of a linear layer.
    """
    args = {"tensor_parallel_size": 2, "max_model_len": 131072, "kv_cache_dtype": "fp8"}
    asked = question("hybrid-27b-fp8", args)
    laid = asked.ask()
    blocks = int(4.99 * GIB) // (laid.need // 90)  # 84 of the full layers, 2 in 3 groups of others
    told = asked.ask(num_gpu_blocks_override=blocks)
    assert (told.printed, round(told.concurrency, 2)) == (302921, 2.31)
