"""The Hub's verdicts on the models to be loaded, as answers of the check."""

from __future__ import annotations

import json
from collections.abc import Iterator

from triton_doctor.api import (
    ASK,
    SHOW,
    Answer,
    Context,
    FactUnavailable,
    Plan,
    command,
    found,
    plan,
    sound,
    unsure,
)
from triton_doctor.probes.hub_account import HubAccount, hub_account
from triton_doctor.probes.hub_models import HubModel, HubModels, hub_models
from triton_doctor.probes.repository import ARGUMENTS, repository
from triton_doctor_checks.repository.json_places import members, replaced
from triton_doctor_checks.token.repair import opener, page
from triton_doctor_checks.token.verdict import Verdict, refusal, verdict

_TOKENS = "https://huggingface.co/settings/tokens"
_NO_ACCESS = ("terms", "pending", "rejected", "fine-grained", "refused", "disabled")


def told(context: Context) -> HubModels | None:
    """What the Hub said; None where it could not even be asked."""
    try:
        return context.fact(hub_models)
    except FactUnavailable:
        return None


def answered(seen: HubModels | None) -> bool:
    return seen is not None and seen.asked and seen.unreached is None


def closed(seen: HubModels | None) -> tuple[str, ...] | None:
    """The models that were refused for want of a token; None where the Hub did not say."""
    if seen is None or not answered(seen):
        return None
    return tuple(one.name for one in seen.models if verdict(one) == "gated")


def host(address: str) -> str:
    """The Hub's name as people know it."""
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2] or address


def source(context: Context, model: HubModel) -> str:
    """Where the token that was sent is from, as it is called in a sentence."""
    deployment = context.deployment
    names = {
        "variable": deployment.token_env,
        "file": str(deployment.token_file),
        "mounted": f"{deployment.cache_volume.rstrip('/')}/token",
        "container": f"the container {deployment.name}",
        "own": "model.json (hf_token)",
    }
    return names.get(model.sent, deployment.token_env)


def answers(context: Context, seen: HubModels | None, ask: str, fix: Plan) -> Iterator[Answer]:
    """The verdict on each model. ask: the command that asks for a token; fix: for a new one."""
    if seen is None:
        yield unsure("unasked", error=_why(context))
        return
    if not seen.asked:
        if context.settings.offline:
            yield unsure("offline")
        return
    if seen.unreached is not None:
        if seen.unreached.kind == "offline":
            yield unsure("offline-here", host=host(seen.address))
        else:
            yield unsure("unreached", host=host(seen.address), error=seen.unreached.text)
        return
    verdicts = [(one, verdict(one)) for one in seen.models]
    yield from _invalid(context, verdicts, ask, fix)
    for model, what in verdicts:
        yield from _of_model(context, model, what)
    yield from _sound(context, verdicts)
    if seen.more:
        yield unsure("many", model=seen.more[0], count=len(seen.more))


def _invalid(
    context: Context, verdicts: list[tuple[HubModel, Verdict]], ask: str, fix: Plan
) -> Iterator[Answer]:
    """One finding for a token, however many models want it."""
    names: dict[str, HubModel] = {}
    for model, what in verdicts:
        if what == "invalid":
            names.setdefault(source(context, model), model)
    for name, model in names.items():
        given = fix if model.sent in ("variable", "file") else None
        case = {"own": "own", "container": "in-container"}.get(model.sent)
        yield found(
            "invalid", case=case, where=name, evidence=_evidence(model), fix=given,
            source=name, command=ask,
        )  # fmt: skip


def _of_model(context: Context, model: HubModel, what: Verdict) -> Iterator[Answer]:
    where, evidence = model.name, _evidence(model)
    if what in _NO_ACCESS:
        fix = _rights(context) if what == "fine-grained" else page(context, model.name)
        yield found(
            "no-access", case=what, where=where, evidence=evidence, fix=fix, model=model.name
        )
    elif what in ("unknown", "hidden"):
        yield _unknown(context, model, what)
    elif what == "revision":
        yield found(
            "model-not-found", case="absent-revision", where=where, evidence=evidence,
            model=model.name, meant=model.revision,
        )  # fmt: skip
    elif what == "limited":
        wait = refusal(model)
        seconds = int(wait.wait) if wait and wait.wait else 300
        yield unsure("limited", model=model.name, seconds=seconds)
    elif what == "untold":
        one = refusal(model)
        error = (f"HTTP {one.status}" if one.status else one.text) if one else ""
        yield unsure("untold", model=model.name, error=error)


def _unknown(context: Context, model: HubModel, what: Verdict) -> Answer:
    case: str | None = "hidden" if what == "hidden" else None
    fix, meant = None, ", ".join(model.near)
    if model.near:
        case, fix = "near", _corrected(context, model, model.near[0])
    elif case is None and model.sent != "own" and _account(context).role == "fineGrained":
        case = "scope"
    return found(
        "model-not-found", case=case, where=model.name, evidence=_evidence(model), fix=fix,
        model=model.name, meant=meant,
    )  # fmt: skip


def _sound(context: Context, verdicts: list[tuple[HubModel, Verdict]]) -> Iterator[Answer]:
    """What may be read: with which token, or by everybody."""
    read: dict[str, list[str]] = {}
    for model, what in verdicts:
        if what == "readable":
            anybody = model.sent in ("none", "unfit")
            read.setdefault("" if anybody else source(context, model), []).append(model.name)
    for name, models in read.items():
        shown = ", ".join(models)
        yield sound("readable", source=name, model=shown) if name else sound("open", model=shown)


def account(context: Context) -> Iterator[Answer]:
    """Whose token it is, for those who asked for that."""
    if not context.settings.show_account or context.settings.offline:
        return
    seen = _account(context)
    if seen.name:
        rights = "; ".join(seen.rights) or "no rights listed one by one"
        orgs = ", ".join(seen.organisations) or "none"
        yield sound("account", name=seen.name, role=seen.role, orgs=orgs, rights=rights)
    elif seen.trouble is not None:
        yield unsure("account", error=seen.trouble.text or f"HTTP {seen.trouble.status}")


def _why(context: Context) -> str:
    """Why the Hub could not be asked."""
    try:
        context.fact(hub_models)
    except FactUnavailable as error:
        return error.reason
    return ""


def _account(context: Context) -> HubAccount:
    return context.known(hub_account) or HubAccount()


def _evidence(model: HubModel) -> tuple[str, ...]:
    """The Hub's own sentence, and where a tokenizer stands, which the words take for a model."""
    seen = refusal(model)
    place = (f'model.json of {", ".join(model.models)}: "tokenizer": "{model.name}"',)
    said = (f"HTTP {seen.status}: {seen.text}".rstrip(": "),) if seen else ()
    return said + (place if model.key == "tokenizer" else ())


def _rights(context: Context) -> Plan:
    return plan("rights", SHOW, command(opener(context), _TOKENS))


def _corrected(context: Context, model: HubModel, meant: str) -> Plan | None:
    """The name in model.json; whether it is the one that was meant is for a person to say."""
    seen = context.fact(repository)
    steps = []
    for name in model.models:
        one = seen.model(name)
        file = one.file(f"{one.versions[0]}/{ARGUMENTS}") if one else None
        if one is None or file is None or file.text is None:
            return None
        place = [item for item in members(file.text) if item.name == model.key][-1]
        path = f"{(one.root or seen.given).rstrip('/')}/{file.path}"
        step = replaced(path, file.text, place.value_start, place.end, json.dumps(meant))
        if step is None:
            return None
        steps.append(step)
    return plan("correct", ASK, *steps, meant=meant)
