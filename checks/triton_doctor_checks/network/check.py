"""Judges the way to the Hugging Face Hub, from this machine and as the server is to go it."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import (
    SHOW,
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Plan,
    command,
    found,
    not_for_here,
    plan,
    sound,
    unsure,
)
from triton_doctor.probes.docker_engine import docker_engine
from triton_doctor.probes.hub_door import Said
from triton_doctor.probes.hub_models import HubModels, hub_models
from triton_doctor.probes.token_reach import TokenReach, token_reach

# Which words go with what stood in the way.
_CASES = {
    "unresolved": "dns",
    "refused": "no-way",
    "unreachable": "no-way",
    "silent": "silent",
    "cut": "cut",
    "proxy": "proxy",
    "proxy-password": "proxy-password",
    "certificate": "certificate",
    "certificate-name": "other-name",
    "expired": "clock",
    "not-yet": "clock",
    "tls": "tls",
    "redirects": "strange",
    "garbage": "strange",
    "unusable": "unusable",
}


def check(context: Context) -> Answers:
    context.start(hub_models, token_reach)
    seen = context.fact(hub_models)
    if not seen.names:
        yield not_for_here("local")
        return
    reach = _reach(context)
    yield from _reached(context, seen)
    if seen.mirror and (reach is None or reach.endpoint.rstrip("/") != seen.address):
        yield found("mirror-not-handed", where="HF_ENDPOINT", host=host(seen.address))


def _reached(context: Context, seen: HubModels) -> Iterator[Answer]:
    name, why = host(seen.address), seen.unreached
    if not seen.asked:
        yield unsure("offline", host=name)
    elif why is None:
        yield sound(host=name)
    elif why.kind == "offline":
        yield unsure("offline-here", host=name)
    elif _elsewhere(context):
        yield unsure("elsewhere", host=name, error=why.text)
    else:
        yield _unreachable(seen, name, why)


def _unreachable(seen: HubModels, name: str, why: Said) -> Answer:
    error = why.text or (f"HTTP {why.status}" if why.status else why.kind)
    return found(
        "hub-unreachable", case=_CASES.get(why.kind), where=name, fix=_look(seen.address),
        host=name, error=error,
    )  # fmt: skip


def _look(address: str) -> Plan:
    return plan("look", SHOW, command("curl", "-sSI", address))


def host(address: str) -> str:
    """The name in an address, without user and password."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2] or address


def _reach(context: Context) -> TokenReach | None:
    try:
        return context.fact(token_reach)
    except FactUnavailable:
        return None


def _elsewhere(context: Context) -> bool:
    """Whether the server is to run on another machine, which has a way of its own."""
    try:
        return context.fact(docker_engine).remote
    except FactUnavailable:
        return False
