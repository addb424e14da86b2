"""What vLLM makes of model.json: its settings after the defaults of its version and of the card.

Read in vLLM 0.7.3, 0.8.4, 0.9.0.1, 0.9.2, 0.11.0, 0.13.0, 0.15.1, 0.19.0 and 0.22.1
(`engine/arg_utils.py`, `v1/worker/gpu_worker.py`, `v1/core/kv_cache_utils.py`); a version between
two of these is taken for the lower one. Triton's backend starts the engine as vLLM's own server
does from 25.01 on (github.com/triton-inference-server/vllm_backend, src/model.py; since 2026 with a
copy of the server's own function in src/utils/vllm_backend_utils.py, whose usage context is the
server's), which decides two of the defaults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.reading import Config
from triton_doctor.fitting.shape import Model
from triton_doctor.record import Record

_VERSION = re.compile(r"\d+(?:\.\d+)*")
NEWEST = "0.27.1"  # of the newest image that the doctor knows
_LARGE = 70 << 30  # from here on vLLM takes larger steps by default
_LONG = 32768  # V0 cuts prompts into pieces from here on
EIGHT = ("fp8", "fp8_e4m3", "fp8_e5m2", "fp8_inc", "fp8_ds_mla", "int8")
# Triton starts it as vLLM's own server does; a program calls AsyncLLM by itself.
Starter = Literal["triton", "program"]
_GUESSING = ("speculative_config", "speculative_model")
# Of one weight in a layer when vLLM quantizes while it loads.
ONLINE = {"fp8": 1.0, "ptpc_fp8": 1.0, "experts_int8": 1.0, "bitsandbytes": 0.5 + 4 / 64}
ALONE = (2048, 128)  # of AsyncLLM, whatever the card, where no server starts it
TYPES = {"float32": 4, "float": 4, "half": 2, "float16": 2, "bfloat16": 2}


class Engine(Record, frozen=True):
    """length: max_model_len (0: not known); share: gpu_memory_utilization; batched, seqs:
    max_num_batched_tokens and max_num_seqs; cache_bytes: of an element of the cache; cache_type:
    as it was asked for; fixed: kv_cache_memory_bytes, offload: bytes for each GPU kept in the
    machine's own memory; hybrid: layers with windows give back what they have passed; v1: the
    newer engine; online: quantization that is done while loading; starter: whose defaults batched
    and seqs are, where model.json does not say both; guesses: something guesses tokens ahead;
    warm: what an earlier start has compiled is found again.
    """

    vllm: tuple[int, ...]
    v1: bool
    length: int
    share: float
    tensor: int
    pipeline: int
    data: int
    experts_apart: bool
    bytes: int
    cache_bytes: float
    cache_type: str
    block: int
    batched: int
    seqs: int
    eager: bool
    hybrid: bool
    align: bool = True
    fixed: int = 0
    offload: int = 0
    blocks: int = 0
    adapters: int = 0
    rank: int = 0
    online: str = ""
    said: frozenset[str] = frozenset()
    starter: Starter = "triton"
    guesses: bool = False
    warm: bool = False

    @property
    def gpus(self) -> int:
        return self.tensor * self.pipeline * self.data

    def since(self, *version: int) -> bool:
        return self.vllm >= version


def version(text: str | None) -> tuple[int, ...]:
    """`0.11.1+9114fd76.nv25.12` as (0, 11, 1); the newest known one where nothing is told."""
    match = _VERSION.match(text or "") or _VERSION.match(NEWEST)
    return tuple(int(one) for one in match[0].split(".")) if match else (0,)


def engine(
    raw: Mapping[str, Any], model: Model, card: Card, vllm: str | None, starter: Starter = "triton"
) -> Engine:
    """Settings as vLLM would have them. raw: model.json; card: the one that its defaults go by."""
    asked, number = Config(raw), version(vllm)
    v1 = _is_v1(number, card)
    length = _length(asked, model)
    cache = _cache_type(asked, model, number)
    usual = ALONE if v1 and starter == "program" else _usual(asked, number, v1, card, length)
    batched, seqs = _steps(asked, v1, length, usual)
    size = TYPES.get(asked.text("dtype").lower(), model.bytes)
    return Engine(
        vllm=number,
        v1=v1,
        length=length,
        share=_share(asked, number),
        tensor=_some(asked, "tensor_parallel_size"),
        pipeline=_some(asked, "pipeline_parallel_size"),
        data=_some(asked, "data_parallel_size"),
        experts_apart=asked.flag("enable_expert_parallel") is True,
        bytes=size,
        cache_bytes=_cache_bytes(cache, size),
        cache_type=cache,
        block=_block(asked, model, v1),
        batched=batched,
        seqs=seqs,
        eager=asked.flag("enforce_eager") is True,
        hybrid=v1 and number >= (0, 9, 1) and not asked.flag("disable_hybrid_kv_cache_manager"),
        align=number >= (0, 16) and asked.flag("enable_prefix_caching") is not False,
        fixed=asked.whole("kv_cache_memory_bytes") or 0,
        offload=int((asked.number("cpu_offload_gb") or 0) * 2**30),
        blocks=asked.whole("num_gpu_blocks_override") or 0,
        adapters=_adapters(asked),
        rank=asked.whole("max_lora_rank") or 16,
        online=_online(asked, model),
        said=frozenset(str(name) for name in raw),
        starter=starter,
        guesses=any(raw.get(name) for name in _GUESSING),
    )


def _is_v1(number: tuple[int, ...], card: Card) -> bool:
    """V1 is the default from 0.8 on, and the only one from 0.11 on; before that not on old GPUs."""
    modern = card.capability is None or card.capability >= (8, 0)
    return number >= (0, 11) or (number >= (0, 8) and modern)


def _share(asked: Config, number: tuple[int, ...]) -> float:
    usual = 0.92 if number >= (0, 20) else 0.9
    share = asked.number("gpu_memory_utilization")
    return share if share and share <= 1 else usual


def _some(asked: Config, name: str) -> int:
    return max(1, min(asked.whole(name) or 1, 4096))


def _length(asked: Config, model: Model) -> int:
    return asked.whole("max_model_len") or model.length


def _usual(
    asked: Config, number: tuple[int, ...], v1: bool, card: Card, length: int
) -> tuple[int, int]:
    """Tokens and requests of one step by the defaults of a server."""
    large = card.total >= _LARGE and not card.is_a100 if number >= (0, 8, 5) else card.is_h100
    if v1:
        return (8192, 1024) if large else (2048, 256)
    pieces = asked.flag("enable_chunked_prefill")
    pieces = length > _LONG if pieces is None else pieces
    return (2048 if pieces else max(length, 2048)), 256


def _steps(asked: Config, v1: bool, length: int, defaults: tuple[int, int]) -> tuple[int, int]:
    """Tokens and requests of one step: what is asked for, or the defaults."""
    batched, seqs = asked.whole("max_num_batched_tokens"), asked.whole("max_num_seqs")
    usual, many = defaults
    seqs = seqs or many
    if not batched:
        batched = min(usual, seqs * length) if v1 and length else usual
        if v1 and asked.flag("enable_chunked_prefill") is False:
            batched = max(batched, length)
    return batched, min(seqs, batched)


def _adapters(asked: Config) -> int:
    return _some(asked, "max_loras") if asked.raw.get("enable_lora") in (True, "true") else 0


def _cache_type(asked: Config, model: Model, number: tuple[int, ...]) -> str:
    """As asked for, else as the checkpoint has it, which newer versions go by."""
    cache = asked.text("kv_cache_dtype") or "auto"
    if cache == "auto" and model.quantized and number >= (0, 12):
        return model.quantized.cache or cache
    return cache


def _cache_bytes(cache: str, size: int) -> float:
    if cache.startswith("nvfp4"):
        return 0.5 + 1 / 16
    return 1 if cache in EIGHT else TYPES.get(cache, size)


def _block(asked: Config, model: Model, v1: bool) -> int:
    """Tokens of one block of the cache: FlashMLA takes 64, all others 16 unless told."""
    return asked.whole("block_size") or (64 if model.latent and v1 else 16)


def _online(asked: Config, model: Model) -> str:
    """Quantization of a checkpoint that has none of its own."""
    return "" if model.quantized else asked.text("quantization").lower()
