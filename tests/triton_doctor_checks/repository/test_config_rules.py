"""What Triton and the vLLM backend say of a config.pbtxt that parses, foreseen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from tests.triton_doctor_checks.repository.config_cases import GROUP, INPUT, REFUSED, TAKEN, V
from tests.triton_doctor_checks.repository.kit import CONFIG, Workshop
from triton_doctor.model import Finding, Outcome, Severity
from triton_doctor.probes.release import Release
from triton_doctor.probes.shell import Shell

PATH = "model_repository/gemma/config.pbtxt"
IMAGE = "nvcr.io/nvidia/tritonserver:{}-vllm-python-py3"


def seen(
    shop: Workshop,
    config: str,
    tag: str | None = "25.06",
    settings: dict[str, Any] | None = None,
    image: str = IMAGE,
    **deployment: Any,
) -> JudgeResult:
    """The verdict under an image of that release; None: one of which nothing is known."""
    shop.model(config=config)
    text = json.dumps({"model": "google/gemma-2b", **(settings or {})})
    shop.write("model_repository/gemma/1/model.json", text)
    name = image.format(tag or "x")
    known = Release(image=name, known=tag is not None, tag=tag or "", vllm_variant=True)
    facts = {"repository": shop.fact(), "shell": Shell("posix"), "release": known}
    return judge("repository", facts=facts, deployment=deployment)


def invalid(result: JudgeResult) -> list[Finding]:
    return [one for one in result.findings if one.problem == "repository/config-invalid"]


@pytest.mark.parametrize(("config", "error"), REFUSED)
def test_what_triton_refuses(shop: Workshop, config: str, error: str) -> None:
    answers = invalid(seen(shop, config, gpus="none"))
    found = [one for one in answers if one.severity is Severity.ERROR]
    assert len(found) == 1
    assert error in (found[0].title + found[0].why) or found[0].title.startswith(
        ("max_batch_size of gemma", "The version policy")
    )
    assert found[0].where is not None
    assert found[0].where.startswith(f"{PATH}:1:")
    assert found[0].evidence


@pytest.mark.parametrize("config", TAKEN)
def test_what_triton_takes(shop: Workshop, config: str) -> None:
    assert seen(shop, config, gpus="none").outcome is Outcome.PASSED


def test_the_name(shop: Workshop) -> None:
    finding = seen(shop, 'name: "gemma-2b"\n' + CONFIG).only()
    assert (finding.problem, finding.where) == ("repository/name-mismatch", f"{PATH}:1:7")
    assert finding.fix is not None
    assert finding.fix.steps[0].edit is not None
    assert finding.fix.steps[0].edit.new == '"gemma"'


@pytest.mark.parametrize(
    ("config", "words", "new"),
    [
        ('backend: "vLLM"', "Is vllm meant?", '"vllm"'),
        ('backend: "vllm "', "Is vllm meant?", '"vllm"'),
        ('backend: "Python"', "Is python meant?", '"python"'),
        ('backend: "nosuch"', "which does not exist", None),
        ('backend: "${BACKEND}"', "placeholder", None),
        ('platform: "vllm"', "it is a backend", "backend"),
        ('platform: "custom"', "names the platform custom", None),
    ],
)
def test_a_backend_that_is_not(shop: Workshop, config: str, words: str, new: str | None) -> None:
    result = seen(shop, config)
    finding = next(one for one in result.findings if one.problem == "repository/backend-unknown")
    assert words in finding.title
    change = finding.fix.steps[0].edit if finding.fix else None
    assert (change.new if change else None) == new


def test_a_backend_of_another_image(shop: Workshop) -> None:
    finding = seen(shop, 'backend: "tensorrt"').only()
    assert finding.problem == "image/wrong-variant"
    assert "has no backend tensorrt" in finding.title
    own = "registry.example.com/team/triton:{}"
    assert seen(shop, 'backend: "tensorrt"', image=own).ids == []
    unknown = seen(shop, 'backend: "my_backend"', tag=None, image=own)
    assert (unknown.ids, unknown.outcome) == ([], Outcome.COULD_NOT_TELL)


def test_a_backend_beside_the_model(shop: Workshop) -> None:
    shop.write("model_repository/gemma/libtriton_mine.so")
    assert seen(shop, 'backend: "mine"').ids == []


TWO = {"tensor_parallel_size": 2}
STAGES = {"pipeline_parallel_size": 2}


@pytest.mark.parametrize(
    ("config", "tag", "settings", "gpus", "refused"),
    [
        (V, "25.06", TWO, "all", True),
        (V, "25.06", {"tensor_parallel_size": "2"}, "all", True),
        (V, "24.05", TWO, "all", False),
        (V, "25.06", TWO, "none", False),
        (V, "25.06", {}, "all", False),
        (V, "25.12", STAGES, "all", False),
        (V, "26.01", STAGES, "all", True),
        (GROUP.format("kind: KIND_GPU"), "24.06", TWO, "all", True),
        (GROUP.format("count: 1"), "25.06", TWO, "0,1", True),
        (GROUP.format("kind: KIND_CPU"), "25.06", TWO, "all", False),
        (CONFIG, "25.06", TWO, "all", False),
    ],
)
def test_several_gpus_need_kind_model(
    shop: Workshop, config: str, tag: str, settings: dict[str, Any], gpus: str, refused: bool
) -> None:
    result = seen(shop, config, tag, settings, gpus=gpus)
    errors = [one for one in invalid(result) if one.severity is Severity.ERROR]
    assert bool(errors) is refused
    if refused:
        assert "KIND_GPU is currently for single-GPU models" in errors[0].why


def test_the_instance_group_is_added_at_the_end(shop: Workshop) -> None:
    finding = invalid(seen(shop, 'backend: "vllm"', settings=TWO))[0]
    assert finding.fix is not None
    assert finding.fix.steps[0].show.splitlines()[-1] == (
        "+ instance_group [{ count: 1 kind: KIND_MODEL }]"
    )


def test_an_unknown_release_leaves_it_open(shop: Workshop) -> None:
    assert seen(shop, V, None, TWO).outcome is Outcome.COULD_NOT_TELL
    assert seen(shop, CONFIG, None, TWO).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("config", "gpus", "words"),
    [
        (V, "0,1", "loaded 2 times, once on each GPU"),
        (GROUP.format("count: 2 kind: KIND_MODEL"), "all", "loaded 2 times"),
        (GROUP.format("kind: KIND_GPU"), "0,1,2", "loaded 3 times"),
        (INPUT.format("1", "").replace("optional: true", ""), "all", "have to bring the input a"),
        (V + 'input [{ name: "text_input" data_type: TYPE_INT32 dims: 1 }]', "all", "TYPE_INT32"),
        (V + 'output [{ name: "text_output" data_type: TYPE_FP32 dims: 1 }]', "all", "TYPE_FP32"),
        (V + 'input [{ name: "text_input" data_type: TYPE_STRING dims: 2 }]', "all", "dims [2]"),
        (
            V + 'parameters { key: "REPORT_CUSTOM_METRICS" value { string_value: "yes" } }',
            "all",
            'REPORT_CUSTOM_METRICS "yes"',
        ),
    ],
)
def test_what_bites_later(shop: Workshop, config: str, gpus: str, words: str) -> None:
    finding = seen(shop, config, gpus=gpus).only()
    assert finding.severity is Severity.WARNING
    assert words in finding.title


def test_metrics_by_release_and_with_statistics_off(shop: Workshop) -> None:
    config = V + 'parameters {{ key: "REPORT_CUSTOM_METRICS" value {{ string_value: "{}" }} }}'
    assert seen(shop, config.format("yes"), "24.10").ids == []
    assert len(invalid(seen(shop, config.format("true"), "24.10"))) == 1
    assert seen(shop, config.format("True"), "24.12").ids == []
    off = seen(shop, config.format("true"), "24.12", {"disable_log_stats": True})
    assert "model.json turns them off" in invalid(off)[0].title


def test_the_health_check_wants_explicit_mode(shop: Workshop) -> None:
    config = (
        CONFIG + 'parameters { key: "ENABLE_VLLM_HEALTH_CHECK" value { string_value: "true" } }'
    )
    assert invalid(seen(shop, config)) == []
    finding = invalid(seen(shop, config, control_mode="none"))[0]
    assert finding.severity is Severity.WARNING


def test_the_first_release_completes_nothing(shop: Workshop) -> None:
    finding = invalid(seen(shop, CONFIG, "23.10"))[0]
    assert "text_input, stream, text_output, model_transaction_policy" in finding.title
    assert invalid(seen(shop, CONFIG, "23.11")) == []


def test_adapters(shop: Workshop) -> None:
    wanted = {"enable_lora": "true"}
    finding = seen(shop, CONFIG, settings=wanted).only()
    assert finding.problem == "repository/lora-list"
    assert finding.where == "model_repository/gemma/1/model.json:1:30"
    assert finding.fix is not None
    assert [step.edit.old for step in finding.fix.steps if step.edit] == [', "enable_lora": "true"']
    assert seen(shop, CONFIG, "24.04", wanted).ids == []
    assert seen(shop, CONFIG, "25.06", {"enable_lora": False}).ids == []
    shop.write("model_repository/gemma/1/multi_lora.json", '["a"]')
    assert seen(shop, CONFIG, settings=wanted).ids == ["repository/lora-list"]
    shop.write("model_repository/gemma/1/multi_lora.json", '{"a": "/models/a"}')
    assert seen(shop, CONFIG, settings=wanted).ids == []
