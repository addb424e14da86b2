"""What the user means to run, and how the doctor is to look at it.

The defaults are the guide's own command. Each field is at once an option (`--http-port`), an
environment variable (`TRITON_DOCTOR_HTTP_PORT`) and a key of `triton-doctor.toml` (`http-port`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

DEFAULT_IMAGE = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"
SEVERITIES = ("note", "warning", "error", "never")
FORMATS = ("auto", "text", "json")

# The engine's own grammar of container names, from the text of its refusal:
# 'Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed'.
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?", re.IGNORECASE)
_UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


class Unfit(ValueError):
    """A value that a setting cannot take; the text says what was expected."""


def port(value: object) -> int:
    """A TCP port, 1 to 65535."""
    try:
        number = int(str(value))
    except ValueError:
        number = 0
    if isinstance(value, bool) or not 1 <= number <= 65535:
        raise Unfit(f"expected a port from 1 to 65535, got {value!r}")
    return number


def size(value: object) -> int:
    """Bytes of a size as Docker writes it: `64m`, `1g`, `1.5gb`; units are powers of 1024."""
    match = _SIZE.fullmatch(str(value).strip())
    if not match:
        raise Unfit(f"expected a size such as 64m or 1g, got {value!r}")
    return int(float(match[1]) * _UNITS[match[2].lower()])


def size_text(value: object) -> str:
    """A size kept as the user wrote it, once it is known to be one."""
    size(value)
    return str(value).strip()


def gpus(value: object) -> str:
    """`all`, `none`, or device numbers as in `0,1`."""
    text = str(value).strip().lower()
    if text in ("all", "none") or re.fullmatch(r"\d+(,\d+)*", text):
        return text
    raise Unfit(f"expected all, none or GPU numbers such as 0,1, got {value!r}")


def container_name(value: object) -> str:
    text = str(value)
    if not _NAME.fullmatch(text):
        raise Unfit(f"expected a container name (letters, digits, _ . -), got {value!r}")
    return text


def variable(value: object) -> str:
    """The name of an environment variable; a token typed here by mistake is not repeated."""
    text = str(value)
    if not _ENV.fullmatch(text) or text.startswith("hf_"):
        raise Unfit("expected the NAME of an environment variable, such as HF_TOKEN")
    return text


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"expected a text that is not empty, got {value!r}")
    return value.strip()


def image(value: object) -> str:
    reference = text(value)
    if re.search(r"\s", reference):
        raise Unfit(f"expected an image reference without blanks, got {value!r}")
    return reference


def words(value: object) -> tuple[str, ...]:
    """One or many words: a text with commas, or a list of such texts."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise Unfit(f"expected a list of texts, got {value!r}")
    return tuple(word.strip() for part in parts for word in part.split(",") if word.strip())


def models(value: object) -> tuple[str, ...]:
    names = words(value)
    if not names:
        raise Unfit("expected the name of at least one model")
    return names


def one_of(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in choices:
            raise Unfit(f"expected one of {', '.join(choices)}, got {value!r}")
        return str(value)

    return parse


def positive(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if isinstance(value, bool) or not 0 < number < float("inf"):
        raise Unfit(f"expected a number above 0, got {value!r}")
    return number


def count(value: object) -> int:
    number = positive(value)
    if number != int(number):
        raise Unfit(f"expected a whole number above 0, got {value!r}")
    return int(number)


def flag(value: object) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if str(value).lower() not in known:
        raise Unfit(f"expected true or false, got {value!r}")
    return known[str(value).lower()]


def _setting(default: Any, parse: Callable[[object], Any], help: str, **more: Any) -> Any:  # noqa: A002 - click's own word
    return field(default=default, metadata={"parse": parse, "help": help, **more})


@dataclass(frozen=True)
class Deployment:
    """The container that is to serve, with the guide's command as default."""

    repository: str = _setting("model_repository", text, "Model repository folder.", path=True)
    model: tuple[str, ...] = _setting(
        ("gemma",), models, "Model to load; may be repeated.", repeat=True
    )
    image: str = _setting(DEFAULT_IMAGE, image, "Server image.")
    name: str = _setting("triton_vllm_server", container_name, "Container name.")
    http_port: int = _setting(8000, port, "Host port for HTTP.")
    grpc_port: int = _setting(8001, port, "Host port for gRPC.")
    metrics_port: int = _setting(8002, port, "Host port for metrics.")
    gpus: str = _setting("all", gpus, "GPUs to give: all, none, or numbers as in 0,1.")
    token_env: str = _setting("HF_TOKEN", variable, "Environment variable that holds the token.")
    cache_volume: str = _setting("triton_hf_cache", text, "Volume for downloaded weights.")
    shm_size: str | None = _setting(None, size_text, "Size of /dev/shm, such as 1g.")

    @property
    def ports(self) -> dict[str, int]:
        """The published host ports by what they serve."""
        return {"http": self.http_port, "grpc": self.grpc_port, "metrics": self.metrics_port}

    @property
    def wants_gpu(self) -> bool:
        return self.gpus != "none"

    @property
    def gpu_numbers(self) -> tuple[int, ...] | None:
        """The numbers asked for; None means all of them."""
        if self.gpus in ("all", "none"):
            return None if self.gpus == "all" else ()
        return tuple(int(number) for number in self.gpus.split(","))


@dataclass(frozen=True)
class Settings:
    """How this run looks at the deployment, and what it prints."""

    select: tuple[str, ...] = _setting(
        (), words, "Only these areas or ids (commas or repeated).", repeat=True
    )
    ignore: tuple[str, ...] = _setting(
        (), words, "Leave out these areas or ids (commas or repeated).", repeat=True
    )
    fail_on: str = _setting(
        "error", one_of(*SEVERITIES), f"Exit 1 from this severity on: {', '.join(SEVERITIES)}."
    )
    jobs: int = _setting(8, count, "Checks that run at the same time.")
    timeout: float = _setting(10.0, positive, "Seconds that one check may take.")
    offline: bool = _setting(False, flag, "Ask nothing of registries or the Hub.", switch=True)
    lang: str | None = _setting(None, text, "Language of the words, such as en or ru.")
    format: str = _setting("auto", one_of(*FORMATS), f"Output: {', '.join(FORMATS)}.")
    output: str | None = _setting(None, text, "Write the report to this file.")
    probe_image: str = _setting("ubuntu:24.04", image, "Image of the probe containers.")


def keys() -> dict[str, Any]:
    """Every setting by its key in triton-doctor.toml, with its field."""
    return {
        item.name.replace("_", "-"): item
        for owner in (Deployment, Settings)
        for item in fields(owner)
    }
