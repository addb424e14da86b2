"""`fit` as it is called: a folder, cards by name, a repository's model, and a log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeHost, FakeHub
from tests.published import hold
from tests.triton_doctor.commands.fit_bench import H100, data, here, run
from tests.triton_doctor.fitting.bench import CONFIGS, GIB
from tests.triton_doctor.fitting.test_logged import V1
from triton_doctor.commands.fit import Asked, fit
from triton_doctor.errors import UsageError
from triton_doctor.host.hub import HUB, HubFile, HubFiles, HubTrouble
from triton_doctor.settings import Layers

__all__ = ["here"]  # a fixture


def test_a_folder_on_a_named_card(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("llama-3.1-8b", gpus=H100) == 0
    out = capsys.readouterr().out
    assert "It fits" in out
    assert "weights by its config.json alone" in out
    assert "  #  15.0 GiB ±0.1  weights" in out


def test_what_does_not_fit_ends_with_one_and_says_what_would(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = data(capsys, "llama-3.1-8b", gpus=("2x RTX 4090",))
    (one,) = found["models"]
    assert (found["exit_code"], one["verdict"], one["limit"]) == (1, "short", "length")
    assert one["bytes_for_one_request"] == 16 * GIB
    assert {change["kind"] for change in one["changes"]} == {"spread", "length"}
    assert all(change["verdict"] == "fits" for change in one["changes"])


def test_a_near_fit_is_a_warning(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Qwen2.5-32B with 32768 tokens in 0.9 of an H100 was measured to fit with exactly 1.00 x."""
    values = {
        "gpu_memory_utilization": 0.9, "max_model_len": 32768, "max_num_seqs": 128,
        "max_num_batched_tokens": 2048,
    }  # fmt: skip
    found = data(capsys, "qwen2.5-32b", gpus=H100, values=values)
    assert (found["exit_code"], found["models"][0]["verdict"]) == (0, "near")
    assert run("qwen2.5-32b", gpus=H100, values=values, options={"fail_on": "warning"}) == 1
    assert "It may just fit" in capsys.readouterr().out


def test_what_cannot_be_told_is_not_green(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "odd").mkdir()
    (here / "odd" / "config.json").write_text('{"model_type": "new"}')
    assert run("odd", gpus=H100) == 3
    out = capsys.readouterr().out
    assert "Whether it fits cannot be told." in out
    assert "config.json does not say how many layers there are" in " ".join(out.split())


def test_a_model_of_the_repository_has_its_settings(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = here / "model_repository" / "mine"
    (folder / "1").mkdir(parents=True)
    (folder / "config.pbtxt").write_text('backend: "vllm"\n')
    (here / "llama-3.1-8b").rename(folder / "llama")
    arguments = {
        "model": "/models/mine/llama",
        "max_model_len": 4096,
        "gpu_memory_utilization": 0.5,
    }
    (folder / "1" / "model.json").write_text(json.dumps(arguments))
    options = {"model": ("mine",)}
    (all_of_them,) = data(capsys, gpus=H100, options=options)["models"]
    (by_name,) = data(capsys, "mine", gpus=H100, options=options)["models"]
    assert all_of_them == by_name
    assert by_name["settings"]["max_model_len"] == 4096
    (changed,) = data(capsys, "mine", gpus=H100, options=options, values={"max_model_len": 8192})[
        "models"
    ]
    assert changed["settings"]["max_model_len"] == 8192
    assert changed["settings"]["gpu_memory_utilization"] == 0.5


def test_a_folder_s_own_model_json_has_its_settings(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "llama-3.1-8b" / "model.json").write_text('{"max_model_len": 4096}')
    (one,) = data(capsys, "llama-3.1-8b", gpus=H100)["models"]
    assert one["settings"]["max_model_len"] == 4096
    assert one["settings_file"] == str(here / "llama-3.1-8b" / "model.json")
    (here / "llama-3.1-8b" / "model.json").write_text("{")
    with pytest.raises(UsageError, match="is not JSON"):
        run("llama-3.1-8b", gpus=H100)


def test_a_model_json_alone_and_one_with_a_path_of_this_machine(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = here / "model_repository" / "mine" / "1"
    version.mkdir(parents=True)
    (version.parent / "config.pbtxt").write_text('backend: "vllm"\n')
    arguments = {"model": str(here / "llama-3.1-8b"), "max_model_len": 4096}
    (version / "model.json").write_text(json.dumps(arguments))
    for name in ("mine", "model_repository/mine/1/model.json"):
        (one,) = data(capsys, name, gpus=H100)["models"]
        assert (one["verdict"], one["settings"]["max_model_len"]) == ("fits", 4096)
        assert one["settings_file"] == "model_repository/mine/1/model.json"
    (version / "model.json").write_text('{"model": "/models/mine/weights"}')
    with pytest.raises(UsageError, match="is no folder here"):
        run("model_repository/mine/1/model.json", gpus=H100)


@pytest.mark.parametrize("gpus", ["2x A10G", "2xA10G", "2 A10G", "A10G x2", "A10G:2", "A10G,A10G"])
def test_how_many_is_written_in_many_ways(
    here: Path, capsys: pytest.CaptureFixture[str], gpus: str
) -> None:
    (one,) = data(capsys, "llama-3.1-8b", gpus=(gpus,))["models"]
    assert (one["gpu"]["name"], one["gpu"]["count"]) == ("A10G 24GB", 2)


def test_a_log_is_set_beside_the_estimate(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "vllm.log").write_text(V1)
    values = {"gpu_memory_utilization": 0.9, "max_num_seqs": 128, "max_num_batched_tokens": 2048}
    assert run("qwen2.5-32b", gpus=("2x H100 80GB",), vllm=None, log="vllm.log", values=values) == 0
    rows = {line[:24].strip(): line[24:].split() for line in capsys.readouterr().out.splitlines()}
    assert rows["Beside vLLM's own log"] == ["estimate", "log"]
    assert rows["weights"] == ["30.5", "GiB", "30.7", "GiB"]
    assert rows["KV cache"][2:] == ["39.6", "GiB"]
    assert rows["full-length requests"][1] == "9.91"


def test_another_log_is_no_log_of_memory(here: Path) -> None:
    (here / "other.log").write_text("I1129 started\n")
    with pytest.raises(UsageError, match="says nothing of what vLLM found of memory"):
        run("llama-3.1-8b", gpus=H100, log="other.log")


@pytest.mark.parametrize(
    ("model", "gpus", "said"),
    [
        ("nowhere", H100, "is no model of the repository and no folder here"),
        ("llama-3.1-8b", ("A100",), "is more than one card: A100 80GB, A100 40GB"),
        ("llama-3.1-8b", ("MI300X",), "is none of NVIDIA's cards"),
        ("another", H100, "The repository has: mine"),
        ("adapter", H100, "It holds an adapter"),
        ("llama-3.1-8b/m.gguf", H100, "no folder here"),  # and no model of the Hub
        ("llama-3.1-8b", ("0x H100 80GB",), "is no card that is known"),
        (".", H100, "has no config.json"),
    ],
)
def test_wrong_usage_says_what_is_right(
    here: Path, model: str, gpus: tuple[str, ...], said: str
) -> None:
    (here / "model_repository" / "mine" / "1").mkdir(parents=True)
    (here / "adapter").mkdir()
    for file in ("adapter/adapter_config.json", "llama-3.1-8b/m.gguf"):
        (here / file).touch()
    with pytest.raises(UsageError, match=said):
        run(model, gpus=gpus)


def test_a_file_gets_ascii_and_the_whole_width(here: Path) -> None:
    assert run("llama-3.1-8b", gpus=H100, output=str(here / "out.txt")) == 0
    text = (here / "out.txt").read_text("utf-8")
    assert "  ###" in text
    assert "█" not in text


def hub(**answers: Any) -> FakeHost:
    """A machine without an engine that reaches a Hub with these answers."""
    there = {
        "model": {"sha": "abc", "safetensors": {"parameters": {"BF16": 8_030_261_248}}},
        "read": json.dumps(CONFIGS["llama-3.1-8b"]).encode(),
        "files": HubFiles((HubFile("model.safetensors", 16_060_556_376),)),
        **answers,
    }
    return FakeHost(hubs={HUB: FakeHub(**there)})


def asked_of_hub(host: FakeHost, capsys: pytest.CaptureFixture[str], **options: Any) -> Any:
    wanted = Asked("meta-llama/Llama-3.1-8B", H100, vllm="0.22.1", form="json")
    code = fit(host, Layers(options, {}, None), wanted)
    (one,) = hold("fit-1.json", capsys.readouterr().out)["models"]
    return code, one


def test_an_id_is_asked_of_the_hub(capsys: pytest.CaptureFixture[str]) -> None:
    code, one = asked_of_hub(hub(), capsys)
    assert (code, one["weights_by"], one["verdict"]) == (0, "headers", "fits")
    page = Asked("https://huggingface.co/meta-llama/Llama-3.1-8B/tree/main", H100, form="json")
    assert fit(hub(), Layers({}, {}, None), page) == 0
    assert hold("fit-1.json", capsys.readouterr().out)["models"][0]["name"] == one["name"]
    assert one["weights"]["bytes"] == pytest.approx(15.0 * GIB, rel=0.002)


def test_where_the_hub_counts_no_tensors_the_files_are_weighed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, one = asked_of_hub(hub(model={"sha": "abc"}), capsys)
    assert (code, one["weights_by"]) == (0, "files")
    assert one["weights"]["bytes"] == pytest.approx(15.0 * GIB, rel=0.01)


def test_a_gate_is_told_in_the_hub_s_words(capsys: pytest.CaptureFixture[str]) -> None:
    closed = HubTrouble("answer", "Access to this model is restricted", 403, "GatedRepo")
    code, one = asked_of_hub(hub(read=closed), capsys)
    assert (code, one["verdict"], one["reasons"]) == (3, "unknown", ["config"])
    assert one["trouble"] == "Access to this model is restricted"


def test_a_misspelt_id_is_told_with_what_the_hub_has(capsys: pytest.CaptureFixture[str]) -> None:
    absent = HubTrouble("answer", "Repository not found", 404, "RepoNotFound")
    host = hub(model=absent, search=["meta-llama/Llama-3.1-8B-Instruct", "meta-llama/LLama-3.1-8B"])
    code, one = asked_of_hub(host, capsys)
    assert (code, one["trouble"]) == (3, "Repository not found")
    assert "meta-llama/LLama-3.1-8B" in one["near"]


def test_offline_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    host = hub()
    code, one = asked_of_hub(host, capsys, offline="true")
    assert (code, one["trouble"]) == (3, "--offline")
    assert not [line for line in host.asked if line.startswith("hub")]
