"""Repairs of what only a log told; that stays as it is, so the next start has to tell."""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

from tests.lab.repairs.arguments import FILE, SOUND
from tests.lab.repairs.files import Breaks
from tests.lab.repairs.kit import Repair, Scene

NAME = "triton_vllm_server"
_START = "INFO 11-22 12:00:01 [__init__.py:244] Automatically detected platform cuda.\n"
_END = "RuntimeError: Engine core initialization failed. See root cause above.\n"


def crashed(said: str, content: str) -> Breaks:
    """A container of the deployment's name that said this, with these settings, and gave up."""

    def breaks(scene: Scene) -> None:
        scene.write(FILE, content.replace("\n", "\r\n"))
        time.sleep(0.05)  # the file is older than the run also where clocks tick slowly
        scene.options += ["--ignore", "docker/name-conflict"]
        script = 'printf %s "$0" >&2; exit 1'
        run = ("run", "--name", NAME, scene.lab.ubuntu, "sh", "-c", script)
        scene.lab.docker(
            *run, f"{_START}ERROR 11-22 12:00:09 [core.py:515] {said}\n{_END}", check=False
        )

    return breaks


class Said(NamedTuple):
    """What a server said, and the repair that follows from it.

    old, new: what model.json has in place of something of the sound one.
    """

    problem: str
    name: str
    how: Literal["safe", "ask"]
    said: str
    old: str = ""
    new: str = ""

    @property
    def content(self) -> str:
        return SOUND.replace(self.old, self.new) if self.old else SOUND


def told(one: Said) -> Repair:
    breaks = crashed(one.said, one.content)
    return Repair(
        one.problem, one.name, one.how, breaks, "launch", result=None, reason="the next start"
    )


SAID = [
    Said(
        "engine/unsupported-model",
        "newer-image",
        "ask",
        "ValueError: Model architectures ['Gemma3ForConditionalGeneration'] are not supported for"
        " now. Supported architectures: dict_keys(['AquilaModel'])",
    ),
    Said(
        "gpu/capability-too-low",
        "half",
        "ask",
        "ValueError: Bfloat16 is only supported on GPUs with compute capability of at least 8.0."
        " Your Tesla T4 GPU has compute capability 7.5. You can use float16 instead by explicitly"
        " setting the`dtype` flag in CLI, for example: --dtype=half.",
    ),
    Said(
        "engine/context-too-long",
        "figure",
        "safe",
        "ValueError: The model's max seq len (131072) is larger than the maximum number of tokens"
        " that can be stored in KV cache (23968). Try increasing `gpu_memory_utilization` or"
        " decreasing `max_model_len` when initializing the engine.",
        "4096",
        "131072",
    ),
    Said(
        "engine/context-too-long",
        "no-figure",
        "ask",
        "ValueError: To serve at least one request with the models's max seq len (131072), (16.00"
        " GiB KV cache is needed, which is larger than the available KV cache memory (15.35 GiB)."
        " Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing"
        " the engine.",
        '\t"max_model_len": 4096,\n',
        "",
    ),
    Said(
        "engine/context-over-limit",
        "figure",
        "safe",
        "ValueError: User-specified max_model_len (4096) is greater than the derived max_model_len"
        " (max_position_embeddings=2048 or model_max_length=None in model's config.json). This may"
        " lead to incorrect model outputs or CUDA errors.",
    ),
    Said(
        "engine/no-cache-memory",
        "share",
        "ask",
        "ValueError: No available memory for the cache blocks. Try increasing"
        " `gpu_memory_utilization` when initializing the engine.",
        "0.9,",
        "0.3,",
    ),
    Said(
        "engine/remote-code-refused",
        "trust",
        "ask",
        "ValueError: The repository `tiiuae/falcon-7b` contains custom code which must be executed"
        " to correctly load the model. You can inspect the repository content at"
        " https://hf.co/tiiuae/falcon-7b.",
        "google/gemma-2b",
        "tiiuae/falcon-7b",
    ),
    Said(
        "engine/quantization-mismatch",
        "own-form",
        "safe",
        "ValueError: Cannot find the config file for awq",
        '"seed": 7',
        '"quantization": "awq"',
    ),
    Said(
        "gpu/busy",
        "share",
        "ask",
        "ValueError: Free memory on device (16.01/93.0 GiB) on startup is less than desired GPU"
        " memory utilization (0.9, 83.7 GiB). Decrease GPU memory utilization or reduce GPU memory"
        " used by other processes.",
    ),
    Said(
        "gpu/out-of-memory",
        "less",
        "ask",
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.95 GiB. GPU 0 has a total"
        " capacity of 79.18 GiB of which 1.84 GiB is free. Including non-PyTorch memory, this"
        " process has 77.33 GiB memory in use.",
    ),
    Said(
        "host/shm-too-small",
        "more",
        "safe",
        "UNAVAILABLE: Internal: Unable to initialize shared memory key"
        " 'triton_python_backend_shm_region_3' to requested size (67108864 bytes). If you are"
        " running Triton inside docker, use '--shm-size' flag to control the shared memory region"
        " size. Each Python backend model instance requires at least 64MBs of shared memory."
        " Error: No space left on device",
    ),
]

LOGS = [told(one) for one in SAID]
