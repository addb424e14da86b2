"""Whatever stands in config.json and model.json, the check comes to an answer."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checkpoints import model
from tests.triton_doctor_checks.weights.bench import judged
from triton_doctor.model import Outcome

_CONFIG = (
    "architectures", "auto_map", "model_type", "text_config", "quantization_config",
    "compression_config", "rope_scaling", "rope_parameters", "max_position_embeddings",
    "model_max_length", "num_attention_heads", "n_head",
)  # fmt: skip
_WITHIN = ("AutoConfig", "quant_method", "rope_type", "type", "factor", "text_config")
_SETTINGS = (
    "max_model_len", "tensor_parallel_size", "quantization", "trust_remote_code", "load_format",
    "tokenizer", "revision", "model_impl", "hf_overrides", "skip_tokenizer_init",
)  # fmt: skip
_plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.sampled_from(["awq", "gptq", "linear", "yarn", "LlamaForCausalLM", "", "a.b", "\ud800"]),
)
_values = st.recursive(
    _plain,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_WITHIN), inner, max_size=3)
    ),
    max_leaves=6,
)
_texts = st.dictionaries(st.sampled_from(_SETTINGS), _values, max_size=4)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(_CONFIG), _values, max_size=6), _texts)
def test_there_is_always_an_answer(config: dict[str, Any], arguments: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {**model(1), "config.json": json.dumps(config).encode()}
        result = judged(Path(folder), files, **arguments)
    assert result.outcome in (Outcome.PASSED, Outcome.FOUND, Outcome.COULD_NOT_TELL)
