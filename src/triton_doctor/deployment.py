"""What the user means to run, and how the doctor is to look at it.

The defaults are the guide's own command. Each field is at once an option (`--http-port`), an
environment variable (`TRITON_DOCTOR_HTTP_PORT`) and a key of `triton-doctor.toml` (`http-port`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from triton_doctor import values
from triton_doctor.model import Acceptance
from triton_doctor.record import Record

DEFAULT_IMAGE = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
SEVERITIES = ("note", "warning", "error", "never")
FORMATS = (
    *("auto", "text", "json", "junit", "sarif", "github", "codequality", "markdown", "html"),
)
PATIENCE = 600  # s that --wait-for-ready waits where no number is said
CONTROL_MODES = ("none", "poll", "explicit")
ALL_MODELS = "*"  # the name with which --load-model loads everything


class Deployment(Record, frozen=True):
    """The container that is to serve, with the guide's command as default."""

    repository: str = "model_repository"
    model: tuple[str, ...] = ("gemma",)
    image: str = DEFAULT_IMAGE
    name: str = "triton_vllm_server"
    http_port: int = 8000
    grpc_port: int = 8001
    metrics_port: int = 8002
    gpus: str = "all"
    token_env: str = "HF_TOKEN"  # noqa: S105 - the name of a variable
    cache_volume: str = "triton_hf_cache"
    shm_size: str | None = None
    control_mode: str = "explicit"
    more_repositories: tuple[str, ...] = ()
    token_file: str | None = None

    @property
    def ports(self) -> dict[str, int]:
        """The published host ports by what they serve."""
        return {"http": self.http_port, "grpc": self.grpc_port, "metrics": self.metrics_port}

    @property
    def loads_all(self) -> bool:
        """Whether Triton takes every folder of the repository for a model that is to be loaded."""
        return self.control_mode != "explicit" or ALL_MODELS in self.model

    @property
    def wants_gpu(self) -> bool:
        return self.gpus != "none"

    @property
    def gpu_ids(self) -> tuple[str, ...] | None:
        """The GPUs asked for, each by its number or UUID; None means all of them."""
        if self.gpus in ("all", "none"):
            return None if self.gpus == "all" else ()
        return tuple(dict.fromkeys(self.gpus.split(",")))


class Settings(Record, frozen=True):
    """How this run looks at the deployment, and what it prints.

    not_here: checks that cannot be made on this machine; accept: problems that are known; file: the
    settings file in use.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    not_here: tuple[str, ...] = ()
    fail_on: str = "error"
    jobs: int = 8
    timeout: float = 10.0
    offline: bool = False
    lang: str | None = None
    format: str = "auto"
    output: tuple[str, ...] = ()
    probe_image: str = "ubuntu:24.04"
    wait_for_ready: float | None = None
    accept: tuple[Acceptance, ...] = ()
    file: str | None = None
    show_account: bool = False

    @property
    def judged_by(self) -> dict[str, Any]:
        """Those that what a run finds may hang on."""
        names = ("select", "ignore", "not_here", "offline", "probe_image")
        return {name: getattr(self, name) for name in names}


class Option(NamedTuple):
    """How a field is given: the reading of its value, and what `--help` says.

    kind: `repeat` may be given more than once, `switch` takes no value, `path` is meant from the
    folder of the file that names it, `paths` is both, `own` belongs to the plain run
    alone. alias: a second spelling of the option.
    """

    parse: Callable[[object], Any]
    help: str
    kind: str = ""
    alias: str = ""


OPTIONS: dict[str, Option] = {
    "repository": Option(values.text, "Model repository folder.", "path"),
    "model": Option(values.models, "Model to load; may be repeated.", "repeat"),
    "image": Option(values.image, "Server image."),
    "name": Option(values.container_name, "Container name."),
    "http_port": Option(values.port, "Host port for HTTP."),
    "grpc_port": Option(values.port, "Host port for gRPC."),
    "metrics_port": Option(values.port, "Host port for metrics."),
    "gpus": Option(values.gpus, "GPUs to give: all, none, numbers as in 0,1, or UUIDs."),
    "token_env": Option(values.variable, "Environment variable that holds the token."),
    "cache_volume": Option(values.text, "Volume for downloaded weights."),
    "shm_size": Option(values.size_text, "Size of /dev/shm, such as 1g."),
    "control_mode": Option(
        values.one_of(*CONTROL_MODES), f"Triton's --model-control-mode: {', '.join(CONTROL_MODES)}."
    ),
    "more_repositories": Option(
        values.words, "A further repository; may be repeated.", "paths", "more_repository"
    ),
    "token_file": Option(
        values.text, "File that holds the token, in place of the variable.", "path"
    ),
    "select": Option(values.words, "Only these areas or ids (commas or repeated).", "repeat"),
    "ignore": Option(values.words, "Leave out these areas or ids.", "repeat"),
    "not_here": Option(
        values.words, "These checks cannot be made here, as in CI: shown, not counted.", "repeat"
    ),
    "fail_on": Option(
        values.one_of(*SEVERITIES), f"Exit 1 from this severity on: {', '.join(SEVERITIES)}."
    ),
    "jobs": Option(values.count, "Checks that run at the same time."),
    "timeout": Option(values.positive, "Seconds that one check may take."),
    "offline": Option(values.flag, "Ask nothing of registries or the Hub.", "switch"),
    "lang": Option(values.text, "Language of the words, such as en."),
    "format": Option(values.one_of(*FORMATS), f"Output: {', '.join(FORMATS)}."),
    "output": Option(
        values.texts,
        "Write this file too, FORMAT:FILE or by its name; may be repeated.",
        "repeat",
    ),
    "probe_image": Option(values.image, "Image of the probe containers."),
    "show_account": Option(
        values.flag, "Name the Hub account that the token belongs to.", "switch"
    ),
    "wait_for_ready": Option(
        values.positive,
        f"First wait until server and models are ready, at most so long. [{PATIENCE} s]",
        "own",
    ),
}


def defaults() -> dict[str, Any]:
    """The default of every option of Deployment and Settings, by name."""
    return {
        name: value
        for owner in (Deployment, Settings)
        for name, value in zip(owner.__struct_fields__, owner.__struct_defaults__, strict=True)
        if name in OPTIONS
    }


def keys() -> dict[str, str]:
    """Every setting by its key in triton-doctor.toml, with the name of its field."""
    return {name.replace("_", "-"): name for name in OPTIONS}
