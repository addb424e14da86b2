"""Judges the deployment's container while it runs: a server may be up and its engine dead."""

from __future__ import annotations

import re

from triton_doctor.api import (
    ASK,
    SHOW,
    Answer,
    Answers,
    Context,
    Severity,
    age,
    command,
    found,
    plan,
    sound,
    unsure,
)
from triton_doctor.probes.launched import Launched, Launches
from triton_doctor.probes.serving import Answer as Reply
from triton_doctor.probes.serving import Serving, serving
from triton_doctor_checks.launch.ended import last_lines, out_of_memory

LOADING = 600.0  # seconds in which no answer means no more than that it is loading
QUIET = 300.0  # seconds without a line in the log after which loading is doubted
# Replies of Triton's Python backend and of vLLM (0.4 to 0.11) to a request whose engine is dead.
_DEAD = re.compile(
    r"stub process .* is not healthy|engine loop is not running|background loop (?:has errored|is"
    r" not running)|engine process .* died|enginedeaderror|enginecore encountered an issue"
    r"|unhealthy vllm engine",
    re.IGNORECASE,
)
# Triton: `I1122 14:56:01.123456 1 server.cc`; vLLM: `INFO 11-22 14:56:01 [core.py`.
_STAMP = re.compile(r"\b[IWE]?(\d\d)-?(\d\d) (\d\d):(\d\d):(\d\d)\b")


def is_other(context: Context, one: Launched) -> bool:
    """Whether a container that runs under the deployment's name is no Triton: neither its image,
    its command nor its log speaks of one, and nothing answers where it would."""
    told = "".join((one.image, one.log_head, one.log)).lower()
    ours = one.image == context.deployment.image or bool(one.loads) or "triton" in told
    return not ours and context.fact(serving).trouble in ("refused", "not-published")


def running(context: Context, one: Launched, seen: Launches) -> Answers:
    """What a container that runs is worth."""
    told = context.fact(serving)
    up = age(seen.now - one.started)
    answers = list(_found(context, one, seen, told, up))
    if one.oom and not any(_is_dead(reply) for reply in told.models):
        # A worker that was killed and not missed yet: what it did is not done any more.
        lines = last_lines(one.log)
        yield from out_of_memory(one.name, one.memory_limit, lines, Severity.WARNING)
    yield from answers
    if not answers:
        case = "loading" if told.trouble == "refused" else "serving"
        yield sound(case, name=one.name, age=up, address=told.address)


def _found(context: Context, one: Launched, seen: Launches, told: Serving, up: str) -> Answers:
    if told.trouble == "elsewhere":
        yield unsure("elsewhere", name=one.name)
    elif told.trouble == "not-published":
        address = f"localhost:{context.deployment.http_port}"
        yield found(
            "request/connection-refused",
            where=one.name,
            severity=Severity.WARNING,
            address=address,
            container=one.name,
        )
    elif told.trouble == "refused":
        if not _still_loading(one, seen.now):
            yield _not_ready(one, told, up, None)
    elif told.trouble == "silent":
        yield _not_ready(one, told, up, "silent")
    else:
        yield from _replies(one, told, up)


def _replies(one: Launched, told: Serving, up: str) -> Answers:
    for reply in told.models:
        yield from _reply(one, told, reply)
    if told.ready != 200 and not any(reply.trouble == "not-ready" for reply in told.models):
        yield _not_ready(one, told, up, "unready")
    if one.health == "unhealthy":
        yield _not_ready(one, told, up, "unhealthy")


def _reply(one: Launched, told: Serving, reply: Reply) -> Answers:
    """One model's reply. A refusal that has nothing to do with a dead engine is an answer too."""
    where = f"{told.address}/v2/models/{reply.model}"
    if _is_dead(reply):
        again = command("docker", "restart", one.name)
        yield found(
            "engine/crashed",
            where=where,
            evidence=last_lines(one.log),
            fix=plan("restart", ASK, again, costs=["restart", "minutes"], container=one.name),
            model=reply.model,
            error=reply.error,
        )
    elif reply.trouble == "not-ready":
        error = reply.error or f"{reply.model}: HTTP {reply.ready}"
        yield found("request/model-not-ready", where=where, error=error)
    elif reply.trouble == "slow":
        yield unsure("slow", name=one.name, model=reply.model, address=told.address)
    elif reply.trouble == "unasked":
        yield unsure("unasked", name=one.name, model=reply.model)
    elif reply.trouble == "lost":
        yield unsure("not-heard", name=one.name, model=reply.model, error=reply.error)


def _is_dead(reply: Reply) -> bool:
    return bool(_DEAD.search(reply.error))


def _not_ready(one: Launched, told: Serving, up: str, case: str | None) -> Answer:
    return found(
        "not-ready",
        case=case,
        where=told.address,
        evidence=last_lines(one.log),
        fix=plan("follow", SHOW, command("triton-doctor", "logs", "--follow", one.name)),
        container=one.name,
        address=told.address,
        age=up,
    )


def _still_loading(one: Launched, now: float) -> bool:
    """Young, or its log has moved in the last minutes."""
    return now - one.started < LOADING or _quiet_for(one.log, now) < QUIET


def _quiet_for(log: str, now: float) -> float:
    """Seconds since the last line that bears a time (of day, in UTC); endless without one."""
    stamps = _STAMP.findall(log)
    if not stamps:
        return float("inf")
    hours, minutes, seconds = (int(part) for part in stamps[-1][2:])
    return (now - (hours * 3600 + minutes * 60 + seconds)) % 86400
