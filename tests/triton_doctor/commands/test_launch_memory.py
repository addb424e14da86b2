"""What vLLM took of the GPU in a launch, beside what was foreseen: by its log and the machine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeHost
from tests.triton_doctor.fitting.bench import CONFIGS, GIB
from tests.triton_doctor.fitting.test_logged import V1
from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, row
from triton_doctor.commands.launch_memory import memory
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.knowledge.house import phrases
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.gpus import gpus
from triton_doctor.probes.release import release
from triton_doctor.probes.weights import Weights, weights
from triton_doctor.report.fit_json import fitted_document
from triton_doctor.report.fit_text import FitText

STEPS = {"max_num_batched_tokens": 2048, "max_num_seqs": 128}
ONE = Checkpoint(
    "qwen", "/models/qwen", "model.json", {**STEPS, "gpu_memory_utilization": 0.9},
    config=CONFIGS["qwen2.5-32b"],
)  # fmt: skip


def context(*known: Checkpoint, cards: int = 2) -> Context:
    """Cards whose memory is taken, as it is once the server serves."""
    made = Context(FakeHost(), Deployment(), Settings())
    sizes: dict[str, Any] = {"total": int(79.18 * GIB), "free": GIB}
    made.hand(gpus, fake(*(fake_gpu(index=number, **sizes) for number in range(cards))))
    made.hand(weights, Weights(known))
    made.hand(release, row("26.06"))
    return made


def test_the_figures_of_the_log_stand_beside_the_estimate() -> None:
    found = memory(context(ONE), V1.encode())
    assert found is not None
    rows = [line.text for line in FitText(phrases("en"), 80, False).compared(found)]
    told = {text[:24].strip(): text[24:].split() for text in rows}
    assert told["weights"] == ["30.5", "GiB", "30.7", "GiB"]
    assert told["KV cache"][2:] == ["39.6", "GiB"]
    document = fitted_document(found)
    assert document["logged"]["tokens"] == 324_608
    assert document["settings"]["max_model_len"] == 32768, "as the log has it"
    assert document["gpu"]["free"] is None, "the server's own memory is not in its way"


@pytest.mark.parametrize(
    ("known", "cards", "log"),
    [
        ((ONE,), 2, "I1129 server started\n"),
        ((ONE, ONE), 2, V1),
        ((Checkpoint("a", "b", "c", {}),), 2, V1),
        ((), 2, V1),
        ((ONE,), 0, V1),
    ],
    ids=["no figures", "two engines", "no config", "no model", "no card"],
)
def test_nothing_is_set_beside_what_cannot_be_told(
    known: tuple[Checkpoint, ...], cards: int, log: str
) -> None:
    assert memory(context(*known, cards=cards), log.encode()) is None
