"""A server that may not download: the cache decides."""

from __future__ import annotations

from typing import Any

from tests.kit import JudgeResult, judge
from tests.triton_doctor_checks.command.reading import taken
from tests.triton_doctor_checks.command.test_commands import TOKEN, guide
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.env_files import EnvFile
from triton_doctor.probes.hub_cache import HubCache
from triton_doctor.probes.hub_door import Said
from triton_doctor.probes.hub_models import HubModel, HubModels
from triton_doctor.probes.token_reach import TokenReach

NAME, HUB = "google/gemma-2b", "https://huggingface.co"
WHOLE, NOT_THERE, CLOSED = HubCache((NAME,)), HubCache(), HubCache(trouble="no-image")
FORBIDS = TokenReach(True, "server", "exited", offline="HF_HUB_OFFLINE")


def judged(cache: HubCache, **facts: Any) -> JudgeResult:
    known = {"hub-models": HubModels(HUB, names=(NAME,)), "hub-cache": cache}
    return judge("network", facts={**known, **facts}, settings={"offline": True})


def test_with_the_model_in_the_cache_all_is_well() -> None:
    result = judged(WHOLE, **{"token-reach": FORBIDS})
    assert result.outcome is Outcome.PASSED
    assert result.healthy.startswith("HF_HUB_OFFLINE is set in the container server, and all")


def test_without_it_the_server_ends() -> None:
    finding = judged(NOT_THERE, **{"token-reach": FORBIDS}).only()
    assert (finding.problem, finding.severity) == ("network/hub-unreachable", Severity.ERROR)
    assert finding.title.endswith(
        f"HF_HUB_OFFLINE is set in the container server, and {NAME} is not in the cache"
    )


def test_a_cache_that_cannot_be_seen_is_not_told() -> None:
    result = judged(CLOSED, **{"token-reach": FORBIDS})
    assert (result.outcome, result.ids) == (Outcome.COULD_NOT_TELL, [])


def test_a_tokenizer_from_elsewhere_has_to_be_there_too() -> None:
    models = HubModels(HUB, names=(NAME,), tokenizers=("a/words",))
    both = HubCache((NAME,), tokenizers=("a/words",))
    facts = {"hub-models": models, "token-reach": FORBIDS}
    assert judged(both, **facts).outcome is Outcome.PASSED
    assert "and a/words is not in the cache" in judged(WHOLE, **facts).only().title


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
