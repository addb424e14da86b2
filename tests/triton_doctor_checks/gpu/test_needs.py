"""Settings of a model against the compute capability of fakes, by version of vLLM."""

from __future__ import annotations

import json

import pytest

from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, row, seen
from tests.triton_doctor_checks.gpu.test_memory import models
from triton_doctor.model import Outcome, Severity
from triton_doctor.record import replace

T4, A10, L4 = ("Tesla T4", (7, 5)), ("NVIDIA A10", (8, 6)), ("NVIDIA L4", (8, 9))


@pytest.mark.parametrize(
    ("card", "tag", "setting", "needed"),
    [
        (T4, "25.06", {"dtype": "bfloat16"}, "8.0"),
        (T4, "26.08", {"dtype": "bfloat16"}, "8.0"),
        (T4, "25.06", {"quantization": "fp8"}, "8.0"),
        (A10, "24.06", {"quantization": "fp8"}, "8.9"),
        (T4, "25.06", {"quantization": "awq_marlin"}, "8.0"),
        (T4, "25.06", {"quantization": "gptq_marlin"}, "8.0"),
    ],
)
def test_a_setting_that_the_gpu_is_too_old_for(
    card: tuple[str, tuple[int, int]], tag: str, setting: dict[str, str], needed: str
) -> None:
    finding = seen(fake(fake_gpu(*card)), tag, repository=models(json.dumps(setting))).only()
    assert (finding.problem, finding.severity) == ("gpu/capability-too-low", Severity.ERROR)
    assert finding.title.endswith(f"{needed} is needed")
    assert card[0] in finding.title
    assert finding.evidence == (json.dumps(setting)[1:-1],)
    assert finding.where == "model_repository/gemma/1/model.json"


@pytest.mark.parametrize(
    ("card", "tag", "setting"),
    [
        (A10, "25.06", {"dtype": "bfloat16"}),
        (T4, "25.06", {"dtype": "auto"}),
        (T4, "25.06", {"dtype": ["bfloat16"]}),
        (T4, "25.06", {"quantization": "awq"}),
        (T4, "25.06", {"quantization": "gptq"}),
        (T4, "26.08", {"quantization": "awq_marlin"}),
        (T4, "26.08", {"quantization": "fp8"}),
        (A10, "25.06", {"quantization": "fp8"}),
        (L4, "24.06", {"quantization": "fp8"}),
    ],
)
def test_a_setting_that_the_gpu_can_do(
    card: tuple[str, tuple[int, int]], tag: str, setting: dict[str, object]
) -> None:
    judged = seen(
        fake(fake_gpu(*card), driver="615.61"), tag, repository=models(json.dumps(setting))
    )
    assert judged.outcome is Outcome.PASSED


def test_an_fp8_cache_is_a_warning_since_another_backend_may_do_it() -> None:
    cache = models('{"kv_cache_dtype": "fp8"}')
    finding = seen(fake(fake_gpu(*A10)), "25.11", repository=cache).only()
    assert (finding.problem, finding.severity) == ("gpu/capability-too-low", Severity.WARNING)
    assert finding.title.endswith("8.9 is needed")
    assert seen(fake(fake_gpu(*A10)), "25.06", repository=cache).outcome is Outcome.PASSED
    assert seen(fake(fake_gpu(*L4)), "25.11", repository=cache).outcome is Outcome.PASSED


def test_of_an_unknown_version_the_least_counts() -> None:
    fact, unknown = fake(fake_gpu(*T4)), replace(row("25.06"), vllm=None)
    fp8, bfloat = (
        models(json.dumps(one)) for one in ({"quantization": "fp8"}, {"dtype": "bfloat16"})
    )
    assert seen(fact, repository=fp8, release=unknown).outcome is Outcome.PASSED
    assert seen(fact, repository=bfloat, release=unknown).ids == ["gpu/capability-too-low"]


def test_another_setting_is_the_repair_where_there_is_one() -> None:
    fact = fake(fake_gpu(*T4))
    fix = seen(fact, repository=models('{"quantization": "awq_marlin"}')).only().fix
    assert fix is not None
    assert fix.title == "Take awq for quantization, in model_repository/gemma/1/model.json"
    assert '+ {"quantization": "awq"}' in fix.steps[0].show
    assert seen(fact, repository=models('{"quantization": "fp8"}')).only().fix is None


def test_the_oldest_of_the_gpus_decides() -> None:
    pair = fake(fake_gpu(*A10), fake_gpu(*T4, index=1))
    text = '{"dtype": "bfloat16", "tensor_parallel_size": 2}'
    assert "gpu/capability-too-low" in seen(pair, repository=models(text)).ids
