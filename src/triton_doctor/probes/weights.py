"""The weights of the models to be loaded: those that lie on this machine, or in the volume."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.repository import ARGUMENTS, Model, Repository, repository
from triton_doctor.probes.repository_files import landing
from triton_doctor.probes.repository_model import engine_arguments
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore
from triton_doctor.record import Record, replace

CACHE = "/root/.cache/huggingface"  # where the guide's command mounts the volume
_STORE = re.compile(r"(s3|gs|az|oci|r2|hf|modelscope|tensorizer|https?|file)://", re.IGNORECASE)
_NAME = re.compile(r"\w[\w\-.]{0,95}(/[\w\-.]{1,96})?")


class Weights(Record, frozen=True):
    """One checkpoint for each model to be loaded whose model.json could be read."""

    checkpoints: tuple[Checkpoint, ...] = ()

    def of(self, model: str) -> Checkpoint | None:
        """The weights of a model by its name in Triton."""
        return next((one for one in self.checkpoints if one.model == model), None)


@probe("weights", doing="looking at the models' weights", timeout=20.0)
def weights(ask: Asking) -> Weights:
    """Read what model.json of each model to be loaded names."""
    seen = ask.fact(repository)
    return Weights(tuple(_found(ask, seen, one) for one in _named(seen)))


def _named(seen: Repository) -> Iterator[Checkpoint]:
    for model in seen.models:
        arguments = engine_arguments(model)
        if arguments is not None:
            yield _of_settings(seen, model, arguments)


def _of_settings(seen: Repository, model: Model, arguments: dict[str, Any]) -> Checkpoint:
    given = (model.root or seen.given).rstrip("/\\")
    named, asked = arguments.get("model"), arguments.get("revision")
    return Checkpoint(
        model.name,
        named if isinstance(named, str) else "",
        path=f"{given}/{model.name}/{model.versions[0]}/{ARGUMENTS}",
        arguments=arguments,
        asked=asked if isinstance(asked, str) else "",
    )


def _found(ask: Asking, seen: Repository, one: Checkpoint) -> Checkpoint:
    """The checkpoint with what lies at the place that it names."""
    named = one.named
    if not named:
        return replace(one, reason="unnamed")
    if _STORE.match(named):
        return replace(one, reason="store")
    if not named.startswith("/"):
        return replace(one, reason="not-cached" if _NAME.fullmatch(named) else "elsewhere")
    top, _, inner = posixpath.normpath(named).removeprefix("/").partition("/")
    root = seen.mounts.get(f"/{top}")
    return _in_folder(ask.host, one, root, inner) if root else replace(one, reason="elsewhere")


def _in_folder(host: Host, one: Checkpoint, root: str, inner: str) -> Checkpoint:
    """inner: a path below the mounted folder `root`."""
    end = landing(host, root, inner)
    if end is None:
        return replace(one, reason="outside")
    place = f"{root}/{end}" if end else root
    folder = end.rpartition("/")[0] if one.named.endswith(".gguf") else end
    try:
        if host.stat(place).kind == "folder" or folder != end:
            store = HostStore(host, root, folder)
            return read(store, replace(one, source="folder", where=place))
    except PermissionError as error:
        return replace(one, reason="denied", error=error.strerror or "")
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        return replace(one, reason="absent", error=getattr(error, "strerror", None) or "")
    return replace(one, reason="a-file")
