"""Layers that keep a state instead of tokens: Mamba, Mamba 2, gated delta nets, convolutions.

The shapes are those of vLLM's `MambaStateShapeCalculator`.
"""

from __future__ import annotations

from triton_doctor.fitting.reading import Config
from triton_doctor.fitting.shape import State


def state(inner: Config, hidden: int) -> State | None:
    """What one such layer keeps of a request; None where the config does not tell."""
    return (
        _delta(inner, hidden)
        or _mamba2(inner, hidden)
        or _mamba(inner, hidden)
        or _short(inner, hidden)
    )


def _delta(inner: Config, hidden: int) -> State | None:
    """Gated delta net (Qwen3-Next and after)."""
    values, keys = inner.whole("linear_num_value_heads"), inner.whole("linear_num_key_heads")
    wide, key = inner.whole("linear_value_head_dim"), inner.whole("linear_key_head_dim")
    if not (values and keys and wide and key):
        return None
    kernel = inner.whole("linear_conv_kernel_dim") or 4
    mixed = 2 * key * keys + wide * values
    parameters = hidden * (mixed + wide * values + 2 * values) + wide * values * hidden
    return State(mixed * (kernel - 1), values * wide * key, parameters)


def _mamba2(inner: Config, hidden: int) -> State | None:
    heads = inner.whole("mamba_num_heads", "mamba_n_heads", "n_mamba_heads")
    if not heads and inner.text("model_type") == "mamba2":
        heads = inner.whole("num_heads")
    width = inner.whole("mamba_head_dim", "mamba_d_head", "mamba_headdim")
    width = width or (inner.whole("head_dim") if "mamba2" in inner.text("model_type") else None)
    size = inner.whole("ssm_state_size", "mamba_d_state", "mamba_dstate", "state_size")
    if not (heads and width and size):
        return None
    groups = inner.whole("n_groups", "mamba_n_groups", "mamba_ngroups") or 1
    kernel = inner.whole("conv_kernel", "mamba_d_conv", "conv_kernel_size") or 4
    inside = heads * width
    mixed = inside + 2 * groups * size
    parameters = hidden * (inside + mixed + heads) + inside * hidden
    return State(mixed * (kernel - 1), inside * size, parameters)


def _mamba(inner: Config, hidden: int) -> State | None:
    size = inner.whole("mamba_d_state", "state_size")
    if not size:
        return None
    inside = (inner.whole("mamba_expand", "expand") or 2) * hidden
    kernel = inner.whole("mamba_d_conv", "conv_kernel") or 4
    rank = inner.whole("mamba_dt_rank", "time_step_rank") or hidden // 16
    parameters = 3 * hidden * inside + inside * (2 * rank + 3 * size)
    return State(inside * (kernel - 1), inside * size, parameters)


def _short(inner: Config, hidden: int) -> State | None:
    """Short convolutions (LFM2)."""
    kernel = inner.whole("conv_L_cache")
    if not kernel:
        return None
    inside = inner.whole("conv_dim") or hidden
    return State(inside * (kernel - 1), 0, 4 * hidden * inside)
