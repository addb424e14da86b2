"""The token: set where, in what form, and whether it reaches the container."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.hub_models import HubModels
from triton_doctor.probes.repository import Repository, repository
from triton_doctor.probes.shell import Shell, ShellKind
from triton_doctor.probes.token import Source, Token, token
from triton_doctor.probes.token_reach import Passed, TokenReach
from triton_doctor.probes.token_shape import shape

GOOD = "hf_" + "aB3dE5gH7j" * 3 + "kLmN"
CYRILLIC = GOOD.replace("a", "\u0430")


def serving(folder: Path, arguments: dict[str, Any] | str) -> Repository:
    """A real repository whose model.json says this, looked at by the real probe."""
    (folder / "gemma/1").mkdir(parents=True, exist_ok=True)
    (folder / "gemma/config.pbtxt").write_text('backend: "vllm"')
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    (folder / "gemma/1/model.json").write_text(text)
    deployment = Deployment(repository=str(folder))
    return Context(LocalHost(), deployment, Settings()).fact(repository)


def verdict(
    folder: Path,
    fact: Token,
    arguments: dict[str, Any] | str | None = None,
    reach: TokenReach | None = None,
    shell: ShellKind = "posix",
    **deployment: Any,
) -> JudgeResult:
    facts: dict[str, Any] = {
        "token": fact,
        "shell": Shell(shell),
        "hub-models": HubModels("https://huggingface.co"),  # not asked; see test_hub
        "repository": serving(folder, arguments or {"model": "google/gemma-2b"}),
    }
    if reach is not None:
        facts["token-reach"] = reach
    return judge("token", facts=facts, deployment=deployment)


def in_variable(value: str, **more: Any) -> Token:
    return Token(Source("HF_TOKEN", shape(value)), **more)


def test_a_good_one(tmp_path: Path) -> None:
    result = verdict(tmp_path, in_variable(GOOD))
    assert result.outcome is Outcome.PASSED
    assert result.healthy.startswith("A token is set in HF_TOKEN")


def test_a_local_path_needs_none(tmp_path: Path) -> None:
    for name in ("/models/weights", "./weights", "s3://bucket/weights"):
        result = verdict(tmp_path, Token(None), {"model": name})
        assert result.outcome is Outcome.PASSED, name
    assert result.healthy.startswith("No token is needed")


@pytest.mark.parametrize(
    ("value", "title", "severity"),
    [
        ("$HF_TOKEN", "the name of a variable", Severity.ERROR),
        ("$env:HF_TOKEN", "the name of a variable", Severity.ERROR),
        ("your_token_here", "a placeholder", Severity.ERROR),
        (f'"{GOOD}"', "quotes around it", Severity.ERROR),
        ("nvapi-" + "a" * 60, "the key of another service", Severity.ERROR),
        (CYRILLIC, "another alphabet", Severity.ERROR),
        (f"{GOOD[:9]} {GOOD[9:]}", "a blank or a line break inside", Severity.ERROR),
        (f"{GOOD}\n", "before or after it", Severity.WARNING),
        (GOOD[:12], "shorter than any", Severity.WARNING),
        (GOOD[3:], "does not look like", Severity.WARNING),
        (f"HF_TOKEN={GOOD}", "does not look like", Severity.WARNING),
    ],
)
def test_malformed(tmp_path: Path, value: str, title: str, severity: Severity) -> None:
    result = verdict(tmp_path, in_variable(value))
    finding = result.only()
    assert (finding.problem, finding.severity) == ("token/invalid", severity)
    assert title in finding.title
    assert "    read -rs HF_TOKEN && export HF_TOKEN" in finding.remedy.splitlines()
    assert bool(result.healthy) is (severity is Severity.WARNING)


@pytest.mark.parametrize("fact", [Token(None), in_variable("")])
def test_missing_for_a_gated_model_without_a_cache(tmp_path: Path, fact: Token) -> None:
    finding = verdict(tmp_path, fact, reach=TokenReach(volume=False)).only()
    assert (finding.problem, finding.severity) == ("token/missing", Severity.ERROR)
    assert finding.title == "google/gemma-2b is gated, and no Hugging Face token is set"


@pytest.mark.parametrize("reach", [None, TokenReach(volume=True)])
def test_missing_while_weights_may_be_cached(tmp_path: Path, reach: TokenReach | None) -> None:
    finding = verdict(tmp_path, Token(None), reach=reach).only()
    assert (finding.problem, finding.severity) == ("token/missing", Severity.WARNING)


def test_missing_for_a_model_that_may_be_open(tmp_path: Path) -> None:
    arguments = {"model": "Qwen/Qwen2.5-7B"}
    finding = verdict(tmp_path, Token(None), arguments, TokenReach(volume=False)).only()
    assert finding.severity is Severity.WARNING
    assert finding.title == "No Hugging Face token is set for Qwen/Qwen2.5-7B"


def test_set_elsewhere(tmp_path: Path) -> None:
    reach = TokenReach(volume=False)
    other = Token(None, others=(Source("HUGGING_FACE_HUB_TOKEN", shape(GOOD)),))
    finding = verdict(tmp_path, other, reach=reach).only()
    assert finding.problem == "token/missing"
    assert "triton-doctor --token-env HUGGING_FACE_HUB_TOKEN" in finding.remedy
    file = Token(None, file=Source("~/.cache/huggingface/token", shape(GOOD)))
    finding = verdict(tmp_path, file, reach=reach).only()
    assert "which the container does not see" in finding.title
    assert '    export HF_TOKEN="$(cat ~/.cache/huggingface/token)"' in finding.remedy.splitlines()


def test_a_token_file_that_is_mounted_reaches_the_server(tmp_path: Path) -> None:
    result = verdict(tmp_path, Token(None, mounted=True), cache_volume="/hf")
    assert result.healthy == "A token file lies in /hf, which is mounted; the Hub was not asked"


def test_a_token_in_model_json_reaches_the_server(tmp_path: Path) -> None:
    arguments = {"model": "google/gemma-2b", "hf_token": GOOD}
    result = verdict(tmp_path, Token(None), arguments)
    assert result.outcome is Outcome.PASSED
    assert GOOD not in repr(result)
    assert verdict(tmp_path, Token(None), {**arguments, "hf_token": True}).ids == ["token/missing"]


def test_under_sudo_nothing_is_known(tmp_path: Path) -> None:
    result = verdict(tmp_path, Token(None, sudo=True))
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert "sudo --preserve-env=HF_TOKEN triton-doctor" in result.doubts[0].remedy
    assert verdict(tmp_path, in_variable(GOOD, sudo=True)).outcome is Outcome.PASSED


@pytest.mark.parametrize("arguments", ["{", '{"model": 7}', "[]"])
def test_a_model_that_is_not_known(tmp_path: Path, arguments: str) -> None:
    result = verdict(tmp_path, Token(None), arguments)
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert verdict(tmp_path, in_variable(GOOD), arguments).outcome is Outcome.PASSED


def test_a_hub_that_could_not_even_be_asked(tmp_path: Path) -> None:
    facts = {"token": in_variable(GOOD), "shell": Shell("posix")}
    models = serving(tmp_path, {"model": "google/gemma-2b"})
    result = judge("token", facts={**facts, "repository": models})
    assert result.outcome is Outcome.COULD_NOT_TELL
    assert "not in the saved facts" in result.doubts[0].reason


def test_another_shell_than_the_guides(tmp_path: Path) -> None:
    result = verdict(tmp_path, in_variable(GOOD), shell="powershell")
    finding = result.only()
    assert (finding.problem, finding.severity) == ("token/missing", Severity.NOTE)
    assert "    --env HUGGING_FACE_HUB_TOKEN=$env:HF_TOKEN" in finding.remedy.splitlines()
    assert result.healthy


def test_a_container_that_was_started_without_it(tmp_path: Path) -> None:
    without = TokenReach(volume=True, container="triton_vllm_server", state="exited")
    finding = verdict(tmp_path, in_variable(GOOD), reach=without).only()
    assert (finding.problem, finding.severity) == ("token/missing", Severity.WARNING)
    assert "docker rm --force triton_vllm_server" in finding.remedy
    passed = (Passed("HUGGING_FACE_HUB_TOKEN", shape(GOOD)),)
    given = TokenReach(True, "triton_vllm_server", "running", passed, same=True)
    result = verdict(tmp_path, in_variable(GOOD), reach=given)
    assert result.outcome is Outcome.PASSED
    assert result.healthy.endswith("has it, as HUGGING_FACE_HUB_TOKEN")


@pytest.mark.parametrize("value", [GOOD, f'"{GOOD}"', f"{GOOD} {GOOD}", f" {GOOD}"])
def test_a_planted_token_shows_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """In the environment, in a file and in model.json; in no fact, finding or evidence."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.setenv(name, value)
    (tmp_path / "token").write_text(value)
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    fact = Context(LocalHost(), Deployment(), Settings()).fact(token)
    assert fact.file is not None
    models = serving(tmp_path / "m", f'{{"model": "google/gemma-2b", "hf_token": "{GOOD}", "x": }}')
    facts: dict[str, Any] = {"token": fact, "repository": models, "shell": Shell("posix")}
    facts["hub-models"] = HubModels("https://huggingface.co")
    given = {"repository": str(tmp_path / "m")}
    results = [judge(area, facts=facts, deployment=given) for area in ("token", "repository")]
    assert results[1].ids == ["repository/model-json-syntax"]
    assert "x" in results[1].findings[0].evidence[0]
    for shown in (repr(fact), repr(models), repr(results)):
        assert GOOD[3:] not in shown
