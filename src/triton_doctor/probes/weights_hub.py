"""What the Hub says of weights that are not whole here: their files, sizes and configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from triton_doctor.host.hub import HubFiles
from triton_doctor.probes.base import Asking
from triton_doctor.probes.checkpoint import NAMES, Checkpoint, WeightFile
from triton_doctor.probes.hub_door import Said, chosen, hub, spell, together, tried
from triton_doctor.probes.hub_models import (
    ANSWER,
    MOST,
    HubModel,
    Want,
    hub_models,
    token_of,
    wants,
)
from triton_doctor.probes.repository import Repository
from triton_doctor.probes.weights_reading import CONFIG, chosen_files, form_of, is_weights
from triton_doctor.probes.weights_store import Listed
from triton_doctor.probes.weights_texts import decoded
from triton_doctor.record import replace

_GONE = ("missing", "broken-link")
_UNSEEN = ("volume-unseen", "denied")  # it may be here


class _Told(NamedTuple):
    """The Hub's answers about one model. model: None where it was not asked about."""

    files: HubFiles | Said
    config: bytes | Said
    model: HubModel | None


def with_hub(ask: Asking, seen: Repository, every: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The checkpoints, those that are not whole here with what the Hub says of them."""
    named = {(want.name, want.revision, model): want for want in wants(ask, seen)
             for model in want.models}  # fmt: skip
    keys = {one.model: (one.named, one.asked, one.model) for one in every if not whole(one)}
    asked = {model: named[key] for model, key in keys.items() if key in named}
    asked = dict(list(asked.items())[:MOST])
    if ask.settings.offline or not asked:
        return list(every)
    ask.start(hub_models)
    told = dict(zip(asked, _ask(ask, list(asked.values())), strict=True))
    return [merged(one, told[one.model]) if one.model in told else one for one in every]


def whole(one: Checkpoint) -> bool:
    """Whether nothing of it is still to be fetched."""
    faults = [*(file.fault for file in one.files), *(file.fault for file in one.trouble)]
    gone = any(fault in _GONE for fault in faults)
    return bool(one.files) and one.config is not None and not gone


def _ask(ask: Asking, asked: Sequence[Want]) -> list[_Told]:
    given = chosen(ask)
    doors = [(hub(ask, token_of(want, given)[0]), want) for want in asked]
    seconds = spell(ask, ANSWER)
    listed = [
        partial(tried, partial(door.files, want.name, seconds, want.revision or "main"))
        for door, want in doors
    ]
    read = [
        partial(tried, partial(door.read, want.name, CONFIG, seconds, want.revision or "main"))
        for door, want in doors
    ]
    answers: list[Any] = together([*listed, *read])
    models = _models(ask)
    known = [models.get((want.name, want.revision)) for want in asked]
    return [_Told(*three) for three in zip(answers, answers[len(asked) :], known, strict=False)]


def _models(ask: Asking) -> Mapping[tuple[str, str], HubModel]:
    seen = ask.known(hub_models)
    return {(one.name, one.revision): one for one in seen.models} if seen else {}


def merged(one: Checkpoint, told: _Told) -> Checkpoint:
    """What lies here, with the rest as the Hub has it."""
    if isinstance(told.files, Said):
        if told.files.kind == "offline":
            return one  # nothing was asked
        status = f"HTTP {told.files.status}" if told.files.status else told.files.kind
        return replace(one, hub="failed", error=told.files.text or status)
    every = told.files.files
    listed = {file.path: Listed("file", file.size) for file in every if "/" not in file.path}
    here = {file.name: file for file in one.files if file.fault not in _GONE}
    form = form_of(listed, one)
    # A file of GGUF has to be named by itself; vLLM takes none of a model that has only such.
    names = [] if form == "gguf" else chosen_files(listed, one, form, None)
    files = tuple(here.get(name, _missing(one, name, listed[name].size)) for name in names)
    model = told.model
    return replace(
        one,
        source="hub" if one.source == "none" else one.source,
        reason=one.reason if one.reason in _UNSEEN else "",
        hub="told",
        error="",
        where=one.where if one.source == "volume" else one.named,
        revision=one.revision or (model.sha if model else ""),
        config=one.config or _config(told.config),
        outline=model.outline if model else {},
        names=one.names or tuple(sorted(set(listed) - set(names), key=is_weights))[:NAMES],
        form=form,
        files=files,
        elements=dict(model.elements) if model and model.elements else one.elements,
        size=sum(file.size or file.whole or 0 for file in files),
        fetch=_bytes(listed, names, [*here, *one.names]),
    )


def _missing(one: Checkpoint, name: str, size: int) -> WeightFile:
    """Of a model of which nothing is here the files are the Hub's, and none is missing."""
    if one.source == "volume":
        return WeightFile(name, whole=size, fault="missing")
    return WeightFile(name, size, size)


def _config(config: bytes | Said) -> Mapping[str, Any] | None:
    return None if isinstance(config, Said) else decoded(config)[0]


def _bytes(listed: Mapping[str, Listed], names: Iterable[str], here: Sequence[str]) -> int:
    """What has to come at the least: these weights, and the small files beside them."""
    wanted = {*names, *(name for name in listed if not is_weights(name)[0])}
    return sum(listed[name].size for name in wanted - set(here) if name in listed)
