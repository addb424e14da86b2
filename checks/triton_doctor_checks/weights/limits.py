"""Judges what model.json asks of a model against what its own config.json allows. Pure.

As vLLM 0.9.2 has it (vllm/config.py: `_get_and_verify_max_len`, `verify_with_parallel_config`,
`_verify_quantization`), in those parts that 0.5 to 0.33 share; where versions may differ, nothing
is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from triton_doctor.api import ASK, SAFE, Answer, Applicability, Found, Plan, Step, found, plan
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor_checks.engine.settings import Settings
from triton_doctor_checks.weights.place import place

# Where a model says for how many tokens it was made; the smallest counts.
_LENGTHS = (
    "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "max_target_positions",
    "max_sequence_length", "max_seq_length", "seq_len",
)  # fmt: skip
# Kinds of rope scaling that leave the length as it is written.
_UNSCALED = ("default", "su", "longrope", "llama3", "mrope")
_STRETCHED = ("linear", "dynamic", "ntk", "yarn")
# Arguments that change the configuration before it is looked at.
_CHANGED_BY = ("hf_overrides", "rope_scaling", "hf_config_path", "config_format")
_FAMILIES = {
    "awq": "awq", "awq_marlin": "awq", "gptq": "gptq", "gptq_marlin": "gptq",
    "gptq_bitblas": "gptq", "fp8": "fp8", "bitsandbytes": "bitsandbytes", "aqlm": "aqlm",
    "compressed-tensors": "compressed-tensors", "hqq": "hqq", "quark": "quark",
    "modelopt": "modelopt", "mxfp4": "mxfp4",
}  # fmt: skip
# Forms that need a file which says how, where config.json does not.
_SAID_IN = {"awq": ("quant_config.json", "quantize_config.json"), "gptq": ("quantize_config.json",)}


def judge_limits(one: Checkpoint, file: Settings | None, vllm: str) -> Iterator[Answer]:
    """file: the model.json, where its place is clear; vllm: the version, for the words."""
    if one.config is None or any(one.arguments.get(name) for name in _CHANGED_BY):
        return
    for answer in (_length(one, file), _heads(one, file, vllm), _quantization(one, file, vllm)):
        if answer is not None:
            yield answer


def text_config(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part that is about the language model: of models that see or hear it is a part."""
    found: Mapping[str, Any] | None = config
    while found is not None:
        config, found = found, _inner(found)
    return config


def _inner(config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    names = ("text_config", "llm_config", "language_config", "thinker_config")
    parts = [config.get(name) for name in names]
    return next((part for part in parts if isinstance(part, Mapping)), None)


def limit(config: Mapping[str, Any]) -> int | None:
    """The longest context that the model allows; None where that is not clear."""
    inner = text_config(config)
    named = [inner.get(name) for name in _LENGTHS]
    written = [length for length in named if _whole(length)]
    if not written:
        return None
    own = inner.get("model_max_length")
    length = max(min(written), own if _whole(own) else 0)
    rope = inner.get("rope_parameters", inner.get("rope_scaling"))
    if not rope:
        return length
    return _stretched(length, rope, str(inner.get("model_type", "")))


def _stretched(length: int, rope: Any, kind: str) -> int | None:
    if not isinstance(rope, Mapping):
        return None
    form, factor = rope.get("rope_type", rope.get("type")), rope.get("factor", 1.0)
    if form in _UNSCALED or "gemma3" in kind:
        return length
    if form not in _STRETCHED or not isinstance(factor, (int, float)):
        return None
    original = rope.get("original_max_position_embeddings")
    base = original if form == "yarn" and _whole(original) else length
    # A number of its own that is larger says that it has been stretched already.
    return max(length, int(base * factor)) if 1 <= factor <= _MOST else None


_MOST = 10_000  # more than any model is stretched


def _length(one: Checkpoint, file: Settings | None) -> Found | None:
    asked, allowed = one.arguments.get("max_model_len"), limit(one.config or {})
    if not _whole(asked) or allowed is None or asked <= allowed:
        return None
    step = file.put("max_model_len", allowed) if file else None
    fix = _plan("length", SAFE, step, path=one.path, value=allowed)
    where, evidence = place(one, file, "max_model_len")
    return found(
        "engine/context-over-limit",
        where=where,
        evidence=evidence,
        fix=fix,
        asked=str(asked),
        limit=str(allowed),
    )


def _heads(one: Checkpoint, file: Settings | None, vllm: str) -> Found | None:
    inner, size = text_config(one.config or {}), one.arguments.get("tensor_parallel_size")
    named = [inner.get(name) for name in ("num_attention_heads", "n_head", "n_heads")]
    heads = next((number for number in named if _whole(number)), 0)
    if not heads or not _whole(size) or heads % size == 0:
        return None
    fits = max(number for number in range(1, size + 1) if heads % number == 0)
    step = file.put("tensor_parallel_size", fits) if file else None
    example = f'"tensor_parallel_size": {fits}'
    where, evidence = place(one, file, "tensor_parallel_size")
    return found(
        "engine/invalid-argument",
        case="heads",
        where=where,
        evidence=evidence,
        fix=_plan("write", ASK, step, example=example),
        error=f"Total number of attention heads ({heads}) must be divisible by "
        f"tensor parallel size ({size}).",
        argument="tensor_parallel_size",
        value=str(size),
        allowed=str(heads),
        example=example,
        vllm=vllm,
    )


def _quantization(one: Checkpoint, file: Settings | None, vllm: str) -> Found | None:
    asked = one.arguments.get("quantization")
    wanted = _FAMILIES.get(asked) if isinstance(asked, str) else None
    if wanted is None:
        return None
    has = form_of(one.config or {})
    if has is None:
        error = _unsaid(one, wanted, str(asked))
    elif has in _FAMILIES and _FAMILIES[has] != wanted:
        error = f"Quantization method specified in the model config ({has}) does not match the "
        error += f"quantization method specified in the `quantization` argument ({asked})."
    else:
        return None
    if not error:
        return None
    step = file.drop("quantization") if file else None
    where, evidence = place(one, file, "quantization")
    return found(
        "engine/quantization-mismatch",
        case="of-config" if has else "unsaid",
        where=where,
        evidence=evidence,
        fix=_plan("own-form", SAFE, step, path=one.path),
        error=error,
        value=f'"{asked}"',
        allowed=has or "",
        vllm=vllm,
    )


def form_of(config: Mapping[str, Any]) -> str | None:
    """The form in which the weights were quantised; None where they were not, as it seems."""
    about = config.get("quantization_config") or config.get("compression_config")
    if not about:
        return None
    method = about.get("quant_method") if isinstance(about, Mapping) else None
    return str(method).lower().replace("_", "-" if "compressed" in str(method) else "_")


def _unsaid(one: Checkpoint, wanted: str, asked: str) -> str:
    """What vLLM says where nothing tells how the weights were quantised; empty where it may."""
    files = _SAID_IN.get(wanted, ())
    if not files or not one.names or any(name in one.names for name in files):
        return ""
    return f"Cannot find the config file for {asked}"


def _plan(name: str, how: Applicability, step: Step | None, **values: Any) -> Plan | None:
    return plan(name, how, step, **values) if step else None


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
