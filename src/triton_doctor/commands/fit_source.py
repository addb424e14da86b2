"""Where a model's weights are looked for: the repository, a folder, the cache, the Hub."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

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
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore
from triton_doctor.record import replace

_SETTINGS = "model.json"
_BY_NAME = "A model of a repository goes by its name: triton-doctor fit NAME --repository FOLDER."
_FOLDER = "Name a folder that holds config.json, or OWNER/NAME of the Hub."
# What a folder without config.json may be.
_INSTEAD = {
    "model.json": _BY_NAME,
    "config.pbtxt": _BY_NAME,
    "adapter_config.json": "It holds an adapter: name its base model, with --arg enable_lora=true.",
}
_HINT = "Name a folder that holds config.json, a model of the repository, or OWNER/NAME."
NO_MODEL = "no-model"  # the Hub has none of that name, or shows none
# The address of a model's page, as a browser shows it.
_WEB = re.compile(r"https?://[^/]+/([\w.-]+/[\w.-]+)(?:/(?:tree|blob)/.*|/)?")


def sought(host: Host, context: Context, name: str | None) -> list[Checkpoint]:
    """What the user means; UsageError where that is nothing."""
    page = _WEB.fullmatch(name or "")
    name = page[1] if page else name
    if name is not None and host.absolute(name) == name:
        return [_folder(host, name)]  # no model of a repository has such a name
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
    if HUB_ID.fullmatch(name) and not _is_here(host, name):
        cached = in_cache(asking(context, host), name)
        return [cached or _seen(host, context, Checkpoint("", name))]
    try:
        return [_folder(host, name)]
    except UsageError as error:
        others = _others(context) if error.hint == _HINT else ""
        raise UsageError(error.message, where=error.where, hint=others or error.hint) from None


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


def _is_here(host: Host, name: str) -> bool:
    try:
        return host.stat(host.absolute(name)).kind in ("folder", "file")
    except OSError:
        return False


def _folder(host: Host, name: str) -> Checkpoint:
    """A folder of this machine with config.json, or that file itself."""
    path = host.absolute(name)
    if path.endswith("/config.json"):
        path = path.removesuffix("/config.json")
    try:
        store = HostStore(host, "", path.lstrip("/"))
    except OSError as error:
        raise UsageError(
            f"is no model of the repository and no folder here ({error.strerror})",
            where=name,
            hint=_HINT,
        ) from None
    if "config.json" not in store.names and "params.json" not in store.names:
        hints = [hint for file, hint in _INSTEAD.items() if file in store.names]
        raise UsageError("has no config.json", where=name, hint=(hints or [_FOLDER])[0])
    one = read(store, Checkpoint(model="", named=name, source="folder", where=path))
    beside = f"{path}/{_SETTINGS}"
    return replace(one, path=beside, arguments=_settings(store)) if _has(store) else one


def _has(store: HostStore) -> bool:
    return _SETTINGS in store.names and store.names[_SETTINGS].kind == "file"


def _settings(store: HostStore) -> Mapping[str, Any]:
    """Of the model.json that lies beside config.json."""
    try:
        found = json.loads(store.text(_SETTINGS))
    except (OSError, ValueError, RecursionError):
        raise UsageError("is not JSON that can be read", where=_SETTINGS) from None
    if not isinstance(found, dict):
        raise UsageError("is no JSON object", where=_SETTINGS)
    return found
