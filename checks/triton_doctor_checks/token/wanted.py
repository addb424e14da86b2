"""Whether the models to be loaded will ask the Hub for anything. Pure."""

from __future__ import annotations

import re

from triton_doctor.api import Record
from triton_doctor.probes.hub_models import named
from triton_doctor.probes.repository import Model, Repository, engine_arguments

# Families whose every model asks for its terms to be accepted first, as their pages on the Hub say.
_GATED = re.compile(
    r"meta-llama/|google/(?:gemma-(?:2b|7b|1\.1-|2-|3-|3n-)|codegemma-|paligemma|recurrentgemma-)",
    re.IGNORECASE,
)
_HUB_ID = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")
# What vLLM loads where model.json names no model; open to everybody.
_VLLM_DEFAULT = "facebook/opt-125m"


class Wanted(Record, frozen=True):
    """hub: names on the Hub; own_token: every model that is there has a token in its model.json.

    unread: a model.json, or a model, that could not be read, so that its name is not known. closed:
    those that the Hub gives to known accounts only; None where it did not say, so that the names of
    the families that it gates have to do.
    """

    hub: tuple[str, ...] = ()
    unread: bool = False
    own_token: bool = False
    closed: tuple[str, ...] | None = None

    @property
    def gated(self) -> str | None:
        if self.closed is not None:
            return next(iter(self.closed), None)
        return next((name for name in self.hub if _GATED.match(name)), None)

    @property
    def first(self) -> str:
        return self.gated or self.hub[0]


def wanted(
    repository: Repository, names: tuple[str, ...], closed: tuple[str, ...] | None = None
) -> Wanted:
    """What the models' settings ask for. names: of those loaded by name; none when all are."""
    if repository.folder.trouble or repository.cut:
        return Wanted(unread=True)
    missing = [name for name in names if repository.model(name) is None]
    settings = [_settings(model) for model in repository.models]
    known = [one for one in settings if one is not None]
    return Wanted(
        hub=tuple(dict.fromkeys(name for names, _ in known for name in names)),
        unread=bool(missing) or len(known) < len(settings) or not settings,
        closed=closed,
        own_token=bool(known) and all(own for _, own in known),
    )


def _settings(model: Model) -> tuple[tuple[str, ...], bool] | None:
    """The names on the Hub of weights and tokenizer, and whether a token stands beside them; None
    where they are not known."""
    arguments = engine_arguments(model)
    if arguments is None:
        return None
    name, own = arguments.get("model", _VLLM_DEFAULT), arguments.get("hf_token")
    if not isinstance(name, str):
        return None
    every = (name if _HUB_ID.fullmatch(name) else "", named(arguments, "tokenizer"))
    return tuple(one for one in every if one), isinstance(own, str) and bool(own)
