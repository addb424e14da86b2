"""Where a model's weights are looked for: the repository, a folder, the cache, the Hub."""

from __future__ import annotations

from triton_doctor.context import Context, asking
from triton_doctor.errors import UsageError
from triton_doctor.host.hub import HubTrouble
from triton_doctor.host.protocol import Host
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.named_weights import HUB_ID, in_cache, on_hub
from triton_doctor.probes.repository import repository
from triton_doctor.probes.weights import weights
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore
from triton_doctor.record import replace


def sought(host: Host, context: Context, name: str | None) -> list[Checkpoint]:
    """What the user means; UsageError where that is nothing."""
    if name is not None and host.absolute(name) == name:
        return [_folder(host, name)]  # no model of a repository has such a name
    every = _of_repository(context)
    if name is None:
        if not every:
            raise UsageError(
                "no model of the deployment has settings that can be read",
                where="MODEL",
                hint="Name a folder with config.json, or an id of the Hub such as Qwen/Qwen3-8B.",
            )
        return [_seen(host, context, one) for one in every]
    mine = [one for one in every if one.model == name]
    if mine:
        return [_seen(host, context, mine[0])]
    other = _not_loaded(host, context, name)
    if other is not None:
        return [_seen(host, context, other)]
    if HUB_ID.fullmatch(name) and not _is_folder(host, name):
        cached = in_cache(asking(context, host), name)
        return [cached or _seen(host, context, Checkpoint("", name))]
    return [_folder(host, name)]


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
        return replace(one, reason="hub", error=trouble.text)
    return replace(told, model=one.model, path=one.path, arguments=one.arguments)


def _is_folder(host: Host, name: str) -> bool:
    try:
        return host.stat(host.absolute(name)).kind == "folder"
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
            hint="Name a folder that holds config.json, a model of the repository, or OWNER/NAME.",
        ) from None
    if "config.json" not in store.names and "params.json" not in store.names:
        raise UsageError("has no config.json", where=name)
    return read(store, Checkpoint(model="", named=name, source="folder", where=path))
