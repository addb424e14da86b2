"""Judges the containers of the deployment: how they ended, or whether the one that runs answers."""

from __future__ import annotations

from triton_doctor.api import (
    ASK,
    Answers,
    Context,
    Severity,
    age,
    command,
    found,
    plan,
    sound,
)
from triton_doctor.probes.launched import Launched, Launches, launches
from triton_doctor.probes.serving import serving
from triton_doctor_checks.launch.ended import ended, vanished
from triton_doctor_checks.launch.running import is_other, running


def check(context: Context) -> Answers:
    context.start(launches, serving)
    seen = context.fact(launches)
    answers = [answer for one in seen.containers for answer in _judged(context, one, seen)]
    answers += _name_taken(context, seen.own, seen) if seen.own else vanished(seen)
    yield from answers
    if not answers:
        yield sound(name=context.deployment.name)


def _judged(context: Context, one: Launched, seen: Launches) -> Answers:
    """One container; those of other names only warn, since they are not what is asked about."""
    if one.state == "running" and not _looping(one, seen):
        if one.named and not is_other(context, one):
            yield from running(context, one, seen)
    else:
        milder = None if one.named else Severity.WARNING
        yield from ended(context, one, seen, _looping(one, seen), milder)


def _looping(one: Launched, seen: Launches) -> bool:
    """Restarted by its policy again and again, and not up for long enough to call it over."""
    young = seen.now - one.started < 60
    return one.state == "restarting" or (one.state == "running" and one.restarts >= 2 and young)


def _name_taken(context: Context, one: Launched, seen: Launches) -> Answers:
    """The name is taken whatever became of the container; one that serves is not to be removed,
    nor is another program that runs."""
    serves = one.state == "running" and not _looping(one, seen)
    if serves and is_other(context, one):
        yield found(
            "docker/name-conflict", case="other", where=one.name,
            evidence=[f"{one.id}  {one.image}"],
            container=one.name, state=one.state, age=age(seen.now - one.created), id=one.id,
        )  # fmt: skip
        return
    logs = ("docker", "logs", "--timestamps", one.id)
    removal = command("docker", "rm", "-f", one.id, keeps=logs)
    remove = plan("remove", ASK, removal, costs=["deletes"])
    yield found(
        "docker/name-conflict",
        case="running" if serves else None,
        severity=Severity.NOTE if serves else None,
        where=one.name,
        fix=None if serves else remove,
        container=one.name,
        state=one.state,
        age=age(seen.now - one.created),
        id=one.id,
    )
