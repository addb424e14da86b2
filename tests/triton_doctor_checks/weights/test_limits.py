"""What model.json asks of a model, beside what the model's own config.json allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checkpoints import model
from tests.triton_doctor_checks.weights.bench import judged
from triton_doctor.model import Outcome
from triton_doctor_checks.weights.limits import form_of, limit

LONG = {"max_position_embeddings": 2048}


@pytest.mark.parametrize(
    ("config", "longest"),
    [
        (LONG, 2048),
        ({}, None),
        ({"n_positions": 1024}, 1024),
        ({"max_position_embeddings": 4096, "seq_length": 8192}, 4096),
        ({"text_config": LONG, "max_position_embeddings": 7}, 2048),
        ({"max_position_embeddings": 8192, "model_max_length": 131072}, 131072),
        ({**LONG, "rope_scaling": None}, 2048),
        ({**LONG, "rope_scaling": {"type": "linear", "factor": 4.0}}, 8192),
        ({**LONG, "rope_scaling": {"rope_type": "dynamic", "factor": 2}}, 4096),
        ({**LONG, "rope_scaling": {"rope_type": "llama3", "factor": 8.0}}, 2048),
        ({**LONG, "rope_scaling": {"rope_type": "yarn", "factor": 4.0,
                                   "original_max_position_embeddings": 1024}}, 4096),
        ({**LONG, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}, 2048),
        ({**LONG, "model_type": "gemma3_text",
          "rope_scaling": {"rope_type": "linear", "factor": 8.0}}, 2048),
        ({**LONG, "rope_scaling": {"rope_type": "acme", "factor": 4.0}}, None),
        ({**LONG, "rope_scaling": {"type": "linear", "factor": float("inf")}}, None),
        ({**LONG, "rope_scaling": {"type": "linear", "factor": float("nan")}}, None),
        ({**LONG, "rope_scaling": "linear"}, None),
        ({"max_position_embeddings": "2048"}, None),
        ({"max_position_embeddings": True}, None),
    ],
)  # fmt: skip
def test_the_longest_context(config: dict[str, Any], longest: int | None) -> None:
    assert limit(config) == longest


def test_a_context_beyond_the_model(tmp_path: Path) -> None:
    finding = judged(tmp_path, model(1), max_model_len=4096).only()
    assert finding.problem == "engine/context-over-limit"
    assert finding.title == "max_model_len is 4096, and the model itself allows 2048"
    assert finding.where is not None
    assert finding.where.startswith(f"{tmp_path}/gemma/1/model.json:1:")
    assert finding.fix is not None
    assert '"max_model_len": 2048' in finding.fix.steps[0].show
    assert str(finding.fix.applicability) == "safe"


@pytest.mark.parametrize("length", [2048, 16, -1, "auto", "4k", None, 4096.0])
def test_a_context_that_is_none_too_long(tmp_path: Path, length: object) -> None:
    assert judged(tmp_path, model(1), max_model_len=length).outcome is Outcome.PASSED


def test_a_configuration_that_is_changed_is_not_judged(tmp_path: Path) -> None:
    overrides = {"max_position_embeddings": 8192}
    assert not judged(tmp_path, model(1), max_model_len=4096, hf_overrides=overrides).findings


@pytest.mark.parametrize(("size", "wrong"), [(1, False), (2, False), (3, True), (4, False)])
def test_heads_that_are_to_be_shared_out(tmp_path: Path, size: int, wrong: bool) -> None:
    result = judged(tmp_path, model(1), tensor_parallel_size=size)
    assert result.ids == (["engine/invalid-argument"] if wrong else [])
    if wrong:
        finding = result.only()
        assert "does not divide the model's 4 attention heads" in finding.title
        assert '"tensor_parallel_size": 2' in finding.remedy


@pytest.mark.parametrize(
    ("asked", "method", "wrong"),
    [
        (None, "gptq", False),
        ("gptq", "gptq", False),
        ("gptq_marlin", "gptq", False),
        ("awq", "gptq", True),
        ("gptq", "awq", True),
        ("fp8", "gptq", True),
        ("compressed-tensors", "compressed_tensors", False),
        ("moe_wna16", "awq", False),
        ("awq", "acme", False),
        ("fp8", None, False),
        ("bitsandbytes", None, False),
        ("awq", None, True),
        ("gptq", None, True),
    ],
)
def test_the_form_of_the_weights(
    tmp_path: Path, asked: str | None, method: str | None, wrong: bool
) -> None:
    config = {"quantization_config": {"quant_method": method}} if method else {}
    settings = {"quantization": asked} if asked else {}
    result = judged(tmp_path, model(1, **config), **settings)
    assert result.ids == (["engine/quantization-mismatch"] if wrong else [])


def test_a_file_beside_the_weights_may_say_how(tmp_path: Path) -> None:
    files = {**model(1), "quant_config.json": b"{}"}
    assert judged(tmp_path, files, quantization="awq").outcome is Outcome.PASSED


def test_forms_are_read_as_vllm_reads_them() -> None:
    assert form_of({"quantization_config": {"quant_method": "GPTQ"}}) == "gptq"
    assert form_of({"compression_config": {"quant_method": "compressed_tensors"}}) == (
        "compressed-tensors"
    )
    assert form_of({"quantization_config": {}}) is None
