"""What Docker knows of the token's way into the container: names of variables, never a value."""

from __future__ import annotations

from typing import Any

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.token import VARIABLES
from triton_doctor.record import Record


class TokenReach(Record, frozen=True):
    """volume: whether the cache volume exists, so that weights or a token may lie in it.

    container: name of the deployment's container, empty where there is none; state: its state;
    passed: the variables that hold a token in it (only whether they are empty was looked at).
    """

    volume: bool
    container: str = ""
    state: str = ""
    passed: tuple[str, ...] = ()


@probe("token-reach", doing="asking Docker which variables the server got", timeout=9.0)
def token_reach(ask: Asking) -> TokenReach:
    """Look at the deployment's volume, and at its container if there is one."""
    docker, name = connected(ask), ask.deployment.name
    cache = ask.deployment.cache_volume
    folder = cache.startswith(("/", "~", "."))
    try:
        volume = folder or docker.volume(cache) is not None
        seen = docker.inspect(name)
    except DockerTrouble as error:
        raise FactUnavailable("token-reach", f"the engine does not tell: {error.text}") from None
    if seen is None:
        return TokenReach(volume)
    state = str((seen.get("State") or {}).get("Status") or "")
    return TokenReach(volume, name, state, _passed(seen))


def _passed(seen: dict[str, Any]) -> tuple[str, ...]:
    pairs = [str(line).partition("=") for line in (seen.get("Config") or {}).get("Env") or ()]
    filled = {name for name, _, value in pairs if value.strip()}
    return tuple(name for name in VARIABLES if name in filled)
