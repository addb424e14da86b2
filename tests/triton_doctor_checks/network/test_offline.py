"""A server that may not download: the cache decides."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from tests.triton_doctor_checks.command.reading import taken
from tests.triton_doctor_checks.command.test_commands import TOKEN, guide
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.checkpoint import Checkpoint, WeightFile
from triton_doctor.probes.env_files import EnvFile
from triton_doctor.probes.hub_door import Said
from triton_doctor.probes.hub_models import HubModel, HubModels
from triton_doctor.probes.token_reach import TokenReach
from triton_doctor.probes.weights import Weights
from triton_doctor.probes.weights_cache import Cache

NAME, HUB = "google/gemma-2b", "https://huggingface.co"
FILES = (WeightFile("model.safetensors", 9),)
WHOLE = Checkpoint("gemma", NAME, source="volume", config={}, files=FILES)
BEGUN = Checkpoint("gemma", NAME, source="volume", config={}, files=FILES, unfinished=("a",))
NOT_THERE = Checkpoint("gemma", NAME, reason="not-cached")
CACHE = Cache("volume", "triton_hf_cache", True)
CLOSED = Cache("volume", "triton_hf_cache", True, trouble="no-image")
FORBIDS = TokenReach(True, "server", "exited", offline="HF_HUB_OFFLINE")


def judged(*checkpoints: Checkpoint, cache: Cache = CACHE, **facts: Any) -> JudgeResult:
    known = {"hub-models": HubModels(HUB, names=(NAME,)), "weights": Weights(checkpoints, cache)}
    return judge("network", facts={**known, **facts}, settings={"offline": True})


def test_with_the_model_in_the_cache_all_is_well() -> None:
    result = judged(WHOLE, **{"token-reach": FORBIDS})
    assert result.outcome is Outcome.PASSED
    assert result.healthy.startswith("HF_HUB_OFFLINE is set in the container server, and all")


@pytest.mark.parametrize("one", [NOT_THERE, BEGUN])
def test_without_it_the_server_ends(one: Checkpoint) -> None:
    finding = judged(one, **{"token-reach": FORBIDS}).only()
    assert (finding.problem, finding.severity) == ("network/hub-unreachable", Severity.ERROR)
    assert finding.title.endswith(
        f"HF_HUB_OFFLINE is set in the container server, and {NAME} is not in the cache"
    )


def test_a_cache_that_cannot_be_seen_is_not_told() -> None:
    result = judged(NOT_THERE, cache=CLOSED, **{"token-reach": FORBIDS})
    assert (result.outcome, result.ids) == (Outcome.COULD_NOT_TELL, [])


def test_offline_by_the_command_or_its_files() -> None:
    given = taken(guide((f"--env {TOKEN}", "-e HF_HUB_OFFLINE=1")))
    assert judged(NOT_THERE, **{"given-command": given}).ids == ["network/hub-unreachable"]
    plain = taken(guide((f"--env {TOKEN}", "--env-file x.env")))
    files = (EnvFile("x.env", offline=3),)
    finding = judged(NOT_THERE, **{"given-command": plain, "env-files": files}).only()
    assert "HF_HUB_OFFLINE is set in x.env" in finding.title


def test_an_unreachable_hub_is_borne_where_the_model_is_there() -> None:
    way = Said("refused", "Connection refused")
    model = HubModel(NAME, "", ("gemma",), "none", info=way, access=way)
    seen = HubModels(HUB, True, (NAME,), models=(model,))
    for one, severity in ((WHOLE, Severity.WARNING), (NOT_THERE, Severity.ERROR)):
        assert judged(one, **{"hub-models": seen}).only().severity is severity
