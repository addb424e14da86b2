"""Judges what is published against what the server answers on. Pure."""

from __future__ import annotations

from triton_doctor.api import Answers, Severity
from triton_doctor.probes.given_command import Given, Port
from triton_doctor_checks.command.places import Change, added, at, first, starts_triton

_ROLES = ("http", "grpc", "metrics")


def ports(given: Given) -> Answers:
    yield from _twice(given)
    network = given.option("network") or given.option("net")
    if network and network.value == "host":
        if given.ports:
            yield at(given, given.ports[0].start, "ports-ignored", count=len(given.ports))
        return
    if not starts_triton(given):
        return
    used = {given.inside(role) for role in _ROLES if _answers(given, role)}
    used |= {8080} if given.flag("allow-vertex-ai") or given.flag("allow-sagemaker") else set()
    lost = _not_published(given)
    for port in given.ports:
        if port.inside not in used and not (lost and port.inside == 8000):
            listed = ", ".join(str(one) for one in sorted(used))
            yield at(given, port.start, "port-unused", inside=port.inside, used=listed)
    if lost:
        yield from _unreachable(given)
    elif all(one.host == 0 for one in given.ports if one.inside == given.inside("http")):
        yield from _random(given)


def _answers(given: Given, role: str) -> bool:
    flag = given.flag(f"allow-{role}")
    return flag is None or (flag.value or "").lower() not in ("false", "0", "off")


def _not_published(given: Given) -> bool:
    wanted = given.inside("http")
    return (
        _answers(given, "http")
        and not given.on("publish-all")
        and not given.open
        and all(one.inside != wanted for one in given.ports)
        and not any(option.unset for option in given.options if option.name == "publish")
    )


def _random(given: Given) -> Answers:
    """`-p 8000` is the port in the container alone; that of this machine is Docker's choice."""
    inside = given.inside("http")
    for port in (one for one in given.ports if one.inside == inside):
        place = given.text.find(str(inside), port.start, port.end)
        bare = place >= 0 and given.text[place : port.end].strip("\"'") == str(inside)
        whole = Change(place, place + len(str(inside)), f"{inside}:{inside}")
        changes = (whole,) if bare and given.source != "compose" else ()
        name = given.option("name")
        yield at(
            given, port.start, "request/connection-refused", *changes, case="random-port",
            severity=Severity.WARNING, address=f"localhost:{inside}",
            container=name.value if name and name.value else "the container",
        )  # fmt: skip


def _unreachable(given: Given) -> Answers:
    """The HTTP port is not published: mostly since --http-port was changed on one side alone."""
    inside = given.inside("http")
    name = given.option("name")
    container = name.value if name and name.value else "the container"
    usual = next((one for one in given.ports if one.inside == 8000), None)
    place = usual.start if usual else first(given)
    yield at(
        given,
        place,
        "request/connection-refused",
        *_mapped(given, usual, inside),
        case="not-published",
        severity=None if given.ports else Severity.WARNING,
        address=f"localhost:{inside}",
        container=container,
    )


def _mapped(given: Given, usual: Port | None, inside: int) -> tuple[Change, ...]:
    if usual is None:
        return added(given, f"-p {inside}:{inside}")
    raw = given.text[usual.start : usual.end]
    cut = raw.rfind("8000")
    return (Change(usual.start + cut, usual.start + cut + 4, str(inside)),)


def _twice(given: Given) -> Answers:
    seen: dict[int, Port] = {}
    for port in given.ports:
        if port.host and port.host in seen:
            before = seen[port.host]
            both = [given.text[one.start : one.end] for one in (before, port)]
            taken = {one.host for one in given.ports}
            other = next(one for one in range(port.host + 1, port.host + 100) if one not in taken)
            yield at(
                given,
                port.start,
                "port/given-twice",
                port=port.host,
                options=" and ".join(both),
                other=other,
            )
        seen[port.host] = port
