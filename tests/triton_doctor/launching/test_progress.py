"""What a server is doing, from its log: every sign by its samples, and whole recorded logs."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import tomli

from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.progress import Doing, Progress, doing

TABLE = tomli.loads((files("triton_doctor.launching") / "progress.toml").read_text("utf-8"))
SIGNS = TABLE["sign"]
RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.mark.parametrize("sign", SIGNS, ids=lambda one: f"{one['stage']} {one['part']}")
def test_each_sign_knows_its_samples(sign: dict[str, str]) -> None:
    assert sign["samples"]
    assert sign["source"]
    for sample in sign["samples"]:
        seen = doing(sample)
        assert seen is not None, sample
        assert seen.stage == sign["stage"], sample


def test_each_stage_has_words() -> None:
    words = phrases().table["launch"]
    silent = {"model-ready"}  # a row of Triton's table, which is remembered and not shown
    stages = {sign["stage"] for sign in SIGNS} | {"starting"}
    assert {f"do-{one}" for one in stages - silent} <= set(words)


def test_counts_and_names_are_taken_from_the_line() -> None:
    shards = "Loading safetensors checkpoint shards:  75% Completed | 3/4 [00:04<00:01,  1.52s/it]"
    assert doing(shards) == Doing("weights", "3", "4")
    assert doing('I1122 model_lifecycle.cc:472] "loading: gemma:1"') == Doing("model", of="gemma")
    assert doing("[INFO] nothing of the kind: 3/4") is None


def test_a_bar_that_is_drawn_over_itself_is_read_as_it_grows() -> None:
    progress, seen = Progress(), list[Doing]()
    bar = b"\rCapturing CUDA graph shapes:  %d%%|##  | %d/35 [00:01<00:09,  2.33it/s]"
    for number in (1, 12, 35):
        seen += progress.feed(bar % (number * 100 // 35, number))
    seen += progress.feed(b"\n")
    assert [one.done for one in seen] == ["1", "12", "35"]


def test_blocks_may_end_anywhere() -> None:
    log = "\x1b[33mx\x1b[0m\n" + "\n".join(sign["samples"][0] for sign in SIGNS) + "\n"
    whole = [one.stage for one in Progress().feed(log.encode())]
    pieces = Progress()
    split = [one.stage for byte in log.encode() for one in pieces.feed(bytes([byte]))]
    assert split == whole
    assert len(whole) > 10


def test_rows_of_the_table_are_remembered() -> None:
    progress = Progress()
    rows = b"| gemma | 1       | READY  |\n| bad   | 1 | UNAVAILABLE: no |\n"
    assert list(progress.feed(rows)) == []
    assert progress.models_ready == ["gemma"]


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    progress = Progress()
    for _ in range(40):
        list(progress.feed(b"x" * 10_000))
    assert [one.stage for one in progress.feed(b"\nSignal (15) received.\n")] == ["stopping"]


def test_a_recorded_start_of_triton() -> None:
    stages = [one.stage for one in Progress().feed((RECORDINGS / "logs/sound.log").read_bytes())]
    assert stages[0] == "model"
    assert "model-done" in stages
    assert stages.index("opening") > stages.index("model-done")


def test_a_recorded_start_of_vllm_in_triton() -> None:
    """Three processes load vLLM, one after the other; on a CPU nothing is captured."""
    log = (RECORDINGS / "logs/vllm/server-sound.log").read_bytes()
    stages = [one.stage for one in Progress().feed(log)]
    assert stages == [
        *("model", "import", "instance", "import", "engine-process", "import", "engine"),
        *("weights", "weights", "weights-done", "cache", "warm", "model-done", "opening"),
    ]


def test_a_start_of_vllm_from_its_first_line_to_its_last() -> None:
    """Its own lines in their order, among others of the sort that it prints between them."""
    wanted = ["engine", "find-weights", "weights", "weights-done", "compile", "graphs", "warm"]
    lines = [next(one for one in SIGNS if one["stage"] == stage)["samples"][0] for stage in wanted]
    noise = "WARNING 11-22 14:56:15 [cuda.py:91] Detected different devices in the system: 2/4\n"
    log = noise + noise.join(f"(VllmWorker rank=0 pid=91) {line}\n" for line in lines)
    assert [one.stage for one in Progress().feed(log.encode())] == wanted
