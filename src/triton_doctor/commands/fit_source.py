"""Where a model's weights are looked for: the repository, a folder, the cache, the Hub."""

from __future__ import annotations

from triton_doctor.context import Context
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.weights import weights
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore
from triton_doctor.record import replace


def sought(host: Host, context: Context, name: str | None) -> list[Checkpoint]:
    """What the user means; UsageError where that is nothing."""
    if name is None:
        every = list(context.fact(weights).checkpoints)
        if not every:
            raise UsageError(
                "no model of the deployment has settings that can be read",
                where="MODEL",
                hint="Name a folder with config.json, or an id of the Hub.",
            )
        return every
    if (of_repository := context.fact(weights).of(name)) is not None:
        return [of_repository]
    return [_folder(host, name)]


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
            hint="Name a folder that holds config.json, or a model of the repository.",
        ) from None
    if "config.json" not in store.names and "params.json" not in store.names:
        raise UsageError("has no config.json", where=name)
    known = Checkpoint(model="", named=name, source="folder", where=path)
    return replace(read(store, known), model="")
