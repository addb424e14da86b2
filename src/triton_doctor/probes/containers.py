"""Which containers the engine has, without what may hold secrets (environment, command, labels)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.record import Record

OURS = "triton-doctor-probe-"  # how the names of the doctor's own probe containers begin


class Published(Record, frozen=True):
    """A port of the engine's machine that leads to one inside; address: as it is bound there."""

    address: str
    port: int
    inside: int


class Container(Record, frozen=True):
    """state: created, running, paused, restarting, exited, dead or removing; created: epoch s;
    network: bridge, host, none, or a network's name."""

    id: str
    name: str
    image: str
    state: str
    created: float
    published: tuple[Published, ...] = ()
    network: str = ""


class Containers(Record, frozen=True):
    """All containers but the doctor's own, newest first; now: epoch s when they were asked for."""

    seen: tuple[Container, ...]
    now: float

    def named(self, name: str) -> Container | None:
        return next((one for one in self.seen if one.name == name), None)

    def holding(self, port: int) -> Container | None:
        """The container that publishes a TCP port right now."""
        for one in self.seen:
            if one.state in ("running", "paused", "restarting") and any(
                item.port == port for item in one.published
            ):
                return one
        return None


@probe("containers", doing="listing containers", timeout=9.0)
def containers(ask: Asking) -> Containers:
    """Ask the engine for all containers, stopped ones too."""
    try:
        listed = connected(ask).containers()
    except DockerTrouble as error:
        raise FactUnavailable(
            "containers", f"the engine does not list them: {error.text}"
        ) from None
    seen = [_container(item) for item in listed]
    seen = [one for one in seen if not one.name.startswith(OURS)]
    return Containers(tuple(sorted(seen, key=lambda one: -one.created)), ask.host.now())


def _container(item: Mapping[str, Any]) -> Container:
    return Container(
        id=str(item.get("Id") or "")[:12],
        name=_name(item.get("Names") or ()),
        image=str(item.get("Image") or ""),
        state=str(item.get("State") or ""),
        created=float(item.get("Created") or 0),
        published=_published(item.get("Ports") or ()),
        network=str((item.get("HostConfig") or {}).get("NetworkMode") or ""),
    )


def _name(names: Any) -> str:
    """The container's own name: of `/web` and `/proxy/web` (an old link) the first."""
    own = [str(name).lstrip("/") for name in names if str(name).count("/") < 2]
    return own[0] if own else ""


def _published(ports: Any) -> tuple[Published, ...]:
    # The engine lists 0.0.0.0 and :: apart; both are kept, since either may be bound alone.
    found = {
        Published(str(item.get("IP") or ""), int(item["PublicPort"]), int(item["PrivatePort"]))
        for item in ports
        if item.get("PublicPort") and item.get("Type", "tcp") == "tcp"
    }
    return tuple(sorted(found, key=lambda one: (one.inside, one.port, one.address)))
