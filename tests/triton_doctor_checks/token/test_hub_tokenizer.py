"""A tokenizer that model.json takes from another place on the Hub is asked about as well."""

from __future__ import annotations

import pytest

from tests.stand_in_hub import Account, StandInHub
from tests.triton_doctor_checks.token.hub_bench import GATED, OPEN, TOKEN, Bench
from triton_doctor.model import Outcome
from triton_doctor.probes.token_reach import TokenReach


def test_a_gated_tokenizer_beside_an_open_model(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.serve(opt={"model": OPEN, "tokenizer": GATED})
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.accounts = {TOKEN: Account()}
    finding = bench.judged().only()
    assert finding.problem == "token/no-access"
    assert GATED in finding.title
    assert finding.evidence[-1] == f'model.json of opt: "tokenizer": "{GATED}"'


def test_a_gated_tokenizer_beside_a_file_here(hub: StandInHub, bench: Bench) -> None:
    """As with GGUF files, whose tokenizer is better taken from the model that they were made of."""
    bench.serve(mine={"model": "/models/mine/m.gguf", "tokenizer": GATED})
    finding = bench.judged(TokenReach(volume=False)).only()
    assert (finding.problem, finding.title.split()[0]) == ("token/missing", GATED)


def test_a_misspelt_tokenizer_is_put_right_in_its_place(hub: StandInHub, bench: Bench) -> None:
    bench.serve(opt={"model": OPEN, "tokenizer": "facebook/opt-125n"})
    finding = bench.judged().only()
    assert finding.problem == "token/model-not-found"
    assert finding.fix is not None
    assert f'"tokenizer": "{OPEN}"' in finding.fix.steps[0].show


@pytest.mark.parametrize(
    "more",
    [
        {"tokenizer": OPEN},
        {"tokenizer": "/models/opt/tokenizer"},
        {"tokenizer": GATED, "skip_tokenizer_init": True},
        {"tokenizer": 5},
    ],
)
def test_what_is_no_other_tokenizer_is_not_asked_about(
    hub: StandInHub, bench: Bench, more: dict[str, object]
) -> None:
    bench.serve(opt={"model": OPEN, **more})
    assert bench.judged().outcome is Outcome.PASSED
    assert not [path for path in hub.asked if GATED in path]


def test_one_that_is_a_model_as_well_is_asked_about_once(hub: StandInHub, bench: Bench) -> None:
    bench.serve(a={"model": "/models/a/m.gguf", "tokenizer": OPEN}, b={"model": OPEN})
    assert bench.judged().outcome is Outcome.PASSED
    assert len(hub.asked) == 2
