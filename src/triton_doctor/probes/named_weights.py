"""The weights of one model that a person names: in the volume of downloads, or on the Hub.

Only metadata is asked of the Hub: config.json, the number of elements by type, the sizes of files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.hub import Hub, HubTrouble
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.base import Asking
from triton_doctor.probes.checkpoint import Checkpoint, WeightFile
from triton_doctor.probes.hub_door import chosen, hub, sendable
from triton_doctor.probes.weights_cache import Wish, cached, wish
from triton_doctor.probes.weights_reading import read
from triton_doctor.record import replace

ANSWER = 6.0  # s for each question; a person waits for these
HUB_ID = re.compile(r"\w[\w.-]{0,95}/\w[\w.-]{0,95}")
_LARGEST = 4 << 20  # bytes of a config.json
_WEIGHTS = (".safetensors", ".bin", ".gguf")


def in_cache(ask: Asking, name: str) -> Checkpoint | None:
    """What the volume of downloads has of a model; None where it has no config.json of it."""
    one = Checkpoint("", name)
    wanted: Wish | None = wish(one)
    if wanted is None:
        return None
    try:
        _, found = cached(ask, [wanted])
    except (FactUnavailable, DockerTrouble):
        return None  # without an engine there is no volume to look into
    seen = found.get(wanted)
    if seen is None or seen.store is None:
        return None
    told = read(seen.store, replace(one, source="volume", where=seen.where, revision=seen.commit))
    return told if told.config is not None else None


def on_hub(ask: Asking, name: str) -> Checkpoint:
    """What the Hub says of a model; raises HubTrouble where it does not say what it is like."""
    choice = chosen(ask)
    there = hub(ask, choice.token if choice.token and sendable(choice.token) else None)
    about = there.model(name, ANSWER)
    # By branch, as the server asks: a mirror may not know its files by the commit.
    text = there.read(name, "config.json", ANSWER, limit=_LARGEST)
    files = _files(there, name)
    return Checkpoint(
        model="",
        named=name,
        source="hub",
        where=name,
        revision=str(about.get("sha") or ""),
        config=_object(text),
        files=files,
        elements=elements_of(about),
        size=sum(one.size for one in files),
    )


def _files(there: Hub, name: str) -> tuple[WeightFile, ...]:
    """The weight files of the form that vLLM prefers; none where they are not listed whole."""
    with suppress(HubTrouble):
        seen = there.files(name, ANSWER)
        for end in _WEIGHTS if seen.whole else ():
            chosen = [one for one in seen.files if one.path.endswith(end) and "/" not in one.path]
            weights = [one for one in chosen if not one.path.startswith("consolidated")] or chosen
            if weights:
                return tuple(WeightFile(one.path, one.size, one.size) for one in weights)
    return ()


def _object(text: bytes) -> dict[str, Any] | None:
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
        return value if isinstance(value, dict) else None
    return None


def elements_of(about: Mapping[str, Any]) -> dict[str, int]:
    tensors = about.get("safetensors")
    counts = tensors.get("parameters") if isinstance(tensors, Mapping) else None
    every = counts.items() if isinstance(counts, Mapping) else ()
    return {str(kind): count for kind, count in every if isinstance(count, int) and count > 0}
