"""Judges the way to the Hugging Face Hub, from this machine and as the server is to go it."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import (
    SHOW,
    Answer,
    Answers,
    Context,
    Plan,
    Severity,
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
from triton_doctor.probes.server_proxy import server_proxy
from triton_doctor.probes.token_reach import token_reach
from triton_doctor_checks.network.cache import missing
from triton_doctor_checks.network.clock import clock
from triton_doctor_checks.network.handed import forbidden, has_endpoint
from triton_doctor_checks.network.proxy import proxies

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
    context.start(hub_models, token_reach, server_proxy)
    seen = context.fact(hub_models)
    if not seen.names and not seen.tokenizers:
        yield not_for_here("local")
        return
    reach = context.known(token_reach)
    variable, place = forbidden(context, reach)
    if variable:
        yield _offline(context, seen, variable, place)
        return
    yield from _reached(context, seen)
    if seen.asked:
        yield from proxies(context, host(seen.address))
    yield from _mirror(context, seen, reach.endpoint.rstrip("/") if reach else "")


def _answers(seen: HubModels) -> bool:
    """Whether anything came that the Hub alone says: a model, or a refusal with its own mark."""
    every = [one for model in seen.models for one in (model.access, model.info)]
    return any(
        one is None or one.code or one.of_no_model or one.of_the_token or one.status in (403, 429)
        for one in every
    )


def _status(seen: HubModels) -> int:
    every = [one for model in seen.models for one in (model.access, model.info)]
    return next((one.status for one in every if one is not None and one.status), 0)


def _mirror(context: Context, seen: HubModels, theirs: str) -> Iterator[Answer]:
    """Whether the server asks the same Hub. theirs: the one that its container or image names."""
    if not seen.asked or theirs == seen.address:
        return
    if theirs:
        yield unsure("other-hub", there=host(theirs), host=host(seen.address), address=theirs)
    elif seen.mirror and not has_endpoint(context):
        yield found("mirror-not-handed", where="HF_ENDPOINT", host=host(seen.address))


def _offline(context: Context, seen: HubModels, variable: str, place: str) -> Answer:
    """The server may not download, so that what is in the cache decides."""
    absent = _absent(context, seen)
    if absent is None:
        return unsure("offline-unseen", variable=variable, place=place)
    if not absent:
        return sound("offline", variable=variable, place=place)
    error = f"{variable} is set in {place}, and {', '.join(absent)} is not in the cache"
    return found(
        "hub-unreachable", case="offline", where=variable,
        host=host(seen.address), error=error, address=_shown(seen.address),
    )  # fmt: skip


def _absent(context: Context, seen: HubModels) -> tuple[str, ...] | None:
    """Models and tokenizers that are not in the cache; None where that is not known."""
    return missing(context, seen.names, seen.tokenizers)


def _reached(context: Context, seen: HubModels) -> Iterator[Answer]:
    name, why = host(seen.address), seen.unreached
    if not seen.asked:
        yield unsure("offline", host=name)
    elif why is None and _answers(seen):
        yield sound(host=name)
    elif why is None:
        yield unsure("no-hub", host=name, status=_status(seen), address=_shown(seen.address))
    elif why.kind == "offline":
        yield unsure("offline-here", host=name)
    elif _elsewhere(context):
        yield unsure("elsewhere", host=name, error=why.text)
    else:
        yield _unreachable(context, seen, name, why)


def _unreachable(context: Context, seen: HubModels, name: str, why: Said) -> Answer:
    # huggingface_hub takes what it has where it gets no answer.
    cached = _absent(context, seen) == ()
    error = why.text.rstrip(".") or (f"HTTP {why.status}" if why.status else why.kind)
    case = _CASES[why.kind]
    if case == "clock" and seen.clock is not None:
        case, off = clock(seen.clock, why.kind)
        error = off or error
    return found(
        "hub-unreachable", case=case, where=name, fix=_look(seen.address),
        severity=Severity.WARNING if cached else None,
        host=name, error=error, address=_shown(seen.address),
    )  # fmt: skip


def _look(address: str) -> Plan:
    return plan("look", SHOW, command("curl", "-sSI", _shown(address)))


def _shown(address: str) -> str:
    """An address without user and password."""
    scheme, sign, rest = address.partition("://")
    return scheme + sign + rest.rpartition("@")[2] if sign else address


def host(address: str) -> str:
    """The name in an address, without user and password."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2] or address


def _elsewhere(context: Context) -> bool:
    """Whether the server is to run on another machine, which has a way of its own."""
    engine = context.known(docker_engine)
    return engine is not None and engine.remote
