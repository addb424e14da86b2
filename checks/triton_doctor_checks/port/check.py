"""Judges whether the deployment's host ports can be published, and names who holds one that cannot.

An engine elsewhere (remote, or in Docker Desktop's machine under WSL) publishes on its own machine:
there only its containers can be seen, and a program that listens here says nothing.
"""

from __future__ import annotations

from triton_doctor.api import (
    ASK,
    SAFE,
    Answer,
    Answers,
    Context,
    Plan,
    Severity,
    age,
    command,
    found,
    plan,
    setting,
    sound,
    unsure,
)
from triton_doctor.probes.containers import Container, containers
from triton_doctor.probes.ports import Holder, Port, ports
from triton_doctor.probes.system import system
from triton_doctor_checks.port.scene import Scene, enumerated, scene_of

# Programs that stand in for a container on the host: Docker's, rootless Docker's, Podman's.
_FORWARDERS = ("docker-proxy", "rootlesskit", "rootlessport", "conmon")


def check(context: Context) -> Answers:
    context.start(ports, containers, system)
    scene = scene_of(context)
    own = [port.number for port in scene.seen.ports if _own(scene, port.number)]
    wrong = [*_twice(scene)]
    for port in scene.seen.ports:
        if port.number not in own:
            wrong += _judged(scene, port)
    for number in own:
        yield _own_finding(scene, number)
    yield from wrong
    doubts = _doubts(scene)
    yield from doubts
    if not wrong and not doubts:
        yield _all_well(scene, own)


def _own(scene: Scene, number: int) -> Container | None:
    """The deployment's own container where it runs and holds the port."""
    holder = scene.listed.holding(number) if scene.listed else None
    return holder if holder and holder.name == scene.context.deployment.name else None


def _own_finding(scene: Scene, number: int) -> Answer:
    holder = _own(scene, number)
    return _in_use(scene, number, holder, "own", Severity.NOTE) if holder else sound()


def _twice(scene: Scene) -> Answers:
    roles = scene.context.deployment.ports
    for number in sorted(set(roles.values())):
        same = [f"--{role}-port" for role, port in roles.items() if port == number]
        if len(same) > 1:
            yield found(
                "given-twice",
                where=f"port {number}",
                port=number,
                options=" and ".join(same),
                other=scene.other(number),
                # The first of them keeps it; a later one moves.
                fix=_use(scene, number, same[-1].removeprefix("--")),
            )


def _judged(scene: Scene, port: Port) -> Answers:
    """What is wrong with one port: containers first, since their forwarders are no answer."""
    holder = scene.listed.holding(port.number) if scene.listed else None
    if holder:
        yield _in_use(scene, port.number, holder, "container")
    elif limit := _excluded(scene, port.number):
        yield _reserved(scene, port.number, None, limit)
    elif scene.engine and scene.engine.rootless and port.number < scene.seen.unprivileged:
        yield _reserved(scene, port.number, "rootless", str(scene.seen.unprivileged))
    elif port.state == "busy" and not scene.hidden:
        yield _by_process(scene, port)


def _excluded(scene: Scene, number: int) -> str:
    """The range of Windows that a port is in, as `7951 to 8050`; empty where it is in none."""
    if scene.engine and scene.engine.remote:
        return ""
    inside = (one for one in scene.seen.excluded if one[0] <= number <= one[1])
    return next((f"{first} to {last}" for first, last in inside), "")


def _in_use(
    scene: Scene, number: int, holder: Container, case: str, severity: Severity | None = None
) -> Answer:
    started = age(scene.seen.now - holder.created)
    return found(
        "in-use",
        case=case,
        severity=severity,
        where=f"port {number}",
        evidence=[f"{holder.name} ({holder.image}, {holder.id}), created {started} ago"],
        fix=None if case == "own" else _stop_or_use(scene, number, holder),
        port=number,
        inside=scene.inside(number),
        holder=holder.name,
        pid="",
        age=started,
        other=scene.other(number),
    )


def _by_process(scene: Scene, port: Port) -> Answer:
    named = [one for one in port.holders if one.name]
    holder = named[0] if named else None
    case = "unknown" if holder is None else "proxy" if holder.name in _FORWARDERS else None
    return found(
        "in-use",
        case=case,
        where=f"port {port.number}",
        evidence=[f"{one.address}:{port.number} {one.name} {one.pid} {one.user}" for one in named],
        fix=_use(scene, port.number, instead=_end(holder, case)),
        port=port.number,
        inside=scene.inside(port.number),
        holder=holder.name if holder else "",
        pid=holder.pid if holder else "",
        age=age(scene.seen.now - holder.started) if holder else "",
        other=scene.other(port.number),
    )


def _reserved(scene: Scene, number: int, case: str | None, limit: str) -> Answer:
    return found(
        "reserved",
        case=case,
        where=f"port {number}",
        fix=_use(scene, number),
        port=number,
        inside=scene.inside(number),
        limit=limit,
        other=scene.other(number),
    )


def _stop_or_use(scene: Scene, number: int, holder: Container) -> Plan:
    """Another port touches nobody's work; the container that holds this one may be in use."""
    stop = command("docker", "stop", holder.name, back=("docker", "start", holder.name))
    return _use(scene, number, instead=plan("stop", ASK, stop, costs=["stops"]))


def _end(holder: Holder | None, case: str | None) -> Plan | None:
    """Ends the very process; what stands in for a container goes with the container."""
    if holder is None or case is not None or not holder.pid:
        return None
    return plan("end", ASK, command("kill", str(holder.pid)), costs=["stops"])


def _use(scene: Scene, number: int, key: str = "", instead: Plan | None = None) -> Plan:
    """The server gets another host port, in the settings of the deployment."""
    roles = scene.context.deployment.ports
    key = key or next(f"{role}-port" for role, port in roles.items() if port == number)
    return plan("other", SAFE, setting(key, scene.other(number)), instead=instead)


def _doubts(scene: Scene) -> list[Answer]:
    names = enumerated(scene.seen)
    if scene.hidden == "remote" and scene.engine:
        return [unsure("remote", ports=names, endpoint=scene.engine.endpoint)]
    if scene.hidden:
        return [unsure(scene.hidden, ports=names)]
    return []


def _all_well(scene: Scene, own: list[int]) -> Answer:
    names = enumerated(scene.seen)
    if own:
        return sound("own", ports=names, container=scene.context.deployment.name)
    return sound(ports=names)
