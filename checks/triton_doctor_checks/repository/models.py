"""Which models of the repositories are judged, under the control mode in use, and how. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from triton_doctor.api import Answer, Found, unsure
from triton_doctor.probes.repository import Model
from triton_doctor_checks.repository.arguments import arguments
from triton_doctor_checks.repository.config import config, is_vllm
from triton_doctor_checks.repository.layout import deeper
from triton_doctor_checks.repository.missing import no_model
from triton_doctor_checks.repository.names import name_of
from triton_doctor_checks.repository.place import Place
from triton_doctor_checks.repository.strays import (
    clashes,
    is_stray,
    links,
    misplaced,
    nested,
    strangers,
    strays,
    twice,
)
from triton_doctor_checks.repository.versions import versions

Inside = Callable[[], tuple[str, ...]]


def all_models(place: Place, inside: Inside) -> Iterator[Answer]:
    """Every folder is to be loaded. inside: looks for repositories in the repository."""
    seen = place.repository
    whole = misplaced(place)
    if whole is not None:
        yield whole
        return
    linked = {entry.name for entry in seen.folder.entries if entry.outside}
    models = [one for one in seen.models if one.root or one.name not in linked]
    stray = [one for one in models if is_stray(one)]
    if stray and len(stray) == len(models):
        deep = inside()
        if deep:
            yield deeper(place, stray[0].name, deep[0])
            return
    for root in _places(place):
        yield from _strays(root, [one for one in stray if one.root == root.root], models)
    yield from twice(place, (), all_loaded=True)
    for one in models:
        if one not in stray:
            yield from judged(place.of(one), one)


def named_models(place: Place, names: tuple[str, ...], inside: Inside) -> Iterator[Answer]:
    """Only the models of these names are to be loaded."""
    seen = place.repository
    models = {model.name: model for model in seen.models}
    entries = {entry.name: entry for entry in seen.folder.entries}
    double = list(twice(place, names, all_loaded=False))
    yield from double
    for name in dict.fromkeys(names):
        model, entry = models.get(name), entries.get(name)
        outside = entry is not None and entry.outside and model is not None and not model.root
        if model is not None and not outside:
            yield from judged(place.of(model), model)
        elif not double:
            yield no_model(place, name, () if entry is not None else inside())


def beside(place: Place, names: tuple[str, ...]) -> Iterator[Answer]:
    """What lies beside the models that are to be loaded by name, and does no harm to them."""
    yield from strangers(place)
    yield from links(place, place.repository.folder, all_loaded=False)
    yield from clashes(place, dict.fromkeys(names))


def unlisted(place: Place) -> Iterator[Answer]:
    """Links that keep Triton from listing a repository of which it is to load all."""
    for root, one in zip(_places(place), place.repository.roots, strict=True):
        yield from links(root, one.folder, all_loaded=True)


def judged(place: Place, model: Model) -> Iterator[Answer]:
    """What is wrong with one model that is to be loaded."""
    if model.folder.trouble:
        yield unsure("denied", path=place.path(model.name))
        return
    layout = list(versions(place, model))
    yield from layout
    yield from () if any(_deeper(answer) for answer in layout) else config(place, model)
    if is_vllm(model):
        yield from name_of(place, model)
        yield from arguments(place, model)


def _places(place: Place) -> list[Place]:
    seen = place.repository
    return [place, *[place.at(one.given) for one in seen.more]]


def _strays(place: Place, stray: list[Model], models: list[Model]) -> Iterator[Answer]:
    """Those that hold a repository each are told as such, the others together."""
    plain = []
    for model in stray:
        inner = nested(place, model)
        if inner is None:
            plain.append(model)
        else:
            yield inner
    if plain:
        good = next((one.name for one in models if not is_stray(one)), "NAME")
        yield strays(place, plain, good)


def _deeper(answer: Answer) -> bool:
    return isinstance(answer, Found) and answer.case in ("one-too-deep", "outside", "link")
