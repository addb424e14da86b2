"""vLLM's own figures, as they stand in logs of four versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from triton_doctor.fitting.logged import GIB, Logged, arguments, logged, requests

LOGS = Path(__file__).parent / "logs"
V0, WORKERS, V1 = ((LOGS / f"{name}.log").read_text("utf-8") for name in ("v0", "v0-workers", "v1"))


def figures(text: str) -> Logged:
    return logged(text.splitlines())


def test_v0() -> None:
    told = figures(V0)
    assert (told.version, told.length, told.tensor) == ("0.6.3.post1", 20000, 1)
    assert told.weights == int(14.9888 * GIB)
    assert (told.blocks, told.concurrency) == (1952, 1.56)


def test_v0_with_workers() -> None:
    told = figures(WORKERS)
    assert [told.weights, told.elsewhere, told.activation, told.room, told.graphs] == [
        int(one * GIB) for one in (30.71, 0.30, 1.26, 7.71, 0.36)
    ]
    assert told.blocks == 3947


def test_v1_with_workers_counts_the_smallest_cache() -> None:
    told = figures(V1)
    assert told.room == int(39.61 * GIB)
    assert (told.tokens, told.concurrency) == (324_608, 9.91)
    assert (told.estimated, told.graphs) == (int(0.49 * GIB), int(0.51 * GIB))
    assert arguments(told) == {
        "max_model_len": 32768, "tensor_parallel_size": 2, "pipeline_parallel_size": 1,
    }  # fmt: skip


def test_the_last_start_counts() -> None:
    told = figures(V0 + V1)
    assert (told.version, told.blocks) == ("0.22.1", None)


@pytest.mark.parametrize("text", ["", "I1129 server started", "max_seq_len=5"])
def test_other_logs_say_nothing(text: str) -> None:
    assert figures(text).empty


def test_the_steps_of_a_start_are_told_before_its_version() -> None:
    steps = "INFO [scheduler.py:205] Chunked prefill is enabled with max_num_batched_tokens={}.\n"
    told = figures(steps.format(8192) + V0 + steps.format(2048) + V1)
    assert arguments(told)["max_num_batched_tokens"] == 2048


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("'max_cudagraph_capture_size': 256, 'dynamic_shapes_config': {}", 128),
        ('"cudagraph_capture_sizes":[64,32,1],"max_capture_size":64}', 32),
        ("'max_cudagraph_capture_size': 512", None),  # 256 requests, or any more
        ("'max_cudagraph_capture_size': 0", None),  # eager
    ],
)
def test_requests_are_half_of_what_graphs_are_for(config: str, expected: int | None) -> None:
    assert requests(figures(f"compilation_config={{{config}")) == expected
