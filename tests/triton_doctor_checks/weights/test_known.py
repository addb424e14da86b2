"""Does the vLLM of the image know the model?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkpoints import model
from tests.triton_doctor_checks.weights.bench import judged, release
from triton_doctor.model import Outcome, Severity
from triton_doctor_checks.weights.known import knows


@pytest.mark.parametrize(
    ("vllm", "architecture", "has"),
    [
        ("0.9.2", "LlamaForCausalLM", "yes"),
        ("0.2.0", "LlamaForCausalLM", "yes"),
        ("0.9.0rc1", "Qwen3ForCausalLM", "yes"),
        ("0.7.3", "Gemma3ForConditionalGeneration", "no"),
        ("0.8.1", "Gemma3ForConditionalGeneration", "yes"),
        ("0.9.2", "Phi3SmallForCausalLM", "yes"),
        ("0.10.2", "Phi3SmallForCausalLM", "gone"),
        ("0.9.2", "AcmeForCausalLM", "no"),
        # Gemma came between two versions that were read.
        ("0.4.0.post1", "GemmaForCausalLM", "unknown"),
        ("0.15.1", "LlamaForCausalLM", "yes"),
        ("99.0", "LlamaForCausalLM", "unknown"),
        ("0.1.0", "LlamaForCausalLM", "unknown"),
        (None, "LlamaForCausalLM", "unknown"),
    ],
)
def test_what_a_version_knows(vllm: str | None, architecture: str, has: str) -> None:
    assert knows(vllm, architecture).has == has


def test_a_model_that_is_newer_than_the_image(tmp_path: Path) -> None:
    files = model(1, architectures=["Gemma3ForConditionalGeneration"])
    finding = judged(tmp_path, files, image=release("0.7.0")).only()
    assert finding.problem == "engine/unsupported-model"
    assert finding.severity is Severity.ERROR
    assert finding.title == (
        "vLLM 0.7.0 does not know Gemma3ForConditionalGeneration, which came with 0.8.1"
    )
    assert "25.04-vllm-python-py3" in finding.remedy
    assert finding.fix is not None


def test_where_transformers_may_help_it_is_a_warning(tmp_path: Path) -> None:
    files = model(1, architectures=["AcmeForCausalLM"])
    assert judged(tmp_path, files).only().severity is Severity.WARNING


def test_a_model_that_vllm_has_given_up(tmp_path: Path) -> None:
    files = model(1, architectures=["Phi3SmallForCausalLM"])
    finding = judged(tmp_path, files, image=release("0.10.2")).only()
    assert (
        finding.title
        == "vLLM 0.10.2 no longer knows Phi3SmallForCausalLM; 0.9.2 was the last that did"
    )
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    "named", [["AcmeForCausalLM", "LlamaForCausalLM"], ["LlamaForSequenceClassification"], []]
)
def test_one_known_name_is_enough(tmp_path: Path, named: list[str]) -> None:
    assert judged(tmp_path, model(1, architectures=named)).outcome is Outcome.PASSED


@pytest.mark.parametrize("vllm", ["99.0", None])
def test_a_vllm_that_is_not_known(tmp_path: Path, vllm: str | None) -> None:
    result = judged(tmp_path, model(1), image=release(vllm))
    assert result.outcome is Outcome.COULD_NOT_TELL
    assert "LlamaForCausalLM" in result.doubts[0].reason


MAPPED = {"auto_map": {"AutoConfig": "configuration_acme.Acme"}, "model_type": "acme_llm"}


def test_code_of_the_models_own(tmp_path: Path) -> None:
    finding = judged(tmp_path, model(1, **MAPPED)).only()
    assert finding.problem == "engine/remote-code-refused"
    assert finding.evidence == ("configuration_acme.py",)
    assert finding.fix is not None
    assert str(finding.fix.applicability) == "show"


def test_code_that_is_trusted_or_not_needed(tmp_path: Path) -> None:
    assert not judged(tmp_path, model(1, **MAPPED), trust_remote_code=True).findings
    known = {**MAPPED, "model_type": "llama"}
    assert not judged(tmp_path, model(1, **known)).findings
