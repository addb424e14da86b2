"""What is launched on the real vLLM, and what is to come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.lab.repairs.kit import Scene

SETTINGS: dict[str, object] = {
    "model": "/models/gemma/1/tiny",
    "enforce_eager": True,
    "max_model_len": 128,
    "disable_log_requests": True,
}
Step = tuple[tuple[str, ...], tuple[int, str]]


@dataclass(frozen=True)
class Launch:
    """settings: laid over model.json; causes: the first problem that is to be named; breaks: what
    is done to the folder; then: commands that follow, each with its exit code and words of it."""

    name: str
    outcome: str
    causes: tuple[str, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    breaks: Callable[[Scene], object] = lambda scene: None
    then: tuple[Step, ...] = ()


def died(
    name: str,
    cause: str,
    settings: Mapping[str, object] | None = None,
    breaks: Callable[[Scene], object] = lambda scene: None,
) -> Launch:
    return Launch(name, "died", (cause,), settings or {}, breaks)


_LONG = " ".join(["the quick brown fox"] * 60)
_KILL = ("exec", "triton_vllm_server", "pkill", "-9", "-f", "multiprocessing.spawn")
# A machine of two cores takes its time for a hundred tokens.
_FEW = ("--max-tokens", "8", "--timeout", "300")

SOUND = Launch(
    "sound",
    "ready",
    then=(
        (("ask", *_FEW, "The doctor"), (0, "token")),
        (("ask", *_FEW, "--temperature", "0", "--stop", "zz", "The doctor"), (0, "token")),
        (("ask", *_FEW, "--no-stream", "--seed", "1", "--top-p", "0.5", "Hi"), (0, "tokens in")),
        (("ask", *_FEW, "--param", "n=2", "Hi"), (0, "tokens in")),
        (("ask", *_FEW, "--param", "max_token=3", "Hi"), (1, "Did you mean max_tokens?")),
        (("ask", *_FEW, "--temperature=-1", "Hi"), (1, "temperature must be non-negative")),
        (("ask", *_FEW, "--param", 'lora_name="x"', "Hi"), (1, "LoRA feature is not enabled")),
        (("ask", *_FEW, "--model", "gemma2", "Hi"), (1, "Did you mean gemma?")),
        (("ask", *_FEW, _LONG), (1, "longer than the maximum model length of 128")),
        (("docker", *_KILL), (0, "")),
        (("ask", *_FEW, "Hi"), (1, "The engine of gemma died while the server stayed up")),
        (("stop", "--yes"), (1, "It is kept, with its log")),
    ),
)
LAUNCHES = (
    SOUND,
    died("dtype", "engine/invalid-argument", {"dtype": "float15"}),
    died("length", "engine/invalid-argument", {"max_model_len": 9000}),
    died("unknown", "repository/unknown-engine-argument", {"max_model_length": 9}),
    died("cache", "engine/context-too-long", {"num_gpu_blocks_override": 4}),
    died("heads", "engine/invalid-argument", {"tensor_parallel_size": 3}),
    died(
        "no-file",
        "repository/model-json-missing",
        breaks=lambda scene: scene.path("1/model.json").unlink(),
    ),
    died(
        "no-weights",
        "weights/incomplete",
        breaks=lambda scene: scene.path("1/tiny/model.safetensors").unlink(),
    ),
)
