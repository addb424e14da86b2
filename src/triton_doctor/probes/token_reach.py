"""What Docker knows of the token's way into the container: names and forms, never a value."""

from __future__ import annotations

from typing import Any

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Docker, DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.hub_door import VARIABLES, chosen, counting, variables
from triton_doctor.probes.token_shape import Shape, shape
from triton_doctor.record import Record, replace

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_YES = ("1", "ON", "YES", "TRUE")  # as huggingface_hub reads them


class Passed(Record, frozen=True):
    """A variable of the container that holds a token, and the token's form."""

    name: str
    shape: Shape


class TokenReach(Record, frozen=True):
    """volume: whether the cache volume exists, so that weights or a token may lie in it.

    container: name of the deployment's container, empty where there is none; state: its state;
    passed: the variables that hold a token in it, the one that counts first. differ: they hold
    different ones. same: the one that counts is the deployment's own; None where either is missing.
    offline: the variable of the container, or of the image, that forbids downloads; endpoint: the
    Hub that HF_ENDPOINT of either names; both empty without.
    """

    volume: bool
    container: str = ""
    state: str = ""
    passed: tuple[Passed, ...] = ()
    differ: bool = False
    same: bool | None = None
    offline: str = ""
    endpoint: str = ""


@probe("token-reach", doing="asking Docker which variables the server got", timeout=9.0)
def token_reach(ask: Asking) -> TokenReach:
    """Look at the deployment's volume, at its container if there is one, else at its image."""
    docker, name = connected(ask), ask.deployment.name
    cache = ask.deployment.cache_volume
    folder = cache.startswith(("/", "~", "."))
    try:
        volume = folder or docker.volume(cache) is not None
        seen = docker.inspect(name)
        env = variables(seen if seen is not None else _image(ask, docker))
    except DockerTrouble as error:
        raise FactUnavailable("token-reach", f"the engine does not tell: {error.text}") from None
    way = TokenReach(volume, offline=_offline(env), endpoint=env.get("HF_ENDPOINT", ""))
    if seen is None:
        return way
    state = str((seen.get("State") or {}).get("Status") or "")
    values = {one: env[one] for one in VARIABLES if env.get(one, "").strip()}
    return replace(
        way,
        container=name,
        state=state,
        passed=tuple(Passed(name, shape(value)) for name, value in values.items()),
        differ=len({value.strip() for value in values.values()}) > 1,
        same=_same(ask, env),
    )


def _image(ask: Asking, docker: Docker) -> dict[str, Any]:
    return docker.image(ask.deployment.image) or {}


def _offline(env: dict[str, str]) -> str:
    return next((name for name in _OFFLINE if env.get(name, "").upper() in _YES), "")


def _same(ask: Asking, env: dict[str, str]) -> bool | None:
    """Compared here, so that no trace of either value is in the fact."""
    there, here = counting(env), chosen(ask)
    if there is None or here.token is None or here.source == "container":
        return None
    return there.reveal() == here.token.reveal()
