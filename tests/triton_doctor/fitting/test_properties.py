"""What holds for any model, card and setting."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triton_doctor.fitting.bench import CONFIGS, question, sized
from triton_doctor.fitting.architecture import model
from triton_doctor.fitting.changes import MOST, changes, lengths
from triton_doctor.fitting.estimate import Question

NAMES = sorted(CONFIGS)
RANK = {"short": 0, "near": 1, "fits": 2}
VERSIONS = ["0.6.3", "0.8.4", "0.9.2", "0.15.1", "0.22.1", "0.27.1"]
models, versions = st.sampled_from(NAMES), st.sampled_from(VERSIONS)
gibs = st.floats(4, 200)
ARGS = st.fixed_dictionaries(
    {},
    optional={
        "max_model_len": st.integers(16, 200_000),
        "gpu_memory_utilization": st.integers(5, 100).map(lambda one: one / 100),
        "tensor_parallel_size": st.sampled_from([1, 2, 4, 8]),
        "pipeline_parallel_size": st.sampled_from([1, 2]),
        "enforce_eager": st.booleans(),
        "kv_cache_dtype": st.sampled_from(["auto", "fp8"]),
        "max_num_seqs": st.integers(1, 1024),
        "max_num_batched_tokens": st.integers(512, 16384),
        "disable_hybrid_kv_cache_manager": st.booleans(),
        "cpu_offload_gb": st.integers(0, 8),
    },
)


@settings(deadline=None, max_examples=50)
@given(models, versions, gibs, st.floats(0, 60), ARGS)
def test_more_memory_never_fits_less(
    name: str, vllm: str, gib: float, more: float, args: dict[str, Any]
) -> None:
    less, much = (
        question(name, args, card=sized(one), vllm=vllm).ask() for one in (gib, gib + more)
    )
    if (less.engine.batched, less.engine.seqs) == (much.engine.batched, much.engine.seqs):
        assert RANK[much.verdict] >= RANK[less.verdict]
        assert much.tokens >= less.tokens


@settings(deadline=None, max_examples=50)
@given(models, versions, gibs, st.integers(16, 100_000), st.integers(0, 100_000), ARGS)
def test_a_longer_context_never_needs_less(
    name: str, vllm: str, gib: float, length: int, more: int, args: dict[str, Any]
) -> None:
    asked = question(name, args, card=sized(gib), vllm=vllm)
    short, long = asked.ask(max_model_len=length), asked.ask(max_model_len=length + more)
    assert long.need >= short.need
    assert RANK[long.verdict] <= RANK[short.verdict]


@settings(deadline=None, max_examples=20)
@given(models, versions, gibs, st.integers(1, 8), ARGS)
def test_a_proposed_change_fits_and_the_next_smaller_one_does_not(
    name: str, vllm: str, gib: float, cards: int, args: dict[str, Any]
) -> None:
    asked = question(name, args, card=sized(gib), vllm=vllm, cards=cards)
    before = asked.ask()
    for change in changes(asked):
        assert asked.ask(**change.values).verdict == "fits"
        if change.kind == "length":
            length = change.values["max_model_len"]
            longer = [one for one in lengths(before.engine.length) if one > length]
            assert not longer or asked.ask(max_model_len=longer[-1]).verdict != "fits"
        elif change.kind == "share" and before.limit not in ("busy", "graphs"):
            share = change.values["gpu_memory_utilization"]
            assert share <= MOST
            less = asked.ask(gpu_memory_utilization=round(share - 0.01, 2))
            assert less.verdict != "fits"
        elif change.kind == "spread":
            count = change.values["tensor_parallel_size"]
            assert count <= cards
            assert before.model.heads % count == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
KEYS = [
    *sorted({key for config in CONFIGS.values() for key in config}),
    "layer_types", "text_config", "vision_config", "ffn_config", "hybrid_override_pattern",
    "attention_chunk_size", "mamba_d_state", "mamba_n_heads", "state_size", "index_head_dim",
    "index_n_heads", "n_layer", "n_embd", "n_head", "multi_query", "is_encoder_decoder",
    "moe_layers", "attn_layer_indices", "sliding_window_pattern", "rope_parameters",
]  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6), ARGS)
def test_no_config_is_a_crash(name: str, odd: dict[str, Any], args: dict[str, Any]) -> None:
    raw = {**CONFIGS[name], **odd}
    told = Question(model(raw), sized(80), args, "0.22.1").ask()
    assert told.verdict in ("fits", "near", "short", "unknown")
    assert bool(told.reasons) == (told.verdict == "unknown")


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.sampled_from([*KEYS, "max_model_len"]), JSON, max_size=6))
def test_no_settings_are_a_crash(odd: dict[str, Any]) -> None:
    keys = ["max_model_len", "tensor_parallel_size", "dtype", "kv_cache_dtype", "block_size"]
    args = dict(zip(keys, odd.values(), strict=False))
    told = question("llama-3.1-8b", args).ask()
    assert told.engine.tensor >= 1


@pytest.mark.parametrize(
    "raw", [{}, {"model_type": "new"}, {"hidden_size": 5}, {"num_hidden_layers": 3}]
)
def test_what_is_not_told_is_not_guessed(raw: dict[str, Any]) -> None:
    told = Question(model(raw), sized(80), {}, "0.22.1").ask()
    assert told.verdict == "unknown"
    assert told.reasons
