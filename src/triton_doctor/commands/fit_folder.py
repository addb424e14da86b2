"""A model in a folder of this machine, and settings in a model.json beside it or by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore
from triton_doctor.record import replace

SETTINGS = "model.json"
HINT = "Name a folder that holds config.json, a model of the repository, or OWNER/NAME."
_LIMIT = 1 << 20  # bytes of a model.json
_BY_NAME = "A model of a repository goes by its name: triton-doctor fit NAME --repository FOLDER."
_FOLDER = "Name a folder that holds config.json, or OWNER/NAME of the Hub."
# What a folder without config.json may be.
_INSTEAD = {
    SETTINGS: "Name model.json itself, or the model of a repository by its name.",
    "config.pbtxt": _BY_NAME,
    "adapter_config.json": "It holds an adapter: name its base model, with --arg enable_lora=true.",
}


def kind_here(host: Host, name: str) -> str:
    """folder, file or another kind of what lies there; empty where nothing does."""
    try:
        return host.stat(host.absolute(name)).kind
    except (OSError, ValueError):
        return ""


def folder(host: Host, name: str) -> Checkpoint:
    """One with config.json, or that file itself; the settings are those of a model.json in it."""
    path = host.absolute(name)
    if path.endswith("/config.json"):
        path = path.removesuffix("/config.json")
    try:
        store = HostStore(host, "", path.lstrip("/"))
    except OSError as error:
        raise UsageError(
            f"is no model of the repository and no folder here ({error.strerror})",
            where=name,
            hint=HINT,
        ) from None
    if "config.json" not in store.names and "params.json" not in store.names:
        hints = [hint for file, hint in _INSTEAD.items() if file in store.names]
        raise UsageError("has no config.json", where=name, hint=(hints or [_FOLDER])[0])
    one = read(store, Checkpoint(model="", named=name, source="folder", where=path))
    if SETTINGS not in store.names or store.names[SETTINGS].kind != "file":
        return one
    beside = f"{path}/{SETTINGS}"
    return replace(one, path=beside, arguments=settings(host, beside))


def settings(host: Host, name: str) -> Mapping[str, Any]:
    """Of a model.json."""
    try:
        found = json.loads(host.read(host.absolute(name), _LIMIT))
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=name) from None
    except (ValueError, RecursionError):
        raise UsageError("is not JSON that can be read", where=name) from None
    if not isinstance(found, dict):
        raise UsageError("is no JSON object", where=name)
    return found


def named_in(host: Host, name: str) -> Checkpoint:
    """The model that a model.json names: a folder here, or what only others may have."""
    given = settings(host, name)
    named = given.get("model")
    if not isinstance(named, str) or not named:
        raise UsageError("names no model", where=name, hint='It has to say "model": ...')
    if kind_here(host, named) == "folder":
        return replace(folder(host, named), path=name, arguments=given)
    return Checkpoint("", named, path=name, arguments=given)


def instead(host: Host, one: Checkpoint) -> Checkpoint:
    """A model whose path only the container has, by a folder of that very path on this machine."""
    if one.reason != "elsewhere" or kind_here(host, f"{one.named}/config.json") != "file":
        return one
    there = folder(host, one.named)
    return replace(there, model=one.model, path=one.path, arguments=one.arguments)
