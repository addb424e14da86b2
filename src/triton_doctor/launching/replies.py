"""Whose an answer is, and which problem a refusal stands for. Pure."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any, Literal

from triton_doctor.launching.asking import SAMPLING
from triton_doctor.record import Record

Whose = Literal["triton", "openai", "metrics", "other", "nobody"]

# Replies of Triton's Python backend and of vLLM (0.4 to 0.11) to a request whose engine is dead.
_DEAD = re.compile(
    r"stub process .* is not healthy|engine loop is not running|background loop (?:has errored|is"
    r" not running)|engine process .* died|enginedeaderror|enginecore encountered an issue"
    r"|unhealthy vllm engine|cannot create tasks after shutdown",
    re.IGNORECASE,
)
# The backend makes no sampling parameters of bad ones, logs why, and then trips over the lack.
_SAMPLING = re.compile(r"'NoneType' object has no attribute 'lora_name'")
_REASON = re.compile(
    r"Was trying to create .?TritonSamplingParams.?, but got exception: (.{1,300})"
)
_UNKNOWN = re.compile(r"[Uu]nexpected keyword argument '(\w{1,60})'")
_NOT_READY = re.compile(
    r"Request for unknown model|has no available versions|not at ready state"
    r"|Model version not ready|is not ready|stopped accepting new inference requests"
)
_HTTP2 = r"\x00\x00"
_TLS = r"\x15\x03"


class Model(Record, frozen=True):
    """One line of the server's index of models; state: empty for one that was never loaded."""

    name: str
    state: str = ""
    reason: str = ""


def is_dead(error: str) -> bool:
    """Whether the engine behind the server is."""
    return bool(_DEAD.search(error))


def is_no_place(error: str) -> bool:
    """Whether Triton says no more than that it does not serve such an address."""
    return error in ("Not Found", "Method Not Allowed", "Not Allowed")


def is_sampling(error: str) -> bool:
    """Whether vLLM took the sampling parameters amiss, and said why to the log alone."""
    return bool(_SAMPLING.search(error))


def is_not_ready(error: str) -> bool:
    return bool(_NOT_READY.search(error))


def sampling_reason(log: str) -> str:
    """The last reason that a server's log gives for refused sampling parameters; or nothing."""
    found = _REASON.findall(log)
    return str(found[-1]).strip().rstrip('"') if found else ""


def near_field(reason: str) -> str:
    """The field of SamplingParams that an unknown one was meant for; or nothing."""
    match = _UNKNOWN.search(reason)
    near = get_close_matches(match[1], SAMPLING, 1) if match else []
    return near[0] if near else ""


def is_triton(status: int, body: bytes) -> bool:
    """By the reply to GET /v2: Triton's metadata always lists its extensions."""
    told = _json(body)
    return status == 200 and isinstance(told, dict) and "extensions" in told and "version" in told


def is_openai(status: int, body: bytes) -> bool:
    """By the reply to GET /v1/models."""
    told = _json(body)
    return status == 200 and isinstance(told, dict) and told.get("object") == "list"


def is_metrics(status: int, body: bytes) -> bool:
    """By the reply to GET /metrics: of Triton's third port, which serves nothing else."""
    return status == 200 and (b"\nnv_" in body or body.startswith(b"# HELP"))


def protocol(text: str, grpc: bool) -> str | None:
    """The case of other-program for what is no HTTP; grpc: it is the deployment's port for it."""
    if _HTTP2 in text or grpc:
        return "grpc"
    return "tls" if _TLS in text else None


def models(body: bytes) -> list[Model]:
    """The reply to POST /v2/repository/index."""
    told = _json(body)
    entries = told if isinstance(told, list) else []
    return [
        Model(str(one["name"]), str(one.get("state") or ""), str(one.get("reason") or ""))
        for one in entries
        if isinstance(one, dict) and isinstance(one.get("name"), str)
    ]


def near_model(name: str, known: list[Model]) -> str:
    """The model that a name was meant for; or nothing."""
    names = [one.name for one in known if one.name != name]
    lower = {one.lower(): one for one in reversed(names)}
    near = get_close_matches(name.lower(), lower, 1, 0.6)
    begins = [one for one in names if one.lower().startswith(name.lower())]
    return lower[near[0]] if near else begins[0] if len(begins) == 1 else ""


def first_words(body: bytes, length: int = 120) -> str:
    """What a page says of itself: its title, else its first words, without markup."""
    text = body.decode("utf-8", "replace")
    title = re.search(r"<title[^>]{0,200}>([^<]{1,300})", text, re.IGNORECASE)
    plain = title[1] if title else re.sub(r"<[^>]{0,300}>", " ", text)
    return " ".join(plain.split())[:length]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
