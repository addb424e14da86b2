"""Judges where the Hugging Face token is set, its form, whether it reaches the container, and what
the Hub says of it and of the models.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import (
    ASK,
    SAFE,
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Severity,
    ask_token,
    found,
    plan,
    setting,
    sound,
    unsure,
)
from triton_doctor.probes.hub_account import hub_account
from triton_doctor.probes.hub_models import HubModels, hub_models
from triton_doctor.probes.repository import repository
from triton_doctor.probes.shell import Shell, shell
from triton_doctor.probes.token import Source, token
from triton_doctor.probes.token_reach import token_reach
from triton_doctor.probes.token_volume import token_volume
from triton_doctor_checks.network.cache import missing
from triton_doctor_checks.token.form import fault
from triton_doctor_checks.token.models import account, answered, answers, closed, told
from triton_doctor_checks.token.reaching import in_container, on_the_way
from triton_doctor_checks.token.repair import anew
from triton_doctor_checks.token.scene import Scene, lost
from triton_doctor_checks.token.wanted import Wanted, wanted


def check(context: Context) -> Answers:
    context.start(token, token_reach, repository, shell, hub_models)
    if context.settings.show_account:
        context.start(hub_account)
    fact, needs = context.fact(token), _wanted(context, None)
    if not needs.hub and not needs.unread:
        yield sound("local")
        return
    hub = told(context)
    needs = _wanted(context, hub)
    kind, reach = context.known(shell) or Shell("posix"), context.known(token_reach)
    scene = Scene(context, fact, needs, kind, reach, hub)
    yield from _here(scene)
    yield from answers(context, hub, scene.ask, anew(context, fact))
    yield from account(context)


def _here(scene: Scene) -> Iterator[Answer]:
    """What can be told of the token by looking at this machine."""
    context, fact, needs, reach = scene.context, scene.fact, scene.needs, scene.reach
    if context.deployment.token_file:
        yield from _of_file(scene)
    elif fact.asked is not None and fact.asked.present:
        yield from _form(scene, fact.asked)
        yield from on_the_way(scene)
    elif scene.open:
        return
    elif needs.own_token:
        yield from _unless_judged(scene, sound("settings"))
    elif fact.mounted:
        yield from _unless_judged(scene, sound("mounted", folder=context.deployment.cache_volume))
    elif reach is not None and reach.passed and reach.state == "running":
        yield from in_container(scene, reach)
        yield from _unless_judged(scene, sound("container", there=reach.container))
    elif needs.unread and not needs.gated:
        variable = context.deployment.token_env
        yield unsure("unread", because="repository", variable=variable)
    elif fact.sudo:
        yield unsure("sudo", variable=context.deployment.token_env)
    else:
        yield from _missing(scene)


def _unless_judged(scene: Scene, answer: Answer) -> Iterator[Answer]:
    """What is well as far as it was looked at, where the Hub says no more."""
    if not answered(scene.hub):
        yield answer


def _of_file(scene: Scene) -> Iterator[Answer]:
    """The deployment's own token file; a variable would not be looked at then."""
    fact = scene.fact
    if fact.given is not None and fact.given.present:
        yield from _form(scene, fact.given)
    elif not scene.open:
        severity = Severity.ERROR if scene.needs.gated else Severity.WARNING
        there = str(scene.context.deployment.token_file)
        fix = plan("ask", ASK, ask_token(there), path=there)
        yield lost(scene, "no-file", there, severity, fix)


def _form(scene: Scene, source: Source) -> Iterator[Answer]:
    case, severity = fault(source.shape)
    if answered(scene.hub) and case == "short":
        case = severity = None  # whether it is whole the Hub has said
    if case is not None:
        yield found(
            "invalid", case=case, severity=severity, where=source.name,
            source=source.name, command=scene.ask, fix=anew(scene.context, scene.fact),
        )  # fmt: skip
    if severity is not Severity.ERROR:
        yield from _unless_judged(scene, sound(variable=source.name))


def _missing(scene: Scene) -> Iterator[Answer]:
    fact, needs, reach = scene.fact, scene.needs, scene.reach
    # Weights or a token of an earlier day may lie in the volume; without it there are none.
    empty = reach is not None and not reach.volume
    if needs.gated is not None and not empty:
        absent = missing(scene.context, needs.closed or needs.hub)
        empty = bool(absent)
        inside = _in_volume(scene)
        if inside is not None:
            yield inside
            return
    severity = Severity.ERROR if needs.gated is not None and empty else Severity.WARNING
    other = next((one for one in fact.others if one.present), None)
    if other is not None:
        use = plan("variable", SAFE, setting("token-env", other.name), there=other.name)
        yield lost(scene, "other-variable", other.name, severity, use)
    elif fact.file is not None and fact.file.present:
        use = plan("use-file", SAFE, setting("token-file", fact.file.name), path=fact.file.name)
        yield lost(scene, "file", fact.file.name, severity, use)
    elif not scene.hidden:
        case = "gated" if needs.gated else None
        yield lost(scene, case, "", severity, anew(scene.context, fact))


def _in_volume(scene: Scene) -> Answer | None:
    """What is to be said of a token file in the cache volume; None where there is none."""
    seen = scene.context.known(token_volume)
    if seen is None or seen.shape is None:
        return None
    volume = scene.context.deployment.cache_volume
    case, severity = fault(seen.shape)
    if case is not None and severity is Severity.ERROR:
        name = f"the file token in the volume {volume}"
        return found("invalid", case=case, where=volume, source=name, command=scene.ask)
    return unsure("in-volume", volume=volume)


def _wanted(context: Context, hub: HubModels | None) -> Wanted:
    """What is wanted, and what of it the Hub gives to known accounts only, where it said so."""
    try:
        plan = context.deployment
        names = () if plan.loads_all else plan.model
        return wanted(context.fact(repository), names, closed(hub))
    except FactUnavailable:
        return Wanted(unread=True)
