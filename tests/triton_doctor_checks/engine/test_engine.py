"""The values in model.json and the model that it names, through the real check and its words."""

from __future__ import annotations

import pytest

from tests.kit import judge
from tests.triton_doctor_checks.engine.kit import PATH, emptied, engine, image, repository
from tests.triton_doctor_checks.repository.test_json_places import applied
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.repository import Target

GOOD = '{"model": "google/gemma-2b", "gpu_memory_utilization": 0.9}'
PLAIN, CHECKED = image("0.9.0rc1", "25.06"), image("0.27.1", "26.08")


def with_value(value: str, name: str = "model") -> str:
    head = "" if name == "model" else '"model": "a/b", '
    return f'{{{head}"{name}": {value}}}'


def test_a_sound_file() -> None:
    result = engine(GOOD)
    assert result.outcome is Outcome.PASSED
    assert result.healthy == "gemma: model.json suits vLLM 0.9.2 (settings: 2)"


def test_no_file_is_not_green() -> None:
    result = judge("engine", facts={"repository": emptied(repository(GOOD)), "release": PLAIN})
    assert (result.outcome, result.healthy) == (Outcome.COULD_NOT_TELL, "")


def test_nested_settings_that_name_the_model_name_one() -> None:
    assert engine('{"engine_args": {"model": "google/gemma-2b"}}').ids == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("gpu_memory_utilization", '"0.9"', "where vLLM wants a number"),
        ("gpu_memory_utilization", "1.5", "0 < x <= 1 is allowed"),
        ("gpu_memory_utilization", "90", "0 < x <= 1 is allowed"),
        ("max_model_len", '"8k"', "where vLLM wants a whole number"),
        ("tensor_parallel_size", "0", ">= 1 is allowed"),
        ("dtype", '"fp16"', "none of the values that vLLM 0.9.0rc1 knows"),
        ("kv_cache_dtype", '"int8"', "none of the values"),
        ("load_format", '"safetensor"', "none of the values"),
        ("tokenizer_mode", '"fast"', "none of the values"),
        ("hf_overrides", '"rope"', "where vLLM wants an object in braces"),
        ("compilation_config", '{"level": 3}', "cannot be read by this vLLM"),
        ("max_num_batched_tokens", "128", "has to be >= 256"),
    ],
)
def test_refused(name: str, value: str, words: str) -> None:
    text = with_value(value, name)
    finding = engine(text, PLAIN).only()
    assert (finding.problem, finding.severity) == ("engine/invalid-argument", Severity.ERROR)
    assert finding.title.startswith(name)
    assert words in finding.title
    assert finding.where == f"{PATH}:1:{text.index(value, 15) + 1}"
    assert finding.evidence[0].endswith(text)


def test_quantization_has_a_problem_of_its_own() -> None:
    finding = engine(with_value('"int3"', "quantization"), CHECKED).only()
    assert (finding.problem, finding.severity) == ("engine/quantization-mismatch", Severity.ERROR)
    assert "Unknown quantization method: int3" in finding.why


def test_taken_and_misread() -> None:
    for release in (PLAIN, CHECKED):
        finding = engine(with_value('"false"', "trust_remote_code"), release).only()
        assert finding.severity is Severity.WARNING
        assert finding.title == 'trust_remote_code is the text "false", and a text counts as true'
    assert engine(with_value('"0.9"', "gpu_memory_utilization"), CHECKED).findings == ()
    assert engine(with_value("-1", "max_model_len"), CHECKED).findings == ()


def test_a_number_in_quotes_is_put_right() -> None:
    text = with_value('"0.9"', "gpu_memory_utilization")
    fix = engine(text, PLAIN).only().fix
    assert fix is not None
    assert applied(text, fix.steps[0].edit) == with_value("0.9", "gpu_memory_utilization")


def test_the_backends_own_reading_of_enable_lora() -> None:
    text = with_value("true", "enable_lora")
    assert "takes only a text" in engine(text, image("0.5.5", "24.09")).only().title
    assert engine(text, image("0.5.5", "24.10")).findings == ()


def test_no_model_is_named() -> None:
    text = '{"seed": 1}'
    assert "loads facebook/opt-125m" in engine(text).only().title
    assert engine(text).only().severity is Severity.WARNING
    assert "Qwen/Qwen3-0.6B" in engine(text, CHECKED).only().title
    oldest = engine(text, image("0.5.0.post1", "24.07")).only()
    assert (oldest.problem, oldest.severity) == ("engine/no-model-named", Severity.ERROR)


@pytest.mark.parametrize(
    "path",
    ["C:\\\\models\\\\gemma", "~/gemma", "/home/me/gemma", "/mnt/c/gemma", "./gemma", "/srv/gemma"],
)
def test_a_path_that_the_container_has_not(path: str) -> None:
    finding = engine(with_value(f'"{path}"')).only()
    assert (finding.problem, finding.severity) == ("mount/not-mounted", Severity.ERROR)
    assert finding.where == f"{PATH}:1:11"


@pytest.mark.parametrize(
    ("target", "problem", "severity"),
    [
        (Target("/models/w", "missing"), "weights/incomplete", Severity.ERROR),
        (Target("/models/w", "file"), "weights/incomplete", Severity.WARNING),
        (Target("/models/w", "outside"), "mount/not-mounted", Severity.ERROR),
    ],
)
def test_a_path_in_the_repository(target: Target, problem: str, severity: Severity) -> None:
    finding = engine(with_value('"/models/w"'), targets=(target,)).only()
    assert (finding.problem, finding.severity) == (problem, severity)


def test_a_folder_of_weights_in_the_repository_is_sound() -> None:
    target = Target("/models/w", "folder", has_config=True)
    assert engine(with_value('"/models/w"'), targets=(target,)).outcome is Outcome.PASSED


def test_a_path_that_cannot_be_looked_at() -> None:
    assert engine(with_value('"/models/w"')).outcome is Outcome.COULD_NOT_TELL


def test_what_lies_in_the_volume_is_the_weights_checks_matter() -> None:
    assert not engine(with_value('"/root/.cache/huggingface/gemma"')).doubts


def test_a_path_in_an_image_of_ones_own() -> None:
    release = image("0.9.2", "25.08", "registry.example/triton:1")
    assert engine(with_value('"/opt/gemma"'), release).outcome is Outcome.COULD_NOT_TELL


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("https://huggingface.co/google/gemma-2b", "google/gemma-2b"),
        ("https://huggingface.co/google/gemma-2b/tree/main", "google/gemma-2b"),
        ("google/gemma-2b/", "google/gemma-2b"),
        (" google/gemma-2b", "google/gemma-2b"),
        ("google\\\\gemma-2b", "google/gemma-2b"),
        ("google/gemma/2b", ""),
        ("gemma 2b", ""),
        ("", ""),
        ("a" * 97, ""),
        ("google/-gemma", ""),
    ],
)
def test_a_name_that_the_hub_cannot_have(value: str, meant: str) -> None:
    text = with_value(f'"{value}"')
    finding = engine(text).only()
    assert (finding.problem, finding.severity) == ("token/model-not-found", Severity.ERROR)
    assert (finding.fix is not None) is bool(meant)
    if finding.fix:
        assert applied(text, finding.fix.steps[0].edit) == with_value(f'"{meant}"')


@pytest.mark.parametrize("value", ["gpt2", "org/na.me_-1", "s3://bucket/model", "a" * 96])
def test_a_name_that_may_be(value: str) -> None:
    assert engine(with_value(f'"{value}"')).findings == ()


def test_an_unknown_vllm() -> None:
    result = engine(GOOD, image(None, "27.01"))
    assert (result.outcome, result.findings) == (Outcome.COULD_NOT_TELL, ())
    assert "27.01" in result.doubts[0].reason
    wrong = engine(with_value("1.5", "gpu_memory_utilization"), image(None, "27.01"))
    assert wrong.only().severity is Severity.WARNING
    assert wrong.doubts


def test_broken_json_is_left_to_the_repository_check() -> None:
    result = engine('{"model": ')
    assert (result.outcome, result.findings) == (Outcome.COULD_NOT_TELL, ())
    assert result.doubts[0].reason.startswith(PATH)
