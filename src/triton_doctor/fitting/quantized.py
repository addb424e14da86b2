"""How a checkpoint keeps its weights, by the quantization_config of its config.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triton_doctor.fitting.reading import Config
from triton_doctor.record import Record

_SCALE = 2  # bytes of a scale, in 16 bits


class Quantized(Record, frozen=True):
    """method: as vLLM names it; bytes: of a weight in the layers, scales included, None = not
    known here; experts_only: the rest is kept as it was; cache: the type that it keeps its KV
    cache in, empty where it does not say."""

    method: str
    bytes: float | None
    experts_only: bool = False
    cache: str = ""


def quantized(raw: Mapping[str, Any]) -> Quantized | None:
    """What quantization_config (or compression_config) says; None where there is none."""
    found = Config(raw).inner("quantization_config", "compression_config")
    if not found.raw:
        return None
    method = found.text("quant_method") or found.text("quant_algo") or "unknown"
    method = method.lower().replace("_", "-")
    cache = "fp8" if found.inner("kv_cache_scheme").raw or "8" in _cache_algorithm(found) else ""
    return Quantized(method, _bytes(found, method), method.startswith("mxfp4"), cache)


def _cache_algorithm(found: Config) -> str:
    inner = found.inner("quantization")
    return (found.text("kv_cache_quant_algo") or inner.text("kv_cache_quant_algo")).lower()


def _bytes(found: Config, method: str) -> float | None:
    """Bytes of one weight of a linear layer with its share of scales and zero points."""
    if method in ("fp8", "fbgemm-fp8", "ptpc-fp8"):
        return 1.0 + 4 / (128 * 128)
    if method.startswith("mxfp4"):
        return 0.5 + 1 / 32
    if method.startswith("bitsandbytes"):
        if found.flag("load_in_8bit") or found.flag("_load_in_8bit"):
            return 1.0
        twice = found.flag("bnb_4bit_use_double_quant")  # the scales are quantized as well
        return 0.5 + (1 / 64 + 4 / (64 * 256) if twice else 4 / 64)
    if method.startswith(("modelopt", "nvfp4")):
        return _modelopt(found)
    if method.startswith("compressed-tensors"):
        return _compressed(found)
    bits = found.number("bits", "w_bit", "weight_bits", "nbits")
    if bits is None:
        return 0.5 + _grouped(found, 4) if method.startswith(("awq", "gptq")) else None
    return bits / 8 + _grouped(found, bits) if bits <= 16 else None


def _modelopt(found: Config) -> float | None:
    algorithm = (found.text("quant_algo") or found.inner("quantization").text("quant_algo")).lower()
    if "fp4" in algorithm:
        return 0.5 + 1 / 16
    return 1.0 if "fp8" in algorithm else None


def _compressed(found: Config) -> float | None:
    """The first group of weights stands for all."""
    if found.text("format") == "nvfp4-pack-quantized":
        return 0.5 + 1 / 16
    for group in found.inner("config_groups").raw.values():
        weights = Config(group).inner("weights")
        bits = weights.number("num_bits")
        if bits and bits <= 16:
            return bits / 8 + (_grouped(weights, bits) if bits < 8 else 0.0)
    return None


def _grouped(found: Config, bits: float) -> float:
    """A scale and a zero point for each group of weights."""
    size = found.number("group_size", "q_group_size") or 128
    return (_SCALE + bits / 8) / size
