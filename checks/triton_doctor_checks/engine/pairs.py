"""Judges values of model.json that do not go together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor_checks.engine.limits import LORA_RANKS
from triton_doctor_checks.engine.table import Table
from triton_doctor_checks.engine.values import Bad

_V0 = "0.8.0"  # until then, prompts are taken in one piece unless asked for otherwise
_ONE_ENGINE = "0.11.1"  # from then on there is one engine, and one set of rules
_MOST_SEQS = 256  # max_num_seqs where it is not set
_LONG = 32768  # from this length on, prompts were taken in pieces by themselves


def pairs(table: Table, values: Mapping[str, Any]) -> Iterator[tuple[str, Bad]]:
    """The name at fault, and what is wrong with its value beside the others."""
    yield from _batch(table, values)
    yield from _lora(values)
    local, size = _whole(values, "data_parallel_size_local"), _whole(values, "data_parallel_size")
    if local is not None and local > (1 if size is None else size):
        size = 1 if size is None else size
        error = f"data_parallel_size_local ({local}) must be <= data_parallel_size ({size})"
        yield "data_parallel_size_local", _pair(error, f"<= {size}", size)


def _batch(table: Table, values: Mapping[str, Any]) -> Iterator[tuple[str, Bad]]:
    name = "max_num_batched_tokens"
    batch = _whole(values, name)
    if batch is None or batch < 1:
        return
    length, seqs = _whole(values, "max_model_len"), _whole(values, "max_num_seqs")
    if length is not None and batch < length and _in_one_piece(table, values, length):
        error = f"{name} ({batch}) is smaller than max_model_len ({length})"
        yield name, _pair(error, f">= {length}", length)
        return
    if seqs is None and not table.since(_ONE_ENGINE) and "max_num_seqs" not in values:
        seqs = _MOST_SEQS
    if seqs is not None and batch < seqs:
        error = f"{name} ({batch}) must be greater than or equal to max_num_seqs ({seqs})"
        yield name, _pair(error, f">= {seqs}", seqs)


def _in_one_piece(table: Table, values: Mapping[str, Any], length: int) -> bool:
    """Whether a prompt has to fit into one batch (no chunked prefill), as far as that is sure."""
    chunked = values.get("enable_chunked_prefill")
    if not table.since(_V0):
        return not chunked and length <= _LONG
    return chunked is False and table.since(_ONE_ENGINE)


def _lora(values: Mapping[str, Any]) -> Iterator[tuple[str, Bad]]:
    if not values.get("enable_lora"):
        return
    raw = values.get("max_lora_rank")
    rank, most = _whole(values, "max_lora_rank"), _whole(values, "max_loras")
    if isinstance(raw, str) or (rank is not None and rank not in LORA_RANKS):
        shown = ", ".join(str(one) for one in LORA_RANKS)
        yield "max_lora_rank", Bad("choice", "max_lora_rank", shown, "16")
    if most is not None and most < 1:
        yield "max_loras", Bad("range", "max_loras", ">= 1", "1")
    cpu = _whole(values, "max_cpu_loras")
    if cpu is not None and cpu < (1 if most is None else most):
        most = 1 if most is None else most
        error = f"max_cpu_loras ({cpu}) must be >= max_loras ({most})"
        yield "max_cpu_loras", _pair(error, f">= {most}", most)


def _pair(error: str, allowed: str, example: int) -> Bad:
    return Bad("pair", error, allowed, str(example))


def _whole(values: Mapping[str, Any], name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
