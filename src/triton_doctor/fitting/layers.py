"""The layers of a model by what each keeps of a request: all tokens, a window, or a state."""

from __future__ import annotations

from typing import Literal

from triton_doctor.fitting.reading import Config, whole
from triton_doctor.record import Record

Kind = Literal["full", "window", "chunk", "state"]

# Models whose layers take turns without saying so, by model_type: every n-th sees all tokens.
_TURNS = {"gemma2": 2, "gemma3": 6, "gemma3_text": 6, "cohere2": 4, "gpt_oss": 2, "llama4_text": 4}
_FULL = ("full_attention", "attention", "full", "global", "global_attention", "*", "hybrid")
_STATE = (
    "linear_attention", "mamba", "mamba2", "linear", "recurrent", "m", "ssm", "kda", "conv",
    "short_conv", "gated_deltanet",
)  # fmt: skip
_NONE = ("mlp", "-", "moe", "e", "ffn")


class Layers(Record, frozen=True):
    """Layers of one kind. window: tokens that those of kind window or chunk look back."""

    kind: Kind
    count: int
    window: int = 0


def layers(config: Config, kind: str) -> tuple[Layers, ...] | None:
    """The layers in groups of equals; None where they cannot be told. kind: the model_type."""
    count = config.whole("num_hidden_layers", "n_layer", "n_layers", "num_layers")
    if not count or count > 10_000:
        return None
    window = _window(config)
    named = _named(config, count)
    if named is not None:
        return _from_names(named, window, kind)
    return _by_rule(config, count, window, kind)


def _window(config: Config) -> int:
    """Tokens of the sliding window; 0 where there is none or it is switched off."""
    if config.flag("use_sliding_window") is False:
        return 0
    value = config.raw.get("sliding_window")
    if value is None:
        value = config.raw.get("attention_chunk_size")
    if isinstance(value, list):  # one for each layer, in some Mistral models
        value = next((one for one in value if whole(one)), None)
    return whole(value) or 0


def _named(config: Config, count: int) -> list[str] | None:
    """What each layer is called, where the config lists them."""
    for key in ("layer_types", "layers_block_type", "block_types", "attention_types"):
        names = [one.lower() for one in config.many(key) if isinstance(one, str)]
        if names:
            return (names * (count // len(names) + 1))[:count]
    pattern = config.text("hybrid_override_pattern")  # Nemotron-H: M mamba, * attention, - MLP
    return list(pattern.lower()) if pattern else None


def _from_names(names: list[str], window: int, kind: str) -> tuple[Layers, ...] | None:
    full = sum(name in _FULL for name in names)
    state = sum(name in _STATE for name in names)
    near = sum("sliding" in name or "local" in name for name in names)
    chunk = sum("chunked" in name for name in names)
    known = full + state + near + chunk + sum(name in _NONE for name in names)
    if known != len(names) or (near + chunk and not window and kind not in _TURNS):
        return None
    if not window:
        full, near, chunk = full + near + chunk, 0, 0
    every = (
        Layers("full", full), Layers("window", near, window), Layers("chunk", chunk, window),
        Layers("state", state),
    )  # fmt: skip
    return tuple(one for one in every if one.count)


def _by_rule(config: Config, count: int, window: int, kind: str) -> tuple[Layers, ...]:
    every = config.whole("full_attention_interval", "attn_layer_period", "attention_layer_period")
    if every and (kind in ("qwen3_next", "jamba") or "linear_num_value_heads" in config):
        return _split(count, count // every, "state", 0)
    indices = [one for one in config.many("attn_layer_indices") if whole(one) is not None]
    if indices:
        return _split(count, len(indices), "state", 0)
    if _only_state(config, kind):
        return (Layers("state", count),)
    every = config.whole("sliding_window_pattern", "_sliding_window_pattern") or _TURNS.get(kind)
    if window and every and every > 1:
        near: Kind = "chunk" if kind == "llama4_text" else "window"
        return _split(count, count // every, near, window)
    slides = bool(window) and _slides(config, kind)
    return (Layers("window", count, window) if slides else Layers("full", count),)


def _only_state(config: Config, kind: str) -> bool:
    alone = kind in ("mamba", "mamba2", "falcon_mamba", "rwkv")
    return alone or ("state_size" in config and "num_attention_heads" not in config)


def _split(count: int, full: int, other: Kind, window: int) -> tuple[Layers, ...]:
    both = Layers("full", full), Layers(other, count - full, window)
    return tuple(one for one in both if one.count > 0)


def _slides(config: Config, kind: str) -> bool:
    """Whether a stated window is in use: Qwen2 states one and leaves it off unless told to."""
    if config.flag("use_sliding_window"):
        return True
    return kind not in ("qwen2", "qwen2_moe", "qwen3", "qwen3_moe")
