"""What vLLM's own log says of the memory that it found, to set beside an estimate.

V0: one paragraph of `worker.py` and the numbers of blocks; V1: one line for each figure. Several
workers write each line; the smallest cache counts, as it does for vLLM.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from triton_doctor.record import Record, asdict

GIB = 2**30
_CAPTURED = 512  # requests: vLLM captures no graphs for more, however many there may be
_NUMBER = r"(-?[\d,]+(?:\.\d+)?)"
_GIB = rf"{_NUMBER} ?(?:GiB|GB)"
_PATTERNS = {
    "version": r"LLM engine \(v(\d[\w.+]*)\)",
    "length": r"max_seq_len=(\d+)",
    "batched": r"Chunked prefill is enabled with max_num_batched_tokens=(\d+)",
    "captured": r"\bmax_(?:cudagraph_)?capture_size\W{1,4}(\d+)",
    "warm": r"(Directly load) (?:the compiled graph|AOT compilation)",
    "tensor": r"tensor_parallel_size=(\d+)",
    "pipeline": r"pipeline_parallel_size=(\d+)",
    "weights": rf"(?:[Mm]odel loading took|Loading model weights took|model weights take) {_GIB}",
    "activation": rf"PyTorch activation peak memory takes {_GIB}",
    "elsewhere": rf"non_torch_memory takes {_GIB}",
    "room": rf"(?:Available KV cache memory: |reserved for KV Cache is ){_GIB}",
    "tokens": rf"GPU KV cache size: {_NUMBER} tokens",
    "blocks": rf"# (?:GPU|CUDA|cuda) blocks: {_NUMBER}",
    "concurrency": rf"Maximum concurrency for {_NUMBER} tokens per request: {_NUMBER}x",
    "graphs": rf"Graph capturing finished in .*?took {_GIB}",
    "estimated": rf"Estimated CUDA graph memory: {_GIB}",
}
_FOUND = {name: re.compile(text) for name, text in _PATTERNS.items()}


class Logged(Record, frozen=True):
    """Figures of a log; None is what it does not say. Bytes, but for tokens, blocks, length and
    concurrency. batched: tokens in a step; captured: requests of the largest CUDA graph; warm: what
    was compiled by an earlier start was found; graphs: as captured; estimated: as foreseen."""

    version: str = ""
    warm: str = ""
    length: int | None = None
    batched: int | None = None
    captured: int | None = None
    tensor: int | None = None
    pipeline: int | None = None
    weights: int | None = None
    activation: int | None = None
    elsewhere: int | None = None
    room: int | None = None
    tokens: int | None = None
    blocks: int | None = None
    concurrency: float | None = None
    graphs: int | None = None
    estimated: int | None = None

    @property
    def empty(self) -> bool:
        """Nothing of memory is in it."""
        names = ("weights", "room", "tokens", "blocks", "concurrency", "graphs")
        return all(getattr(self, name) is None for name in names)


def logged(lines: Iterable[str]) -> Logged:
    """The figures of the last start in a log."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in lines:
        for name, pattern in _FOUND.items():
            if match := pattern.search(line):
                if name == "version":
                    # A new start; its tokens in a step are told before its version.
                    found = {key: found[key] for key in found if key == "batched"}
                found.setdefault(name, []).append(match.groups())
    values: dict[str, Any] = {name: _value(name, every) for name, every in found.items()}
    return Logged(**values)


def arguments(told: Logged) -> dict[str, int]:
    """What the log shows of the settings, by their names in model.json."""
    named = {
        "length": "max_model_len",
        "batched": "max_num_batched_tokens",
        "tensor": "tensor_parallel_size",
        "pipeline": "pipeline_parallel_size",
    }
    values = asdict(told)
    return {argument: values[name] for name, argument in named.items() if values[name]}


def requests(told: Logged) -> int | None:
    """How many requests a step may have: half of what graphs were captured for, up to a limit."""
    return told.captured // 2 if told.captured and told.captured < _CAPTURED else None


def _value(name: str, every: list[tuple[str, ...]]) -> str | int | float:
    if name in ("version", "warm"):
        return every[-1][0]
    numbers = [float(groups[-1].replace(",", "")) for groups in every]
    if name == "concurrency":
        return min(numbers)
    if name in ("length", "batched", "captured", "tensor", "pipeline", "tokens", "blocks"):
        return int(min(numbers) if name in ("tokens", "blocks") else numbers[-1])
    return int((min(numbers) if name == "room" else max(numbers)) * GIB)
