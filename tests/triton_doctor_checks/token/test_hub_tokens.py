"""Which token is sent to the Hub, whose it is, and which one the container has."""

from __future__ import annotations

import pytest

from tests.stand_in_hub import Account, StandInHub
from tests.triton_doctor_checks.token.hub_bench import GATED, OPEN, STRANGE, TOKEN, Bench
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.hub_cache import HubCache
from triton_doctor.probes.token_reach import Passed, TokenReach
from triton_doctor.probes.token_shape import shape
from triton_doctor.probes.token_volume import TokenVolume


def test_a_key_of_another_service_is_not_sent(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(opt={"model": OPEN})
    for value in ("nvapi-" + "a" * 60, f'"{TOKEN}"', "correct horse battery", "$HF_TOKEN"):
        monkeypatch.setenv("HF_TOKEN", value)
        assert "token/invalid" in bench.judged().ids
    assert set(hub.tokens) == {""}


def test_a_token_in_model_json_goes_with_its_model(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(a={"model": GATED, "hf_token": STRANGE}, b={"model": OPEN})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    finding = bench.judged().only()
    assert finding.title == "The Hub does not accept the token in model.json (hf_token)"
    hub.accounts[STRANGE] = Account(may={GATED: "accepted"})
    assert bench.judged().outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("cached", "severity"), [((), Severity.ERROR), ((GATED,), Severity.WARNING)]
)
def test_weights_in_the_cache_make_a_missing_token_milder(
    hub: StandInHub, bench: Bench, cached: tuple[str, ...], severity: Severity
) -> None:
    bench.serve(gemma={"model": GATED})
    bench.more = {"hub-cache": HubCache(cached), "token-volume": TokenVolume()}
    finding = bench.judged(TokenReach(volume=True)).only()
    assert (finding.problem, finding.severity) == ("token/missing", severity)


def test_a_token_file_in_the_volume(hub: StandInHub, bench: Bench) -> None:
    bench.serve(gemma={"model": GATED})
    bench.more = {"token-volume": TokenVolume(shape(STRANGE))}
    result = bench.judged(TokenReach(volume=True))
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert "A token file lies in the volume" in result.doubts[0].reason
    bench.more = {"token-volume": TokenVolume(shape(f'"{STRANGE}"'))}
    finding = bench.judged(TokenReach(volume=True)).only()
    assert finding.title.startswith("The token in the file token in the volume triton_hf_cache")


def test_the_account_is_named_on_request_only(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(opt={"model": OPEN})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    shown = bench.judged(show_account=True)
    assert "of the account ada (type read; organisations: acme" in shown.healthy
    hidden = bench.judged()
    assert "ada" not in f"{hidden}{bench.facts['hub-account']}"
    assert len([path for path in hub.asked if "whoami" in path]) == 2  # one a run


def test_a_mirror_that_does_not_know_the_question(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """auth-check is answered with 404: then a file is asked for."""
    bench.serve(gemma={"model": GATED}, opt={"model": OPEN})
    monkeypatch.setattr(hub, "knows_auth_check", False)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert bench.judged().only().problem == "token/no-access"
    hub.accounts = {TOKEN: Account(may={GATED: "accepted"})}
    assert bench.judged().outcome is Outcome.PASSED


def test_the_container_has_another_token(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(opt={"model": OPEN})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    passed = (Passed("HF_TOKEN", shape(STRANGE)),)
    reach = TokenReach(True, "server", "running", passed, same=False)
    finding = bench.judged(reach).only()
    assert (finding.problem, finding.severity) == ("token/changed", Severity.WARNING)
    both = TokenReach(True, "server", "running", passed, differ=True, same=True)
    assert bench.judged(both).only().title.endswith("was given two different tokens")
    quoted = (Passed("HF_TOKEN", shape(f'"{TOKEN}"')),)
    kept = bench.judged(TokenReach(True, "server", "running", quoted)).only()
    assert kept.title == "The token in HF_TOKEN in the container server has quotes around it"
