"""What somebody meant by a name that vLLM does not have. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import SequenceMatcher

from triton_doctor.api import Record
from triton_doctor_checks.engine.table import names

# Belong to one request (vLLM's SamplingParams), not to the engine.
REQUEST = names(
    """
    max_tokens min_tokens temperature top_p top_k min_p n best_of stop stop_token_ids stream
    presence_penalty frequency_penalty repetition_penalty length_penalty ignore_eos logprobs
    prompt_logprobs use_beam_search skip_special_tokens bad_words logit_bias guided_decoding
    structured_outputs max_new_tokens do_sample num_beams early_stopping
    """
)
# Belong to vLLM's own web server, which Triton takes the place of.
SERVER = names(
    """
    host port api_key chat_template enable_auto_tool_choice tool_call_parser tool_parser_plugin
    lora_modules uvicorn_log_level root_path ssl_keyfile ssl_certfile allowed_origins
    response_role return_tokens_as_token_ids prompt_adapters middleware api_server_count
    """
)
# Belong to config.pbtxt.
CONFIG = names(
    """
    backend platform instance_group max_batch_size parameters dynamic_batching input output
    model_transaction_policy version_policy kind gpus
    """
)
# Names of the same thing in transformers, TGI, llama.cpp, TensorRT-LLM, and in speech.
_ALIASES = {
    "model": "model_name model_id model_path model_name_or_path hf_model checkpoint "
    "pretrained_model_name_or_path hf_model_id repo_id model_dir",
    "dtype": "torch_dtype data_type model_dtype precision",
    "max_model_len": "max_length max_seq_len max_seq_length max_sequence_length context_length "
    "max_context_length max_context_len context_size context_window n_ctx num_ctx model_max_length "
    "max_total_tokens max_model_length max_len",
    "gpu_memory_utilization": "gpu_memory_fraction gpu_mem_utilization gpu_utilization gpu_memory "
    "mem_fraction_static kv_cache_free_gpu_memory_fraction memory_utilization gpu_memory_util",
    "tensor_parallel_size": "num_gpus n_gpus gpu_count tp tp_size tensor_parallel num_shard "
    "tensor_parallelism tensor_parallel_degree",
    "pipeline_parallel_size": "pp pp_size pipeline_parallel pipeline_parallelism",
    "data_parallel_size": "dp dp_size data_parallel",
    "max_num_seqs": "max_num_sequences max_concurrent_requests max_sequences max_seqs",
    "max_num_batched_tokens": "max_batched_tokens max_batch_total_tokens max_num_tokens",
    "quantization": "quant quantize quantization_method",
    "download_dir": "cache_dir hf_home",
    "hf_token": "token use_auth_token huggingface_token hf_api_token",
    "enforce_eager": "eager eager_mode disable_cuda_graph",
    "kv_cache_dtype": "cache_dtype kv_dtype",
    "cpu_offload_gb": "cpu_offload cpu_offload_size",
}
ALIASES = {alias: name for name, row in _ALIASES.items() for alias in row.split()}
_NEAR, _SURE, _APART = 0.82, 0.9, 0.04


class Guess(Record, frozen=True):
    """sure: nothing else can be meant, so the name may be put right without asking."""

    name: str
    sure: bool


def plain(name: str) -> str:
    """A name as vLLM writes them: from `--max-model-len`, `maxModelLen` or `Max Model Len`."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip().lstrip("-"))
    return re.sub(r"[\s.\-_]+", "_", name).lower().strip("_")


def guess(name: str, known: Collection[str]) -> Guess | None:
    """The known name that is meant, if one is near enough."""
    simple = plain(name)
    if simple in known:
        return Guess(simple, True)
    if simple.startswith("vllm_") and simple[5:] in known:
        return Guess(simple[5:], True)
    ranked = sorted(((_likeness(simple, one), one) for one in known), reverse=True)[:2]
    if not ranked or ranked[0][0] < _NEAR:
        return None
    best = ranked[0][1]
    clear = ranked[0][0] >= _SURE and (len(ranked) < 2 or ranked[0][0] - ranked[1][0] >= _APART)
    return Guess(best, clear and _sense(simple) == _sense(best))


def _likeness(name: str, other: str) -> float:
    if len(name) == len(other) and sorted(name) == sorted(other):
        return 1.0  # two letters changed places: `modle`
    matcher = SequenceMatcher(None, name, other, autojunk=False)
    if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
        return 0.0
    return matcher.ratio()


def _sense(name: str) -> str:
    """`enable` and `disable` are near in letters and opposite in meaning."""
    return next((head for head in ("enable", "disable", "no_") if name.startswith(head)), "")
