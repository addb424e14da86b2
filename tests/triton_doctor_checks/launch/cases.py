"""Made-up containers, and the launch check's judgement of them."""

from __future__ import annotations

from typing import Any

from tests.kit import JudgeResult, judge
from triton_doctor.probes.engine_events import Gone
from triton_doctor.probes.launched import Launched, Launches
from triton_doctor.probes.serving import Answer, Serving
from triton_doctor.record import replace

NOW = 1_790_000_000.0
NAME = "triton_vllm_server"
GOOD = Answer("gemma", 200, 200)
UP = Serving("", "127.0.0.1:8000", 200, 200, (GOOD,))
DOWN = Serving("not-running")
RUNS = Launched(
    id="3f1c2a9b7d5e",
    name=NAME,
    image="nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3",
    named=True,
    state="running",
    created=NOW - 1500,
    started=NOW - 1500,
    ended=0.0,
    exit_code=0,
    oom=False,
    error="",
    signal=0,
    restarts=0,
    memory_limit=0,
    health="",
    mode="explicit",
    loads=("gemma",),
    log="one\n\n  20%\n\n",
    log_error="",
)
ENDED = replace(RUNS, state="exited", ended=NOW - 720, exit_code=1)
GONE = Gone("3f1c", NAME, "tritonserver", NOW - 800, NOW - 720, 1, False, 0, True)


def launch(*containers: Launched, serving: Serving = DOWN, gone: Gone | None = None) -> JudgeResult:
    facts: dict[str, Any] = {"launches": Launches(containers, gone, NOW), "serving": serving}
    return judge("launch", facts=facts)


def first(result: JudgeResult) -> str:
    assert result.ids[1:] == ["docker/name-conflict"], result.ids
    return result.ids[0]
