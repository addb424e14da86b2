"""Reads a model's config.json; nothing is raised, whatever stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triton_doctor.fitting.layers import layers
from triton_doctor.fitting.quantized import quantized
from triton_doctor.fitting.reading import Config
from triton_doctor.fitting.shape import Experts, Latent, Model
from triton_doctor.fitting.states import state
from triton_doctor.fitting.stretch import length
from triton_doctor.record import replace

# Of these, transformers' classes share the embedding with the head unless the config says no.
_TIED = ("bloom", "cohere", "falcon", "gemma", "gpt2", "gpt_bigcode", "mpt", "opt", "starcoder2")
_UNGATED = (
    "bloom", "falcon", "gpt2", "gpt_bigcode", "gpt_neox", "gptj", "gpt_neo", "codegen", "mpt",
    "nemotron", "opt", "phi", "persimmon", "starcoder2",
)  # fmt: skip
# What transformers' classes take where the config leaves out how wide an expert is.
_EXPERT = {"qwen2_moe": 1408, "deepseek_v2": 1407, "deepseek_v3": 2048}
_USUAL_EXPERT = 768  # qwen3_moe's
_CROSSED = ("cross_attention_layers", "encoder_layers", "num_encoder_layers")  # of a second cache
# How their cache is kept has no rule here; those that only read a text keep none.
_NO_RULE = (
    "deepseek_v4", "bert", "roberta", "xlm-roberta", "modernbert", "nomic_bert", "distilbert",
    "deberta", "electra", "clip", "siglip",
)  # fmt: skip
_MEDIA = (
    "vision_config", "audio_config", "vision_tower", "visual", "vision_encoder", "mm_vision_tower",
)  # fmt: skip


def model(raw: Mapping[str, Any]) -> Model:
    """What a config.json tells; `unread` names what it does not."""
    outer = Config(raw)
    inner = outer.language()
    kind = inner.text("model_type") or outer.text("model_type")
    hidden = inner.whole("hidden_size", "n_embd", "d_model", "dim") or 0
    heads = inner.whole("num_attention_heads", "n_head", "n_heads") or 0
    stated = inner.whole("head_dim", "hidden_size_per_head", "kv_channels")
    width = stated or hidden // max(heads, 1)
    shape = layers(inner, kind)
    depth = sum(one.count for one in shape or ())
    names = [one for one in outer.many("architectures") if isinstance(one, str)]
    found = Model(
        kind=kind,
        name=names[0] if names else kind,
        hidden=hidden,
        vocabulary=inner.whole("vocab_size", "padded_vocab_size") or outer.whole("vocab_size") or 0,
        heads=heads,
        kv_heads=_kv_heads(inner, heads),
        width=width,
        value_width=width,
        intermediate=_intermediate(inner, hidden),
        layers=shape or (),
        length=length(inner, kind),
        tied=_tied(outer, inner, kind),
        ungated=kind in _UNGATED,
        latent=_latent(inner),
        state=state(inner, hidden),
        experts=_experts(inner, kind, depth),
        quantized=quantized(outer.raw) or quantized(inner.raw),
        vision=_vision(outer),
        multimodal=any(name in outer for name in _MEDIA),
        ahead=inner.whole("num_nextn_predict_layers") or 0,
        extra=_extra(inner, depth),
    )
    return _with_doubts(found, outer, inner, told=shape is not None)


def _with_doubts(found: Model, outer: Config, inner: Config, *, told: bool) -> Model:
    unread = [] if outer.raw else ["config"]
    if outer.raw and (not told or not found.hidden):
        unread.append("layers")
    elif found.attending and not found.latent and not (found.kv_heads and found.width):
        unread.append("heads")
    if any(one.kind == "state" for one in found.layers) and found.state is None:
        unread.append("state")
    if outer.flag("is_encoder_decoder") or any(name in inner for name in _CROSSED):
        unread.append("encoder")
    if found.kind.startswith(_NO_RULE):
        unread.append("kind")
    return replace(found, unread=tuple(unread))


def _kv_heads(inner: Config, heads: int) -> int:
    """Key-value heads of one layer, by vLLM's own list of names."""
    stated = inner.whole(
        "n_head_kv", "num_kv_heads", "num_key_value_heads", "multi_query_group_num",
        "num_attention_groups", "n_kv_heads",
    )  # fmt: skip
    if inner.flag("multi_query") and not inner.flag("new_decoder_architecture"):
        return stated if stated and stated < heads else 1
    return stated or heads


def _intermediate(inner: Config, hidden: int) -> int:
    names = ("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", "hidden_dim")
    value = inner.whole(*names)
    listed = [one for one in inner.many("intermediate_size") if isinstance(one, int)]
    return value or max(listed, default=0) or 4 * hidden


def _tied(outer: Config, inner: Config, kind: str) -> bool:
    for level in (inner, outer):
        said = level.flag("tie_word_embeddings")
        if said is not None:
            return said
    return kind.startswith(_TIED)


def _latent(inner: Config) -> Latent | None:
    rank = inner.whole("kv_lora_rank")
    if not rank:
        return None
    return Latent(
        rank=rank,
        rope=inner.whole("qk_rope_head_dim") or 0,
        query=inner.whole("q_lora_rank") or 0,
        nope=inner.whole("qk_nope_head_dim") or 0,
        value=inner.whole("v_head_dim") or 0,
        index_heads=inner.whole("index_n_heads") or 0,
        index_width=inner.whole("index_head_dim") or 0,
    )


def _experts(inner: Config, kind: str, depth: int) -> Experts | None:
    count = inner.whole("num_experts", "moe_num_experts", "n_routed_experts", "num_local_experts")
    ffn = inner.inner("ffn_config")  # DBRX
    count = count or ffn.whole("moe_num_experts")
    if not count or count < 2:
        return None
    width = inner.whole("moe_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size")
    width = width or ffn.whole("ffn_hidden_size") or _expert_width(inner, kind)
    used = inner.whole("num_experts_per_tok", "num_experts_per_token", "moe_top_k", "moe_topk")
    shared = inner.whole("shared_expert_intermediate_size", "moe_shared_expert_intermediate_size")
    shared = shared or (inner.whole("n_shared_experts", "num_shared_experts") or 0) * width
    if kind == "llama4_text":
        shared = width
    used = used or ffn.whole("moe_top_k") or 2
    return Experts(count, width, used, shared, _dense(inner, depth))


def _expert_width(inner: Config, kind: str) -> int:
    """Where no width of its own is stated an expert is as wide as the layer (Mixtral, Llama 4)."""
    if "num_local_experts" in inner or kind in ("jamba", "dbrx", "gpt_oss", "olmoe", "phimoe"):
        return inner.whole("intermediate_size") or 0
    return _EXPERT.get(kind, _USUAL_EXPERT)


def _dense(inner: Config, depth: int) -> int:
    """Layers that have no experts."""
    first = inner.whole("first_k_dense_replace", "moe_layer_start_index") or 0
    if listed := inner.many("moe_layers"):
        return max(0, depth - len(listed))
    names = "decoder_sparse_step", "interleave_moe_layer_step", "expert_layer_period"
    step = inner.whole(*names) or 1
    frequency = inner.whole("moe_layer_freq") or 1
    only = len(inner.many("mlp_only_layers"))
    if step > 1:
        return depth - depth // step + only
    if frequency > 1:
        return first + (depth - first) - (depth - first) // frequency
    return min(depth, first + only)


def _vision(outer: Config) -> int:
    """Parameters of what turns images into tokens, from its own settings; 0 where not told."""
    vision = outer.inner("vision_config", "visual")
    hidden = vision.whole("hidden_size", "embed_dim", "width") or 0
    depth = vision.whole("num_hidden_layers", "depth", "layers") or 0
    wide = vision.whole("intermediate_size") or 4 * hidden
    return depth * (4 * hidden * hidden + 2 * hidden * wide)


def _extra(inner: Config, depth: int) -> int:
    """Tables beside the embedding: places of old models, and what Gemma 3n adds to each layer."""
    table = inner.whole("vocab_size_per_layer_input") or 0
    return table * (inner.whole("hidden_size_per_layer_input") or 0) * depth
