"""Bytes of weights on one GPU, from what the files hold or, without them, from the config alone."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from triton_doctor.fitting.amount import Amount
from triton_doctor.fitting.engine import ONLINE, Engine
from triton_doctor.fitting.parameters import Parameters, further, parameters
from triton_doctor.fitting.shape import Model

# Of one element as safetensors names its type; sub-byte types are packed into these.
SIZES = {
    "F64": 8.0, "F32": 4.0, "F16": 2.0, "BF16": 2.0, "I64": 8.0, "I32": 4.0, "I16": 2.0, "I8": 1.0,
    "U64": 8.0, "U32": 4.0, "U16": 2.0, "U8": 1.0, "BOOL": 1.0, "F8_E4M3": 1.0, "F8_E5M2": 1.0,
    "F8_E8M0": 1.0, "F4": 0.5, "F4_E2M1": 0.5, "F6_E2M3": 0.75, "F6_E3M2": 0.75,
}  # fmt: skip
_FLOATS = ("F64", "F32", "F16", "BF16")
# How far weights may be off, as a share: measured 0.8 % at most where the files were known.
_FROM_FILES, _FROM_CONFIG, _ODD = 0.006, 0.008, 0.05
_KNOWN = (
    "llama", "mistral", "mixtral", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "gemma", "gemma2",
    "gemma3_text", "phi3", "deepseek_v2", "deepseek_v3", "gpt_oss", "granite", "olmo2", "",
)  # fmt: skip


def weights(
    model: Model, engine: Engine, stored: Mapping[str, int] | None = None, files: int = 0
) -> Amount | None:
    """Bytes on the fullest GPU; None where neither files nor config tell.

    stored: elements by the type of safetensors; files: bytes of the weight files, where their
    headers are not known.
    """
    counted = parameters(model)
    whole = _whole(model, engine, counted, stored, files)
    if whole is None:
        return None
    total, error = whole
    share = _share(model, engine, counted)
    here = total * share + _rotary(model, engine) + _adapters(model, engine)
    here = max(0.0, here - engine.offload)
    return Amount(int(here), int(total * share * error))


def _whole(
    model: Model, engine: Engine, counted: Parameters, stored: Mapping[str, int] | None, files: int
) -> tuple[float, float] | None:
    """Bytes over all GPUs once loaded, and the share by which they may be off."""
    left = 1 - min(0.5, further(model) / max(counted.total + further(model), 1))
    if stored and sum(stored.values()):
        total = sum(count * _size(kind, model, engine) for kind, count in stored.items())
        elements = sum(stored.values())
        return _online(total * left, elements * left, engine, counted), _FROM_FILES
    if files:
        return _online(files * left, files * left / 2, engine, counted), 2 * _FROM_FILES
    return _from_config(model, engine, counted)


def _size(kind: str, model: Model, engine: Engine) -> float:
    """Bytes of an element after loading: floats are cast to the model's type unless quantized."""
    if kind in _FLOATS and model.quantized is None:
        return engine.bytes
    if kind in ("F16", "BF16"):
        return engine.bytes
    return SIZES.get(kind.upper(), 2.0)


def _online(total: float, elements: float, engine: Engine, counted: Parameters) -> float:
    """Less where vLLM quantizes while loading: tables stay as they are."""
    each = ONLINE.get(engine.online)
    if each is None or not elements:
        return total
    some = counted.experts if engine.online == "experts_int8" else counted.layers
    return total - min(some, elements) * max(0.0, engine.bytes - each)


def _from_config(model: Model, engine: Engine, counted: Parameters) -> tuple[float, float] | None:
    if model.unread or not model.hidden:
        return None
    tables = counted.embedding + counted.head + counted.vision + counted.whole
    plain = (tables + counted.layers) * engine.bytes
    error = _FROM_CONFIG if model.kind in _KNOWN and not model.vision else _ODD
    if model.quantized is None:
        return _online(plain, counted.total, engine, counted), error
    each = model.quantized.bytes
    if each is None:
        return None
    packed = counted.experts if model.quantized.experts_only else counted.layers
    return plain - packed * (engine.bytes - each), error if each >= 1 else max(error, 0.03)


def _share(model: Model, engine: Engine, counted: Parameters) -> float:
    """The part of all weights that lies on the fullest GPU."""
    if not counted.total:
        return 1 / (engine.tensor * engine.pipeline)
    layers = (_spread(model, engine, counted) + counted.whole) * _stage(model, engine)
    tables = counted.embedding, counted.head or counted.embedding
    ends = sum(tables[: 1 if not counted.head else 2]) if engine.pipeline == 1 else max(tables)
    here = layers + ends / engine.tensor + counted.vision / engine.tensor
    return here / counted.total


def _spread(model: Model, engine: Engine, counted: Parameters) -> float:
    """Parameters of all layers as one GPU has them; key-value heads are doubled where too few."""
    split, apart = engine.tensor, engine.tensor * (engine.data if engine.experts_apart else 1)
    keys = counted.keys * (1 / split if model.kv_heads >= split else 1 / max(model.kv_heads, 1))
    rest = counted.layers - counted.experts - counted.keys
    return rest / split + keys + counted.experts / apart


def _stage(model: Model, engine: Engine) -> float:
    """The share of the layers in the longest stage of a pipeline."""
    depth = max(model.depth, 1)
    return ceil(depth / engine.pipeline) / depth


def _rotary(model: Model, engine: Engine) -> float:
    """The table of rotary positions, once on each GPU."""
    if not model.attending or model.kind in ("gpt2", "opt", "bloom"):
        return 0.0
    wide = model.latent.rope if model.latent else model.width
    return min(model.length, 2**20) * wide * engine.bytes


def _adapters(model: Model, engine: Engine) -> float:
    """Room for LoRA adapters: both matrices of each, for every projection and the vocabulary."""
    if not engine.adapters:
        return 0.0
    query, keys = model.heads * model.width, model.kv_heads * model.width
    hidden, wide, split = model.hidden, model.intermediate, engine.tensor
    ins = 5 * hidden + (query + wide) / split
    outs = (query + 2 * keys + 2 * wide) / split + 2 * hidden
    tables = 2 * model.vocabulary / split + 2 * hidden
    return engine.adapters * engine.rank * 2 * (model.depth * (ins + outs) + tables)
