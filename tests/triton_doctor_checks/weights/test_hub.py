"""Weights that are still on the Hub: the real library asks a stand-in Hub, the check judges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checkpoints import INDEX, cache, model, shard_name
from tests.kit import JudgeResult
from tests.stand_in_hub import Account, Answer, Repo, StandInHub
from tests.triton_doctor_checks.weights.bench import judged
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.model import Outcome
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.weights import weights

pytestmark = pytest.mark.usefixtures("bare")
TOKEN = "hf_" + "cAnArYhUb7qW" * 3
NAME, GATED = "acme/whole", "acme/gated"
FILES = model(3)
COUNTED = {"safetensors": {"parameters": {"BF16": 48}, "total": 48}}
OUTLINE = {"config": {"architectures": ["LlamaForCausalLM"], "model_type": "llama"}}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    monkeypatch.delenv("HF_TOKEN")
    whole = Repo(files=FILES, more={**COUNTED, **OUTLINE})
    gated = Repo(files=FILES, gated="manual", more={**COUNTED, **OUTLINE})
    with StandInHub({NAME: whole, GATED: gated}, {TOKEN: Account()}) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "cache").mkdir()

    @property
    def deployment(self) -> dict[str, Any]:
        return {"cache_volume": str(self.folder / "cache")}

    def judged(self, name: str = NAME, **options: Any) -> JudgeResult:
        given = {"offline": False, "model": name, **options}
        return judged(self.folder / "models", deployment=self.deployment, **given)

    def seen(self) -> Checkpoint:
        """The fact, after `judged` has made the files."""
        plan = Deployment(repository=str(self.folder / "models"), **self.deployment)
        (one,) = Context(LocalHost(), plan, Settings()).fact(weights).checkpoints
        return one


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_silent_answer_is_told_by_its_status(hub: StandInHub, bench: Bench) -> None:
    hub.always = Answer(503, b"")
    assert "did not say what it consists of (HTTP 503)" in str(bench.judged().result.reason)


def test_nothing_is_asked_where_the_shell_forbids_it(
    hub: StandInHub, bench: Bench, hub_offline: None
) -> None:
    assert "and the Hub was not asked for it" in str(bench.judged().result.reason)
    assert hub.asked == []


def test_more_than_a_few_models_are_asked_about(hub: StandInHub, bench: Bench) -> None:
    bench.judged()
    for number in range(6):
        folder = bench.folder / "models" / f"m{number}"
        (folder / "1").mkdir(parents=True)
        (folder / "config.pbtxt").write_text('backend: "vllm"\n')
        (folder / "1/model.json").write_text(json.dumps({"model": f"acme/m{number}"}))
        hub.models[f"acme/m{number}"] = hub.models[NAME]
    plan = Deployment(
        repository=str(bench.folder / "models"), control_mode="none", **bench.deployment
    )
    seen = Context(LocalHost(), plan, Settings()).fact(weights).checkpoints
    assert [one.hub for one in seen] == ["told"] * 7


def test_what_is_still_to_be_downloaded(hub: StandInHub, bench: Bench) -> None:
    result = bench.judged()
    assert result.outcome is Outcome.PASSED
    assert "still to be downloaded" in result.healthy
    seen = bench.seen()
    assert (seen.source, seen.hub, seen.where, seen.form) == ("hub", "told", NAME, "safetensors")
    assert seen.elements == {"BF16": 48}
    assert seen.fetch == sum(map(len, FILES.values()))
    assert seen.config == json.loads(FILES["config.json"])
    assert [file.name for file in seen.files] == [shard_name(number, 3) for number in (1, 2, 3)]
    assert "tokenizer.json" in seen.names


def test_a_disk_on_which_it_has_no_room(hub: StandInHub, bench: Bench) -> None:
    finding = bench.judged(free=100).only()
    assert finding.problem == "host/disk-full"
    assert finding.where == str(bench.folder / "cache")


def test_only_what_is_missing_is_still_to_be_downloaded(hub: StandInHub, bench: Bench) -> None:
    files = dict(FILES)
    gone = files.pop(shard_name(2, 3))
    cache(bench.folder / "cache", NAME, files)
    assert bench.judged().outcome is Outcome.PASSED
    seen = bench.seen()
    assert (seen.source, seen.fetch) == ("volume", len(gone))
    assert [file.fault for file in seen.files] == [None, "missing", None]


def test_a_whole_model_in_the_cache_asks_the_hub_nothing(hub: StandInHub, bench: Bench) -> None:
    cache(bench.folder / "cache", NAME, FILES)
    assert bench.judged().outcome is Outcome.PASSED
    assert hub.asked == []


def test_offline_asks_nothing_and_is_not_green(hub: StandInHub, bench: Bench) -> None:
    assert bench.judged(offline=True).outcome is Outcome.COULD_NOT_TELL
    assert hub.asked == []


def test_the_configuration_on_the_hub_is_judged(hub: StandInHub, bench: Bench) -> None:
    assert bench.judged(max_model_len=4096).ids == ["engine/context-over-limit"]


def test_a_gated_model_shows_its_sizes_and_its_architecture(hub: StandInHub, bench: Bench) -> None:
    hub.models[GATED].more["config"] = {"architectures": ["AcmeForCausalLM"]}
    result = bench.judged(GATED)
    assert result.ids == ["engine/unsupported-model"]
    assert "config.json of acme/gated cannot be read" in result.doubts[0].reason
    seen = bench.seen()
    assert (seen.config, seen.elements) == (None, {"BF16": 48})
    assert seen.fetch


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, b"oops"),
        Answer(200, b"<html>sign in</html>"),
        Answer(200, b'{"siblings": 7, "safetensors": {"parameters": {"BF16": "many"}}}'),
        Answer(401, b""),
    ],
)
def test_a_hub_that_talks_nonsense_is_not_green(
    hub: StandInHub, bench: Bench, answer: Answer
) -> None:
    hub.always = answer
    result = bench.judged()
    assert (result.outcome, result.findings) == (Outcome.COULD_NOT_TELL, ())


def test_a_model_that_the_hub_has_not(hub: StandInHub, bench: Bench) -> None:
    """The token check says that it is absent; here its size is not known."""
    result = bench.judged("acme/absent")
    assert (result.outcome, result.findings) == (Outcome.COULD_NOT_TELL, ())


def test_a_model_of_gguf_files_alone(hub: StandInHub, bench: Bench) -> None:
    hub.models["acme/quants"] = Repo(files={"a.Q4_K_M.gguf": b"GGUF", "a.Q8_0.gguf": b"GGUF"})
    result = bench.judged("acme/quants")
    assert result.only().title == "acme/quants has no weights on the Hub that vLLM loads"
    assert bench.seen().fetch == 0


def test_files_that_vllm_leaves_aside_are_not_counted(hub: StandInHub, bench: Bench) -> None:
    more = {"consolidated.safetensors": bytes(999), "onnx/model.onnx": bytes(999)}
    hub.models["acme/more"] = Repo(files={**FILES, **more, "pytorch_model.bin": bytes(999)})
    assert INDEX in FILES
    bench.judged("acme/more")
    assert bench.seen().fetch == sum(map(len, FILES.values()))


def test_no_token_is_in_what_was_learned(
    hub: StandInHub, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    bench.judged(GATED, hf_token=TOKEN)
    assert TOKEN in hub.tokens
    assert TOKEN[3:] not in repr(bench.seen())


def test_without_an_engine_the_hub_still_tells(
    hub: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the volume is not known then, and is not made out to be."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    result = judged(tmp_path, offline=False, model=NAME, max_model_len=4096)
    assert result.ids == ["engine/context-over-limit"]
    assert "could not be looked into" in result.doubts[0].reason


@pytest.mark.parametrize(
    ("gone", "more", "title"),
    [
        (("config.json",), {}, f"{NAME} has no config.json on the Hub"),
        (
            ("config.json",),
            {"adapter_config.json": b"{}"},
            f"{NAME} on the Hub is an adapter (LoRA) and no model by itself",
        ),
        (("tokenizer",), {}, f"{NAME} has no tokenizer on the Hub"),
    ],
)
def test_a_file_that_the_hub_does_not_have(
    hub: StandInHub, bench: Bench, gone: tuple[str, ...], more: dict[str, bytes], title: str
) -> None:
    files = {name: data for name, data in FILES.items() if not name.startswith(gone)}
    hub.models[NAME].files = {**files, **more}
    result = bench.judged()
    assert result.only().title == title
    assert result.only().problem == "weights/incomplete"
    assert result.doubts == ()
