"""The weights of the models to be loaded: in a folder, in the volume of downloads, on the Hub."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.repository import ARGUMENTS, Model, Repository, repository
from triton_doctor.probes.repository_files import landing
from triton_doctor.probes.repository_model import engine_arguments
from triton_doctor.probes.weights_cache import Cache, Cached, Wish, cached, wish
from triton_doctor.probes.weights_hub import with_hub
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore
from triton_doctor.record import Record, replace

_STORE = re.compile(r"(s3|gs|az|oci|r2|hf|modelscope|tensorizer|https?|file)://", re.IGNORECASE)


class Weights(Record, frozen=True):
    """One checkpoint for each model to be loaded whose model.json could be read.

    cache: the volume of downloads, None where no model needs it.
    """

    checkpoints: tuple[Checkpoint, ...] = ()
    cache: Cache | None = None

    def of(self, model: str) -> Checkpoint | None:
        """The weights of a model by its name in Triton."""
        return next((one for one in self.checkpoints if one.model == model), None)


@probe("weights", doing="looking at the models' weights", timeout=15.0)
def weights(ask: Asking) -> Weights:
    """Read what model.json of each model to be loaded names."""
    seen = ask.fact(repository)
    every = [_found(ask.host, seen, one) for one in named_in(seen)]
    wishes = [wish(one) for one in every]
    wanted = list(dict.fromkeys(one for one in wishes if one))
    if not wanted:
        return Weights(tuple(every))
    cache, found = cached(ask, wanted)
    pairs = zip(every, wishes, strict=True)
    every = [from_cache(one, want, found, cache) for one, want in pairs]
    return Weights(tuple(with_hub(ask, seen, every)), cache)


def named_in(seen: Repository) -> Iterator[Checkpoint]:
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


def _found(host: Host, seen: Repository, one: Checkpoint) -> Checkpoint:
    """The checkpoint with what lies in the folder that it names."""
    named = one.named
    if not named:
        return replace(one, reason="unnamed")
    if _STORE.match(named):
        return replace(one, reason="store")
    if wish(one):
        return replace(one, reason="not-cached")
    top, _, inner = posixpath.normpath(named).removeprefix("/").partition("/")
    root = seen.mounts.get(f"/{top}")
    if root is None or not named.startswith("/"):
        return replace(one, reason="elsewhere")
    return _in_folder(host, one, root, inner)


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


def from_cache(
    one: Checkpoint, wished: Wish | None, found: Mapping[Wish, Cached], cache: Cache
) -> Checkpoint:
    """The checkpoint with what the cache has of it."""
    if wished is None:
        return one
    seen = found.get(wished)
    if seen is None or seen.closed:
        reason = "denied" if seen else "volume-unseen" if cache.trouble else "no-volume"
        return replace(one, reason=reason, error=cache.error)
    one = replace(one, where=seen.where, revision=seen.commit, unfinished=seen.unfinished)
    if seen.store is None:
        return one
    return read(seen.store, replace(one, source="volume", reason=""))
