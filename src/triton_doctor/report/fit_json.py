"""Estimates of memory as JSON, schema version 1. Keys are added over time, never taken away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from triton_doctor import __version__
from triton_doctor.fitting.amount import Amount
from triton_doctor.fitting.estimate import Estimate
from triton_doctor.fitting.fitted import Fitted, by_starter
from triton_doctor.record import asdict

SCHEMA_VERSION = 1


def fits_as_json(every: Sequence[Fitted], exit_code: int) -> str:
    """One JSON document; ASCII only. Bytes, on one GPU, where a key does not say otherwise."""
    body = {
        "schema_version": SCHEMA_VERSION,
        "doctor": {"version": __version__},
        "exit_code": exit_code,
        "models": [fitted_document(one) for one in every],
    }
    return json.dumps(body, indent=2) + "\n"


def fitted_document(one: Fitted) -> dict[str, Any]:
    """One model: its card, its estimate, changes that make it fit, and the figures of a log."""
    return {
        "name": one.name,
        "where": one.where,
        "weights_by": one.source,
        "trouble": one.trouble or None,
        "engines_on_gpu": one.engines,
        "gpu": {
            "name": one.question.card.name,
            "total": one.question.card.total,
            "free": one.question.card.free,
            "count": one.question.cards,
        },
        "near": list(one.near),
        "settings_file": one.settings or None,
        "vllm_by": one.version_by,
        "refused": sorted(one.estimate.refused),
        **estimate(one.estimate),
        "by_starter": _by_starter(one),
        "changes": [
            {"kind": change.kind, "values": change.values, **estimate(change.estimate)}
            for change in one.changes
        ],
        "if_started_otherwise": estimate(one.other) if one.other else None,
        "logged": asdict(one.logged) if one.logged else None,
    }


def _by_starter(one: Fitted) -> dict[str, Any] | None:
    """What hangs on who starts the engine, by name; both are equal where the settings say all."""
    both = by_starter(one)
    if both is None:
        return None
    return {
        who: {
            "taken": who == one.question.starter,
            "max_num_batched_tokens": found.engine.batched,
            "max_num_seqs": found.engine.seqs,
            "verdict": found.verdict,
            "limit": found.limit or None,
            "cache": _amount(found.room),
            "cache_tokens": found.tokens,
            "cache_tokens_as_printed": found.printed,
            "concurrency": round(found.concurrency, 2),
        }
        for who, found in both.items()
    }


def estimate(found: Estimate) -> dict[str, Any]:
    """The figures of one estimate; null where nothing could be told."""
    told = found.verdict != "unknown"
    asked = found.engine
    return {
        "verdict": found.verdict,
        "limit": found.limit or None,
        "reasons": list(found.reasons),
        "vllm": ".".join(str(part) for part in asked.vllm),
        "engine": "V1" if asked.v1 else "V0",
        "settings": {
            "gpu_memory_utilization": asked.share,
            "max_model_len": asked.length or None,
            "tensor_parallel_size": asked.tensor,
            "pipeline_parallel_size": asked.pipeline,
            "max_num_batched_tokens": asked.batched,
            "max_num_seqs": asked.seqs,
            "kv_cache_dtype": asked.cache_type,
            "block_size": found.block or asked.block,
            "enforce_eager": asked.eager,
            "started_by": asked.starter,
        },
        "budget": found.budget if told else None,
        "weights": _amount(found.weights) if told else None,
        "activation": _amount(found.activation) if told else None,
        "libraries": _amount(found.elsewhere) if told else None,
        "cuda_graphs": _amount(found.graphs) if told else None,
        "cuda_graphs_in_budget": found.inside if told else None,
        "cache": _amount(found.room) if told else None,
        "cache_bytes_per_token": found.token if told else None,
        "cache_tokens": found.tokens if told else None,
        "cache_tokens_as_printed": found.printed if told else None,
        "cache_blocks": found.blocks if told else None,
        "bytes_for_one_request": found.need if told else None,
        "left": _amount(found.left) if told else None,
        "concurrency": round(found.concurrency, 2) if told else None,
    }


def _amount(amount: Amount) -> dict[str, int]:
    return {"bytes": amount.bytes, "error": amount.error}
