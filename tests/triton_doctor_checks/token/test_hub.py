"""The Hub's verdict on models: the real library asks a stand-in Hub, the check judges."""

from __future__ import annotations

import pytest

from tests.stand_in_hub import Account, Answer, Repo, StandInHub, said
from tests.triton_doctor_checks.token.hub_bench import GATED, OPEN, SECRET, STRANGE, TOKEN, Bench
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.token_reach import TokenReach


def test_a_good_token_with_access(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(gemma={"model": GATED})
    monkeypatch.setenv("HF_TOKEN", f" {TOKEN}\n".strip())
    hub.accounts = {TOKEN: Account(may={GATED: "accepted"})}
    result = bench.judged()
    assert result.outcome is Outcome.PASSED
    assert result.healthy == f"The Hub takes the token from HF_TOKEN, and gives {GATED} to it"


def test_an_open_model_needs_no_token(hub: StandInHub, bench: Bench) -> None:
    bench.serve(opt={"model": OPEN})
    result = bench.judged()
    assert (result.ids, result.outcome) == ([], Outcome.PASSED)
    assert result.healthy == f"The Hub gives {OPEN} to everybody: no token is needed"
    assert set(hub.tokens) == {""}


def test_a_bad_token_breaks_even_an_open_model(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(opt={"model": OPEN}, gemma={"model": GATED})
    monkeypatch.setenv("HF_TOKEN", STRANGE)
    finding = bench.judged().only()
    assert (finding.problem, finding.severity) == ("token/invalid", Severity.ERROR)
    assert finding.title == "The Hub does not accept the token from HF_TOKEN"
    assert finding.evidence == ("HTTP 401: Invalid credentials in Authorization header",)
    assert finding.fix is not None


def test_a_gated_model_without_a_token(hub: StandInHub, bench: Bench) -> None:
    bench.serve(gemma={"model": GATED})
    finding = bench.judged(TokenReach(volume=False)).only()
    assert (finding.problem, finding.severity) == ("token/missing", Severity.ERROR)
    assert finding.title == f"{GATED} is gated, and no Hugging Face token is set"


FINE = {"role": "fineGrained", "reads_gated": False}


@pytest.mark.parametrize(
    ("account", "title", "page"),
    [
        (Account(), f"has not accepted the terms of {GATED}", f"co/{GATED}"),
        (Account(may={GATED: "pending"}), f"account for {GATED} waits", "settings/gated-repos"),
        (Account(may={GATED: "rejected"}), f"{GATED} seem to have refused", f"co/{GATED}"),
        (Account(**FINE), f"lacks the right to gated models, such as {GATED}", "settings/tokens"),
    ],
)
def test_why_a_good_token_is_not_let_in(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch,
    account: Account, title: str, page: str,
) -> None:  # fmt: skip
    bench.serve(gemma={"model": GATED})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.accounts = {TOKEN: account}
    finding = bench.judged().only()
    assert (finding.problem, finding.severity) == ("token/no-access", Severity.ERROR)
    assert title in finding.title
    assert (
        f"    https://huggingface.{page}" in finding.remedy.splitlines() or page in finding.remedy
    )
    assert finding.evidence[0].startswith("HTTP 403: ")
    assert finding.fix is not None
    assert str(finding.fix.applicability) == "show"


def test_a_misspelt_name_with_its_nearest(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(gemma={"model": "google/gema-2b"})
    finding = bench.judged().only()
    assert finding.problem == "token/model-not-found"
    assert finding.title.endswith(f"near to that name is {GATED}")
    assert finding.fix is not None
    (step,) = finding.fix.steps
    assert f'+ {{"model": "{GATED}"}}' in step.show
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    again = bench.judged().only()
    assert again.evidence == ("HTTP 404: Repository not found",)
    assert set(hub.tokens) == {"", TOKEN}


def test_a_private_model(hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.serve(own={"model": SECRET})
    finding = bench.judged().only()
    assert finding.title == f"The Hub shows no model {SECRET} to somebody without a token"
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert bench.judged().only().title.startswith(f"The Hub has no model {SECRET}, or does not")
    hub.accounts = {TOKEN: Account(role="fineGrained")}
    assert "to this fine-grained token" in bench.judged().only().title
    hub.accounts = {TOKEN: Account(private=(SECRET,))}
    assert bench.judged().outcome is Outcome.PASSED


def test_a_revision_that_is_not_there(hub: StandInHub, bench: Bench) -> None:
    bench.serve(opt={"model": OPEN, "revision": "v9"})
    finding = bench.judged().only()
    assert finding.title == f"The Hub has the model {OPEN}, but no revision v9 of it"
    assert finding.problem == "token/model-not-found"


def test_each_model_is_judged(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.models["acme/off"] = Repo(disabled=True)
    bench.serve(
        a={"model": GATED}, b={"model": OPEN}, c={"model": "acme/off"},
        d={"model": "/models/d/weights"}, e={"model": OPEN},
    )  # fmt: skip
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    result = bench.judged()
    assert [finding.where for finding in result.findings] == [GATED, "acme/off"]
    assert "switched acme/off off" in result.findings[1].title
    assert result.healthy.endswith(f"gives {OPEN} to it")
    paths = [path for path in hub.asked if OPEN in path]
    assert len(paths) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(429, b"slow down", {"Retry-After": "77"}), "takes no more questions from here"),
        (Answer(503, b"<html>"), f"did not say whether {OPEN} may be read (HTTP 503)"),
        (said(500, "Internal Error"), "(HTTP 500)"),
        (Answer(404, b"Not Found", {"Content-Type": "text/plain"}), "(HTTP 404)"),
        (Answer(401, b"", {"WWW-Authenticate": "Basic"}), "(HTTP 401)"),
    ],
)
def test_what_is_nobodys_fault_is_not_told(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch, answer: Answer, reason: str
) -> None:
    bench.serve(opt={"model": OPEN})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.always = answer
    result = bench.judged()
    assert (result.ids, result.outcome, result.healthy) == ([], Outcome.COULD_NOT_TELL, "")
    assert reason in result.doubts[0].reason
    if answer.status == 429:
        assert "Wait 77 s" in result.doubts[0].remedy


def test_offline_nothing_is_asked_and_nothing_is_green(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(gemma={"model": GATED})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    result = bench.judged(offline=True)
    assert result.outcome is Outcome.COULD_NOT_TELL
    assert "(--offline)" in result.doubts[0].reason
    assert hub.asked == []


def test_offline_mode_of_the_shell_is_kept(
    hub: StandInHub, bench: Bench, hub_offline: None
) -> None:
    bench.serve(gemma={"model": GATED})
    result = bench.judged(TokenReach(volume=False))
    assert result.ids == ["token/missing"]
    assert result.doubts[0].reason.endswith("HF_HUB_OFFLINE is set in this shell")
    assert hub.asked == []


def test_folders_ask_nothing_of_the_hub(hub: StandInHub, bench: Bench) -> None:
    bench.serve(gemma={"model": "/models/gemma/weights"})
    assert bench.judged().outcome is Outcome.PASSED
    assert hub.asked == []
