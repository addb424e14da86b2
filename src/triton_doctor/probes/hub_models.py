"""What the Hub says of the models that are to be loaded: whether each is there, and may be read."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from triton_doctor.host.hub import HUB, Hub, HubTrouble, Secret
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.hub_door import (
    Choice,
    Said,
    chosen,
    endpoint,
    hub,
    secret,
    sendable,
    spell,
    together,
    tried,
)
from triton_doctor.probes.hub_near import alike, found_near
from triton_doctor.probes.repository import (
    ARGUMENTS,
    Model,
    Repository,
    engine_arguments,
    repository,
)
from triton_doctor.record import Record, replace

ANSWER = 3.2  # s for what is asked of all models at once
SEARCH = 1.4  # s for looking for names that are meant
NET = 60.0  # s; the limits above are kept by each question, and grow with --timeout
MOST = 12  # models that are asked about; each costs two requests, and its weights two more
_HUB_ID = re.compile(r"\w[\w.-]{0,95}(?:/\w[\w.-]{0,95})?")
_TOO_LATE = 0.2  # s that are left, too few for a search

Key = Literal["model", "tokenizer"]  # of model.json
_REVISIONS: dict[Key, str] = {"model": "revision", "tokenizer": "tokenizer_revision"}
Sent = Literal["file", "variable", "mounted", "container", "own", "none", "unfit"]


class HubModel(Record, frozen=True):
    """name, revision: as model.json has them; models: Triton's names of those that want it; key:
    what it is there, the model itself, or a tokenizer from elsewhere.

    sent: the token of which source; `own`, of model.json itself; `unfit`, none, since what there is
    has not the form of one. info: how asking for its metadata failed; access: how asking whether
    its files may be read failed; each None where it did not. gated: `auto` or `manual`, empty if
    not or not known. near: names like it that the Hub has; searched: they could be looked for.

    elements: of each dtype, as the Hub counted them in the safetensors files; outline: what it
    shows to everybody of config.json: architectures, model_type, quantization_config.
    """

    name: str
    revision: str
    models: tuple[str, ...]
    sent: Sent
    info: Said | None = None
    access: Said | None = None
    gated: str = ""
    private: bool = False
    disabled: bool = False
    sha: str = ""
    near: tuple[str, ...] = ()
    searched: bool = False
    elements: Mapping[str, int] = {}
    outline: Mapping[str, Any] = {}
    key: Key = "model"

    @property
    def readable(self) -> bool:
        return self.info is None and self.access is None

    @property
    def unknown(self) -> bool:
        """The Hub says that it has no such model, or shows none to whoever asked."""
        return self.info is not None and self.info.of_no_model


class HubModels(Record, frozen=True):
    """names: the models that are wanted from the Hub; tokenizers: those from elsewhere on it;
    asked: False under --offline, and where nothing is wanted.

    mirror: HF_ENDPOINT names another Hub than the usual one. more: names that were not asked about,
    since there are so many. clock: s by which the Hub's is ahead, where its certificate is not
    valid by the one here; None where that was not asked or not told.
    """

    address: str
    asked: bool = False
    names: tuple[str, ...] = ()
    mirror: bool = False
    models: tuple[HubModel, ...] = ()
    more: tuple[str, ...] = ()
    tokenizers: tuple[str, ...] = ()
    clock: float | None = None

    @property
    def unreached(self) -> Said | None:
        """Why the Hub was not reached; None where it answered anything, or was not asked."""
        every = [one for seen in self.models for one in (seen.access, seen.info)]
        if not self.models or any(one is None or one.kind == "answer" for one in every):
            return None
        return every[0]


class Want(Record, frozen=True):
    """What a model.json wants. own: the token that stands in it; models: Triton's names; key: under
    which it stands there."""

    name: str
    revision: str
    own: Secret | None = None
    models: tuple[str, ...] = ()
    key: Key = "model"


@probe("hub-models", doing="asking the Hub about the models", timeout=NET)
def hub_models(ask: Asking) -> HubModels:
    """Metadata and access of each model, at once; then names that may be meant by absent ones."""
    address = endpoint(ask.host)
    wanted = list(wants(ask, ask.fact(repository)))
    names, tokenizers = (tuple(one.name for one in wanted if one.key == key) for key in _REVISIONS)
    told = HubModels(address, names=names, tokenizers=tokenizers, mirror=address != HUB)
    if ask.settings.offline or not wanted:
        return told
    ends = time.monotonic() + spell(ask, ANSWER + SEARCH)
    token = chosen(ask)
    seen = together([partial(_look, ask, one, token) for one in wanted[:MOST]])
    near = together([partial(_with_near, ask, one, ends) for one in seen])
    more = tuple(one.name for one in wanted[MOST:])
    told = replace(told, asked=True, models=tuple(near), more=more)
    return replace(told, clock=_clock(ask, told, ends))


def _clock(ask: Asking, told: HubModels, ends: float) -> float | None:
    """A certificate that is over, or begins later, may be sound and the clock here wrong."""
    why, left = told.unreached, ends - time.monotonic()
    if why is None or why.kind not in ("expired", "not-yet") or left < _TOO_LATE:
        return None
    seen = tried(partial(hub(ask, None).clock, left))
    return None if isinstance(seen, Said) else seen


def wants(ask: Asking, seen: Repository) -> Iterator[Want]:
    """The names on the Hub in model.json of the models to be loaded, each once."""
    found: dict[tuple[str, str, str], tuple[Key, list[str]]] = {}
    for key in _REVISIONS:
        for model in seen.models:
            arguments = engine_arguments(model) or {}
            name = named(arguments, key)
            if not name:
                continue
            own = _own(ask, seen, model) if isinstance(arguments.get("hf_token"), str) else ""
            place = (name, _text(arguments.get(_REVISIONS[key])), own)
            first, models = found.setdefault(place, (key, []))
            if first == key:  # what is asked about as a model need not be asked as a tokenizer
                models.append(model.name)
    for (name, revision, own), (key, models) in found.items():
        yield Want(name, revision, secret(own), tuple(models), key)


def named(arguments: Mapping[str, Any], key: Key) -> str:
    """The name on the Hub that stands under this key; empty without, and where it is not used."""
    name = arguments.get(key)
    if not isinstance(name, str) or not _HUB_ID.fullmatch(name):
        return ""
    other = arguments.get("model") != name and arguments.get("skip_tokenizer_init") is not True
    return name if key == "model" or other else ""


def _own(ask: Asking, seen: Repository, model: Model) -> str:
    """The token in model.json itself, which the fact of the repository has stars for."""
    root = next((one.path for one in seen.more if one.given == model.root), seen.path)
    path = f"{root}/{model.name}/{model.versions[0]}/{ARGUMENTS}"
    try:
        return _text(json.loads(ask.host.read(path)).get("hf_token"))
    except (OSError, ValueError, AttributeError):
        return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _look(ask: Asking, want: Want, given: Choice) -> HubModel:
    token, sent = token_of(want, given)
    there, seconds = hub(ask, token), spell(ask, ANSWER)

    def metadata() -> dict[str, Any] | Said | None:
        return tried(partial(there.model, want.name, seconds, want.revision or None))

    def access() -> dict[str, Any] | Said | None:
        return tried(partial(_access, there, want, seconds))

    info, refused = together([metadata, access])
    model = HubModel(want.name, want.revision, want.models, sent, key=want.key)
    return _told(replace(model, access=refused if isinstance(refused, Said) else None), info)


def token_of(want: Want, given: Choice) -> tuple[Secret | None, Sent]:
    """The token to ask with, and of which source it is."""
    token = want.own or given.token
    if token is not None and not sendable(token):
        return None, "unfit"
    return token, "own" if want.own else given.source


def _access(there: Hub, want: Want, seconds: float) -> None:
    """Whether the files may be read. A mirror may not know that question: then a file is asked for,
    which is what the server begins with."""
    ends = time.monotonic() + seconds
    try:
        there.readable(want.name, seconds)
    except HubTrouble as trouble:
        if trouble.status != 404 or trouble.code:
            raise
        try:
            left = max(_TOO_LATE, ends - time.monotonic())
            there.read(want.name, "config.json", left, want.revision or "main", limit=1)
        except HubTrouble as file:
            if file.code != "EntryNotFound":  # the gate comes before the file
                raise


def _told(model: HubModel, info: dict[str, Any] | Said | None) -> HubModel:
    if not isinstance(info, dict):
        return replace(model, info=info)
    gated = info.get("gated")
    return replace(
        model,
        gated=gated if isinstance(gated, str) else "manual" if gated is True else "",
        private=info.get("private") is True,
        disabled=info.get("disabled") is True,
        sha=str(info.get("sha") or ""),
        elements=_counts(info.get("safetensors")),
        outline=info["config"] if isinstance(info.get("config"), dict) else {},
    )


def _counts(told: object) -> dict[str, int]:
    counts = told.get("parameters") if isinstance(told, dict) else None
    every = counts.items() if isinstance(counts, dict) else ()
    return {str(name): count for name, count in every if isinstance(count, int)}


def _with_near(ask: Asking, model: HubModel, ends: float) -> HubModel:
    """The model with names like its own, where the Hub does not know it or does not show it."""
    left = min(spell(ask, SEARCH), ends - time.monotonic())
    if not model.unknown or left < _TOO_LATE:
        return model
    # A search needs no token, and a bad one would spoil it.
    names = found_near(hub(ask, None), model.name, left)
    return replace(model, near=alike(model.name, names or ()), searched=names is not None)
