"""Judges what the command names against what is there: models, and the image's variant."""

from __future__ import annotations

from difflib import get_close_matches

from triton_doctor.api import Answers, Context, Severity
from triton_doctor.probes.given_command import Given
from triton_doctor.probes.image_names import parse
from triton_doctor.probes.repository import CONFIG, Model, Repository, repository
from triton_doctor_checks.command.places import Change, added, at, first

_MARK = "-vllm-python-py3"
_VARIANTS = (
    "-py3-min",
    "-py3-sdk",
    "-py3",
    "-pyt-python-py3",
    "-trtllm-python-py3",
    "-tf2-python-py3",
)
_USUAL, _ENOUGH = "64 MiB", "1 GiB"  # Docker's own /dev/shm, and NVIDIA's examples'


def machine(context: Context, given: Given, *, bound: bool) -> Answers:
    """bound: the command mounts a folder of this machine as the repository."""
    known = _repository(context) if bound else None
    if known:
        yield from _models(given, known)
        yield from _shared_memory(given, known)
    yield from _image(given, known)


def models_of(context: Context) -> tuple[str, ...]:
    """The folders of the repository, where it could be read."""
    known = _repository(context)
    return _names(known) if known else ()


def _names(known: Repository) -> tuple[str, ...]:
    return tuple(sorted({name for root in known.roots for name in root.folder.names("folder")}))


def _repository(context: Context) -> Repository | None:
    seen = context.known(repository)
    return None if seen is None or seen.folder.trouble or seen.cut else seen


def _models(given: Given, known: Repository) -> Answers:
    """Each name of --load-model that no folder has."""
    there = _names(known)
    if given.mode != "explicit" or not there:
        return
    for flag in given.flags:
        if flag.name != "load-model" or flag.unset or flag.value in (None, "*", *there):
            continue
        near = get_close_matches(str(flag.value), there, 1, 0.6)
        better = near[0] if near else there[0]
        changes: tuple[Change, ...] = ()
        if near and given.source != "compose":
            place = given.text.find(str(flag.value), flag.start)
            changes = (Change(place, place + len(str(flag.value)), better),)
        yield at(
            given,
            flag.start,
            "repository/not-found",
            *changes,
            case="in-command",
            path=known.given,
            model=flag.value,
            there=", ".join(there[:5]),
            repair=f"--load-model={better}",
        )


def _backend(model: Model) -> str:
    config = next((one.text for one in model.files if one.path.rpartition("/")[2] == CONFIG), None)
    text = (config or "").replace(" ", "")
    return next((name for name in ("vllm", "python") if f'backend:"{name}"' in text), "")


def _shared_memory(given: Given, known: Repository) -> Answers:
    """Several models whose backend is written in Python share what Docker gives one container."""
    if given.option("shm-size") or given.option("ipc"):
        return
    count = sum(1 for model in known.models if _backend(model))
    if count >= 2:
        yield at(
            given,
            first(given),
            "host/shm-too-small",
            *added(given, "--shm-size 1g"),
            case="several",
            severity=Severity.WARNING,
            size=_USUAL,
            need=_ENOUGH,
        )


def _image(given: Given, known: Repository | None) -> Answers:
    image = given.image
    if image is None or image.unset:
        return
    name = parse(image.text)
    wanted = known is None or any(_backend(model) == "vllm" for model in known.models)
    untold = bool(name.digest) and not name.tag
    if not (name.is_triton and wanted) or name.says_vllm or untold:
        return
    changes: tuple[Change, ...] = ()
    variant = next((one for one in _VARIANTS if name.tag == f"{name.release}{one}"), None)
    if variant and name.release and given.source != "compose":
        new = image.text.removesuffix(variant) + _MARK
        place = given.text.find(image.text, image.start, image.end)
        changes = (Change(place, place + len(image.text), new),) if place >= 0 else ()
    yield at(
        given,
        image.start,
        "image/wrong-variant",
        *changes,
        case="name",
        severity=Severity.WARNING,
        image=image.text,
        missing=_MARK,
    )
