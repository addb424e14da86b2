"""Where a model's weights are looked for: the repository, a folder, the cache, the Hub."""

from __future__ import annotations

import re

from triton_doctor.commands.fit_folder import (
    HINT,
    SETTINGS,
    folder,
    instead,
    kind_here,
    named_in,
)
from triton_doctor.context import Context, asking
from triton_doctor.errors import UsageError
from triton_doctor.host.hub import HubTrouble
from triton_doctor.host.protocol import Host
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.hub_door import chosen, hub, said, sendable
from triton_doctor.probes.hub_near import alike, found_near
from triton_doctor.probes.named_weights import ANSWER, HUB_ID, in_cache, on_hub
from triton_doctor.probes.repository import repository
from triton_doctor.probes.weights import weights
from triton_doctor.record import replace

NO_MODEL = "no-model"  # the Hub has none of that name, or shows none
# The address of a model's page, as a browser shows it.
_WEB = re.compile(r"https?://[^/]+/([\w.-]+/[\w.-]+)(?:/(?:tree|blob)/.*|/)?")


def sought(host: Host, context: Context, name: str | None) -> list[Checkpoint]:
    """What the user means; UsageError where that is nothing."""
    page = _WEB.fullmatch(name or "")
    name = page[1] if page else name
    if name and name.rpartition("/")[2] == SETTINGS and kind_here(host, name) == "file":
        return [_of_file(host, context, name)]
    if name is not None and host.absolute(name) == name:
        return [folder(host, name)]  # no model of a repository has such a name
    every = _of_repository(context)
    if name is None:
        if not every:
            raise UsageError(
                "no model of the deployment has settings that can be read",
                where="MODEL",
                hint=_others(context)
                or "Name a folder with config.json, or an id of the Hub such as Qwen/Qwen3-8B.",
            )
        return [_seen(host, context, one) for one in every]
    mine = [one for one in every if one.model == name]
    if mine:
        return [_seen(host, context, mine[0])]
    other = _not_loaded(host, context, name)
    if other is not None:
        return [_seen(host, context, other)]
    if HUB_ID.fullmatch(name) and not kind_here(host, name):
        cached = in_cache(asking(context, host), name)
        return [cached or _seen(host, context, Checkpoint("", name))]
    try:
        return [folder(host, name)]
    except UsageError as error:
        others = _others(context) if error.hint == HINT else ""
        raise UsageError(error.message, where=error.where, hint=others or error.hint) from None


def _of_file(host: Host, context: Context, name: str) -> Checkpoint:
    """The model that a model.json names, with its settings."""
    one = named_in(host, name)
    if one.config is not None:
        return one
    if not HUB_ID.fullmatch(one.named):
        raise UsageError(
            f'"model" is {one.named!r}, which is no folder here', where=name, hint=HINT
        )
    cached = in_cache(asking(context, host), one.named)
    if cached is None:
        return _seen(host, context, one)
    return replace(cached, path=one.path, arguments=one.arguments)


def _others(context: Context) -> str:
    """Models of the repository that may be meant, as a hint."""
    seen = context.known(repository)
    if seen is None:
        return ""
    names = [one.name for one in seen.models] + [one.name for one in seen.others if one.has_version]
    return (
        f"The repository has: {', '.join(names)}. Else name a folder or OWNER/NAME."
        if names
        else ""
    )


def _of_repository(context: Context) -> list[Checkpoint]:
    """Those of the deployment; none where they could not be looked at, which other checks tell."""
    seen = context.known(weights)
    return list(seen.checkpoints) if seen else []


def _not_loaded(host: Host, context: Context, name: str) -> Checkpoint | None:
    """A model of the repository that the deployment does not load."""
    seen = context.known(repository)
    if seen is None or not any(one.name == name and one.has_version for one in seen.others):
        return None
    alone = replace(context.deployment, model=(name,), control_mode="explicit")
    return next(iter(_of_repository(Context(host, alone, context.settings))), None)


def _seen(host: Host, context: Context, one: Checkpoint) -> Checkpoint:
    """What the Hub says of a model whose files are not here; with its words where it refuses."""
    one = instead(host, one)
    if one.config is not None or not HUB_ID.fullmatch(one.named):
        return one
    if context.settings.offline:
        return replace(one, reason="offline", error="--offline")
    try:
        told = on_hub(asking(context, host), one.named)
    except HubTrouble as trouble:
        unknown = said(trouble).of_no_model
        return replace(one, reason=NO_MODEL if unknown else "hub", error=trouble.text)
    return replace(told, model=one.model, path=one.path, arguments=one.arguments)


def near(host: Host, context: Context, one: Checkpoint) -> tuple[str, ...]:
    """Models of the Hub with a name like this one, which it does not have."""
    if one.reason != NO_MODEL:
        return ()
    choice = chosen(asking(context, host))
    token = choice.token if choice.token and sendable(choice.token) else None
    names = found_near(hub(asking(context, host), token), one.named, ANSWER)
    return alike(one.named, names or ())
