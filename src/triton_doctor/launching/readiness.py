"""Whether a server serves: what to ask of it, and what the answers come to. Pure.

Source: the KServe protocol's health extension, as Triton has it: 200 is yes, and until the models
of the start are loaded nothing listens at all.
"""

from __future__ import annotations

from urllib.parse import quote

from triton_doctor.deployment import ALL_MODELS, Deployment
from triton_doctor.host.protocol import Usage
from triton_doctor.record import Record

SERVER = "/v2/health/ready"
OK = 200
BUSY = 0.05  # cores; a server that waits for nothing but requests uses less
RECEIVED = 64 << 10  # bytes of a second's download that are more than chatter
EVERY = 0.1, 1.0  # s between two questions, at least and at most
SHARE = 0.01  # of the time that has gone by already


def model_path(model: str) -> str:
    return f"/v2/models/{quote(model, safe='')}/ready"


def paths(deployment: Deployment) -> tuple[str, ...]:
    """What has to answer 200: the server, and each model that was named.

    With every model loaded, strict readiness (the default) makes the server's answer theirs.
    """
    named = deployment.control_mode == "explicit" and ALL_MODELS not in deployment.model
    return (SERVER, *[model_path(name) for name in deployment.model if named])


def pause(seconds: float) -> float:
    """How long to wait between two questions, after so many seconds of start."""
    return min(max(SHARE * seconds, EVERY[0]), EVERY[1])


class Used(Record, frozen=True):
    """What a container has used, and when that was asked (monotonic s)."""

    at: float
    usage: Usage


def moved(before: Used, now: Used) -> bool:
    """Whether something was done in between: computed, read from a disk, or downloaded."""
    seconds = max(now.at - before.at, 0.1)
    computed = now.usage.cpu - before.usage.cpu > BUSY * seconds
    loaded = now.usage.received - before.usage.received > RECEIVED * seconds
    return computed or loaded or now.usage.read - before.usage.read > RECEIVED * seconds
