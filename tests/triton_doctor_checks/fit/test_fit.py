"""What the check says of models whose config.json was seen, on cards of several sizes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from tests.triton_doctor.fitting.bench import CONFIGS, GIB
from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, row
from tests.triton_doctor_checks.gpu.test_memory import models
from triton_doctor.fitting.checkpoints import Offer
from triton_doctor.host.nvml import GpuReading
from triton_doctor.model import Severity
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.hub_quantized import HubQuantized
from triton_doctor.probes.repository import Model, Repository
from triton_doctor.probes.repository_files import Folder, TextFile
from triton_doctor.probes.weights import Weights
from triton_doctor.record import replace

LLAMA = CONFIGS["llama-3.1-8b"]
VLLM = replace(row("26.06"), vllm="0.22.1")


def card(gib: float, **more: Any) -> GpuReading:
    return fake_gpu(total=int(gib * GIB), free=int(gib * GIB), **more)


def judged(
    args: dict[str, Any],
    *gpus: GpuReading,
    config: dict[str, Any] | None = LLAMA,
    deployment: dict[str, Any] | None = None,
) -> JudgeResult:
    path = "model_repository/gemma/1/model.json"
    settings = {"model": "/models/gemma/llama", **args}
    one = Checkpoint("gemma", "/models/gemma/llama", path, settings, config=config)
    facts = {
        "gpus": fake(*gpus),
        "weights": Weights((one,)),
        "release": VLLM,
        "repository": models(json.dumps(settings)),
    }
    return judge("fit", facts=facts, deployment=deployment)


def test_what_fits_is_said_with_what_is_left() -> None:
    result = judged({"max_model_len": 8192}, card(80))
    assert result.ids == []
    assert result.healthy.startswith("gemma fits into NVIDIA L4: 5")
    assert result.healthy.endswith("requests of 8,192 tokens")


def test_a_context_that_is_too_long_is_an_error_with_a_length_that_fits() -> None:
    finding = judged({"max_model_len": 131072}, card(24)).only()
    assert (finding.problem, finding.severity) == ("engine/context-too-long", Severity.ERROR)
    assert finding.title.startswith("A context of 131072 tokens will not fit in GPU memory; 40960")
    assert "that takes 16.0 GiB" in finding.why
    assert finding.where == "model_repository/gemma/1/model.json"
    assert finding.fix is not None
    assert '"max_model_len": 40960' in finding.fix.steps[0].show


def test_weights_that_do_not_go_into_the_card() -> None:
    finding = judged({"max_model_len": 4096}, card(12)).only()
    assert (finding.problem, finding.severity) == ("gpu/out-of-memory", Severity.ERROR)
    assert finding.title.endswith("it takes 16.2 GiB, and 12.0 GiB are free")


def test_weights_that_go_into_the_card_and_not_into_the_share() -> None:
    args = {"max_model_len": 4096, "gpu_memory_utilization": 0.5}
    finding = judged(args, card(24)).only()
    assert (finding.problem, finding.severity) == ("engine/no-cache-memory", Severity.ERROR)
    assert finding.fix is not None
    assert '"gpu_memory_utilization": 0.' in finding.fix.steps[0].show
    assert "weights 15.0 GiB" in finding.evidence[0]


def test_another_card_of_the_machine_is_a_way_out() -> None:
    finding = judged({"max_model_len": 131072}, card(24), card(24, index=1)).only()
    assert finding.fix is not None
    assert '"tensor_parallel_size": 2' in finding.fix.steps[0].show


@pytest.mark.parametrize(
    ("share", "length", "problem"),
    [
        (0.9, 32768, "engine/context-too-long"),  # measured on H100: it fitted with exactly 1.00 x
        (0.8, 256, "engine/no-cache-memory"),
    ],
)
def test_within_the_error_of_the_limit_is_a_warning(
    share: float, length: int, problem: str
) -> None:
    steps = {"max_num_batched_tokens": 2048, "max_num_seqs": 128}
    args = {"gpu_memory_utilization": share, "max_model_len": length, **steps}
    finding = judged(args, card(79.18), config=CONFIGS["qwen2.5-32b"]).only()
    assert (finding.problem, finding.severity) == (problem, Severity.WARNING)


def test_graphs_beside_the_whole_share_are_a_warning() -> None:
    """Where the cache is of a fixed size nothing keeps room for them."""
    args = {"kv_cache_memory_bytes": int(62.5 * GIB), "max_model_len": 8192, "max_num_seqs": 128}
    finding = judged({**args, "max_num_batched_tokens": 2048}, card(79.18)).only()
    assert (finding.problem, finding.severity) == ("gpu/out-of-memory", Severity.WARNING)


def test_a_busy_card_is_judged_as_if_it_were_idle() -> None:
    """Who holds it is told by the area gpu."""
    held = replace(card(80), free=20 * GIB)
    assert judged({"max_model_len": 8192}, held).ids == []
    assert judged({"max_model_len": 131072}, replace(card(24), free=GIB)).ids == [
        "engine/context-too-long"
    ]


def test_a_kind_that_is_not_known_is_not_told() -> None:
    result = judged({}, card(80), config={"model_type": "new"})
    assert str(result.outcome) == "could-not-tell"


def test_without_a_card_or_a_config_there_is_nothing_to_look_at() -> None:
    for result in (
        judged({}, config=LLAMA),
        judged({}, card(80), config=None),
        judged({}, card(80), deployment={"gpus": "none"}),
        judged({}, card(80, mig=True)),
    ):
        assert (result.ids, str(result.outcome)) == ([], "skipped")


def test_only_the_cards_of_the_deployment_count() -> None:
    small, large = card(24), card(80, index=1)
    args = {"max_model_len": 65536}
    assert judged(args, small, large, deployment={"gpus": "1"}).ids == []
    assert judged(args, small, large, deployment={"gpus": "0"}).ids == ["engine/context-too-long"]


def test_any_settings_leave_the_check_standing() -> None:
    for odd in ({"max_model_len": "x"}, {"tensor_parallel_size": [2]}, {"dtype": 4}):
        assert str(judged(odd, card(80)).outcome) == "could-not-tell"


def test_two_models_on_one_card_cannot_be_told() -> None:
    names, args = ("one", "two"), {"model": "/models/llama", "max_model_len": 4096}
    config = 'backend: "vllm" instance_group [{count: 1 kind: KIND_MODEL}]'
    seen = Repository(
        "model_repository",
        "/srv/model_repository",
        Folder(""),
        tuple(
            Model(one, Folder(one), files=(TextFile(f"{one}/config.pbtxt", text=config),))
            for one in names
        ),
    )
    held = [Checkpoint(one, "/models/llama", "p", args, config=LLAMA) for one in names]
    result = judge(
        "fit",
        facts={
            "gpus": fake(card(80)),
            "weights": Weights(tuple(held)),
            "release": VLLM,
            "repository": seen,
        },
    )
    assert (result.ids, len(result.doubts)) == ([], 2)
    assert "2 engines go on the same GPU" in result.doubts[0].reason
    assert "with shares of 1.84 in all" in result.doubts[0].reason


def test_a_quantized_checkpoint_that_the_hub_has_is_a_repair() -> None:
    args = {"model": "acme/llama-8b", "max_model_len": 4096}
    text = json.dumps(args)
    one = Checkpoint("gemma", "acme/llama-8b", "model_repository/gemma/1/model.json", args,
                     config=LLAMA)  # fmt: skip
    outline = {"model_type": "llama", "quantization_config": {"quant_method": "awq"}}
    offer = Offer("a/llama-8b-AWQ", outline, {"I32": 872_415_232, "F16": 1_110_000_000})
    facts = {
        "gpus": fake(card(10, capability=(8, 6))),
        "weights": Weights((one,)),
        "release": VLLM,
        "repository": models(text),
        "hub-quantized": HubQuantized({"acme/llama-8b": (offer,)}),
    }
    finding = judge("fit", facts=facts).only()
    assert finding.problem == "gpu/out-of-memory"
    assert finding.fix is not None
    assert finding.fix.title.startswith("Load a/llama-8b-AWQ, the same model quantized")
    assert '"model": "a/llama-8b-AWQ"' in finding.fix.steps[0].show
