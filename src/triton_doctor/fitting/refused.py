"""Settings that no estimate can go by, whatever memory there is. Pure.

A default in the place of a value that vLLM refuses would be an answer to another question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from triton_doctor.fitting.engine import EIGHT, ONLINE, TYPES
from triton_doctor.fitting.reading import whole
from triton_doctor.fitting.shape import Model

_COUNTS = (
    "tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size", "max_num_seqs",
    "max_num_batched_tokens", "block_size", "max_loras", "max_lora_rank", "kv_cache_memory_bytes",
    "num_gpu_blocks_override",
)  # fmt: skip
_FLAGS = (
    "enforce_eager", "enable_expert_parallel", "enable_chunked_prefill", "enable_prefix_caching",
    "disable_hybrid_kv_cache_manager",
)  # fmt: skip
# These spread the cache of one request over several GPUs, for which there is no rule.
_SPREAD = ("decode_context_parallel_size", "prefill_context_parallel_size")
_LEFT_TO_VLLM = (-1, "-1", "auto")  # of max_model_len: newer versions take what fits
_CLOSE = 0.88  # of difflib's measure: a letter or two in such a name
_PACKED = ("I32", "I8", "U8", "F8_E4M3", "F8_E5M2", "F4", "F4_E2M1")


def refused(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Those of model.json that are of no use here, by name; null is as good as left out."""
    given = {name: value for name, value in asked.items() if value is not None}
    return {name: given[name] for name in _bad(given)}


def without_rule(
    asked: Mapping[str, Any], model: Model, stored: Mapping[str, int] | None, files: int
) -> Iterator[str]:
    """What is allowed, and has no rule here, by name."""
    if asked.get("max_model_len") in _LEFT_TO_VLLM:
        yield "auto"
    method = asked.get("quantization")
    if isinstance(method, str) and method.lower() not in ONLINE and _plain(model, stored, files):
        yield "quantization"


def _plain(model: Model, stored: Mapping[str, int] | None, files: int) -> bool:
    """Whether nothing that was seen says that the checkpoint is quantized."""
    if model.quantized or (files and not stored):
        return False
    return not set(stored or ()) & set(_PACKED)


def _bad(given: Mapping[str, Any]) -> Iterator[str]:
    for name, fitting in _RULES.items():
        if name in given and not fitting(given[name]):
            yield name
    # vLLM refuses a name that it does not know; and what is meant would count.
    for name in given:
        if name not in _RULES and get_close_matches(name, _RULES, n=1, cutoff=_CLOSE):
            yield name


def _is_count(value: object) -> bool:
    return bool(whole(value))


def _is_length(value: object) -> bool:
    return _is_count(value) or value in _LEFT_TO_VLLM


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flat(value: object) -> bool:
    """Keys that stand in the place of config.json's own; what lies deeper has no rule."""
    every = value.values() if isinstance(value, Mapping) else [{}]
    return not any(isinstance(one, Mapping | list) for one in every)


def _is_one(value: object) -> bool:
    return not value or value == 1


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 < value <= 1


def _is_size(value: Any) -> bool:
    return _is_number(value) and 0 <= value < 1 << 20


def _is_type(value: object) -> bool:
    return isinstance(value, str) and value.lower() in ("auto", *TYPES)


def _is_cache_type(value: object) -> bool:
    known = ("auto", *TYPES, *EIGHT)
    return isinstance(value, str) and (value in known or value.startswith("nvfp4"))


_RULES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_COUNTS, _is_count),
    **dict.fromkeys(_FLAGS, lambda value: isinstance(value, bool)),
    "max_model_len": _is_length,
    "gpu_memory_utilization": _is_share,
    "cpu_offload_gb": _is_size,
    "dtype": _is_type,
    "kv_cache_dtype": _is_cache_type,
    "quantization": lambda value: isinstance(value, str),
    "hf_overrides": _is_flat,
    **dict.fromkeys(_SPREAD, _is_one),
}
