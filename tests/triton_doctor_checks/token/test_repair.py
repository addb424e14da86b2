"""What is offered for what the Hub said in a log."""

from __future__ import annotations

import pytest
from msgspec import to_builtins

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.model import Found
from triton_doctor.probes.system import System, SystemKind
from triton_doctor.probes.token import Source, Token
from triton_doctor.probes.token_shape import shape
from triton_doctor.repairs import Applicability
from triton_doctor_checks.token.repair import repair

SET = Source("HF_TOKEN", shape("hf_" + "aB3dE5gH7j" * 3 + "kLmN"))


def context(fact: Token, kind: SystemKind = "linux") -> Context:
    here = System(kind, False, "debian", "", "x86_64", "6.1", 1 << 35, 1 << 34)
    facts = {"token": to_builtins(fact), "system": to_builtins(here)}
    return Context(LocalHost(), Deployment(), Settings(), recorded=facts)


def told(problem: str, **values: object) -> Found:
    return Found(problem, values, from_log=True)


@pytest.mark.parametrize("problem", ["token/missing", "token/invalid"])
def test_a_token_is_asked_for(problem: str) -> None:
    planned = repair(context(Token(None)), told(problem))
    assert planned
    assert planned.applicability is Applicability.ASK
    assert [step.show.split("\n")[0] for step in planned.steps] == [
        "~/.cache/huggingface/token",
        "triton-doctor.toml",
    ]


def test_one_that_came_after_the_start_is_not_asked_for_again() -> None:
    assert repair(context(Token(SET)), told("token/missing")) is None
    assert repair(context(Token(SET)), told("token/invalid")) is not None


@pytest.mark.parametrize(("kind", "opener"), [("linux", "xdg-open"), ("macos", "open")])
def test_the_page_where_terms_are_accepted(kind: SystemKind, opener: str) -> None:
    planned = repair(context(Token(SET), kind), told("token/no-access", model="google/gemma-2b"))
    assert planned
    assert planned.applicability is Applicability.SHOW
    assert planned.steps[0].argv == (opener, "https://huggingface.co/google/gemma-2b")
    assert repair(context(Token(SET)), told("token/no-access")) is None
