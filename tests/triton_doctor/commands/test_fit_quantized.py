"""Quantized checkpoints in the place of a model that does not fit, asked of a stand-in Hub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.published import hold
from tests.stand_in_hub import Account, Answer, Repo, StandInHub
from tests.triton_doctor.fitting.bench import CONFIGS
from triton_doctor.commands.fit import Asked, fit
from triton_doctor.host.local import LocalHost
from triton_doctor.settings import Layers

BASE = "acme/llama-8b"
TAG = f"base_model:quantized:{BASE}"
SHA = "5f0b02c75b57c5855da9ae460ce51323ea669d8a"
LLAMA = {**CONFIGS["llama-3.1-8b"], "architectures": ["LlamaForCausalLM"]}
PLAIN = {"BF16": 8_030_261_248}
FOUR = {"I32": 872_415_232, "F16": 1_110_000_000}
EIGHT = {"F8_E4M3": 6_979_321_856, "BF16": 1_050_939_392}
AWQ = {"quant_method": "awq", "bits": 4}
FP8 = {"quant_method": "fp8"}


def repo(elements: dict[str, int], quantized: Any = None, **more: Any) -> Repo:
    outline = {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    outline |= {"quantization_config": quantized} if quantized else {}
    told = {
        "safetensors": {"parameters": elements},
        "config": outline,
        "tags": [TAG] if quantized else [],
    }
    files = {"config.json": json.dumps(LLAMA).encode()}
    return Repo(revisions=("main", SHA), files=files, more={**told, **more.pop("more", {})}, **more)


OTHERS = {
    "ggufs/llama-8b-GGUF": Repo(more={"tags": [TAG]}),
    "mlx/llama-8b-4bit": repo(FOUR, {"bits": 4, "group_size": 64}),
    "closed/llama-8b-FP8": repo(EIGHT, FP8, gated="manual"),
    "odd/llama-1b-AWQ": repo({"I32": 10_000_000, "F16": 1_000_000}, AWQ),
    "odd/qwen-AWQ": repo(FOUR, AWQ, more={"config": {"model_type": "qwen2"}}),
    "new/llama-8b-X": repo(FOUR, {"quant_method": "unheard-of"}),
    "torn/llama": repo(FOUR, AWQ, more={"config": ["x"]}),
}
BOTH = {"a/llama-8b-AWQ": repo(FOUR, AWQ), "b/llama-8b-FP8": repo(EIGHT, FP8)}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandInHub]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with StandInHub({BASE: repo(PLAIN), **OTHERS, **BOTH}) as there:
        monkeypatch.setenv("HF_ENDPOINT", there.url)
        yield there


def found(
    capsys: pytest.CaptureFixture[str], card: str, name: str = BASE, **values: Any
) -> dict[str, Any]:
    wanted = Asked(name, (card,), values, vllm="0.22.1", form="json")
    fit(LocalHost(), Layers({}, {}, None), wanted)
    (one,) = hold("fit-1.json", capsys.readouterr().out)["models"]
    return dict(one)


def offered(one: dict[str, Any]) -> list[str]:
    return [row["values"]["model"] for row in one["changes"] if row["kind"] == "checkpoint"]


def test_one_in_8_bits_and_one_in_4_where_both_fit(
    hub: StandInHub, capsys: pytest.CaptureFixture[str]
) -> None:
    one = found(capsys, "RTX 4080 16GB", max_model_len=16384)
    assert one["verdict"] == "short"
    assert offered(one) == ["b/llama-8b-FP8", "a/llama-8b-AWQ"]
    assert all(row["verdict"] == "fits" for row in one["changes"])
    query = parse_qs(urlsplit(hub.asked[-1]).query)
    assert query["filter"] == [TAG]
    assert "safetensors" in query["expand"]


def test_only_what_the_card_computes_with_and_what_fits(
    hub: StandInHub, capsys: pytest.CaptureFixture[str]
) -> None:
    ampere = found(capsys, "RTX 3080 10GB", max_model_len=4096)
    assert offered(ampere) == ["a/llama-8b-AWQ"]
    assert offered(found(capsys, "T4", max_model_len=32768)) == []
    assert offered(found(capsys, "10GiB", max_model_len=4096)) == []


def test_it_is_shown_with_its_size(hub: StandInHub, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = Asked(BASE, ("RTX 3080 10GB",), {"max_model_len": 4096}, vllm="0.22.1")
    assert fit(LocalHost(), Layers({}, {}, None), wanted) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert '"model": "a/llama-8b-AWQ" the same model as somebody on the Hub' in out
    assert "(awq, 5.3 GiB of weights)" in out


def test_nothing_is_asked_where_it_fits_or_another_would_not_load(
    hub: StandInHub, capsys: pytest.CaptureFixture[str]
) -> None:
    found(capsys, "H100 80GB", max_model_len=4096)
    found(capsys, "RTX 3080 10GB", max_model_len=4096, quantization="bitsandbytes")
    assert not [path for path in hub.asked if "filter" in path]


def test_a_hub_that_does_not_tell_is_told(
    hub: StandInHub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_tagged", lambda _: iter(()))
    assert offered(found(capsys, "RTX 3080 10GB", max_model_len=4096)) == []
    usual = hub._answer

    def limited(target: str, given: str, span: str | None) -> Answer:
        return Answer(429, b"") if "filter" in target else usual(target, given, span)

    monkeypatch.setattr(hub, "_answer", limited)
    wanted = Asked(BASE, ("RTX 3080 10GB",), {"max_model_len": 4096}, vllm="0.22.1")
    assert fit(LocalHost(), Layers({}, {}, None), wanted) == 1
    assert "has a quantized checkpoint of it was not asked" in capsys.readouterr().out


def test_a_gated_model_is_asked_about_with_the_token(
    hub: StandInHub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "hf_" + "cAnArYqUaNt7" * 3
    monkeypatch.setenv("HF_TOKEN", token)
    hub.accounts[token] = Account()
    assert offered(found(capsys, "RTX 3080 10GB", max_model_len=4096)) == ["a/llama-8b-AWQ"]
    assert set(hub.tokens) == {token}


def test_a_folder_that_is_called_like_a_model_of_the_hub_asks_nothing(
    hub: StandInHub, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / BASE
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(LLAMA))
    one = found(capsys, "RTX 3080 10GB", max_model_len=4096)
    assert (one["verdict"], one["weights_by"]) == ("short", "config")
    assert (offered(one), hub.asked) == ([], [])
