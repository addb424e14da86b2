"""What all ports of the deployment are judged by."""

from __future__ import annotations

from contextlib import suppress

from triton_doctor.api import Context, FactUnavailable, Record
from triton_doctor.probes.containers import Containers, containers
from triton_doctor.probes.docker_engine import DockerEngine, docker_engine
from triton_doctor.probes.ports import Ports, ports
from triton_doctor.probes.system import system

_INSIDE = {"http": 8000, "grpc": 8001, "metrics": 8002}


class Scene(Record, frozen=True):
    """What all ports are judged by. hidden: why the sockets here say nothing, or empty."""

    context: Context
    seen: Ports
    listed: Containers | None
    engine: DockerEngine | None
    hidden: str

    def inside(self, number: int) -> int:
        """The port in the container that a host port leads to."""
        roles = self.context.deployment.ports
        return next(_INSIDE[role] for role, port in roles.items() if port == number)

    def other(self, number: int) -> int:
        """A free port to use instead, another one for each port of the deployment."""
        spare = [port for port in self.seen.free if not (self.listed and self.listed.holding(port))]
        place = [port.number for port in self.seen.ports].index(number)
        return spare[place % len(spare)] if spare else number + 10000


def scene_of(context: Context) -> Scene:
    """The host's own programs are judged also where no engine can be asked."""
    listed, engine = None, None
    with suppress(FactUnavailable):
        engine = context.fact(docker_engine)
        listed = context.fact(containers)
    return Scene(context, context.fact(ports), listed, engine, _hidden(context, engine))


def _hidden(context: Context, engine: DockerEngine | None) -> str:
    if engine and engine.remote:
        return "remote"
    here = context.fact(system)
    if engine and engine.kind == "desktop" and here.kind in ("wsl1", "wsl2"):
        return "desktop"
    return "in-container" if here.in_container else ""


def enumerated(seen: Ports) -> str:
    """`8000, 8001 and 8002`."""
    numbers = [str(port.number) for port in seen.ports]
    return ", ".join(numbers[:-1]) + f" and {numbers[-1]}" if len(numbers) > 1 else numbers[0]
