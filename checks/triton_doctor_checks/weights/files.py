"""Judges whether the files of a model are there and whole. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Any

from triton_doctor.api import Answer, Record, Severity, gib, unsure
from triton_doctor.probes.checkpoint import NAMES, Checkpoint, SmallFile, WeightFile
from triton_doctor.probes.hub_cache import TOKENIZERS
from triton_doctor.probes.weights_cache import Cache
from triton_doctor_checks.repository.place import some
from triton_doctor_checks.weights.incomplete import incomplete
from triton_doctor_checks.weights.repair import deletion, pull

_SHOWN = 10  # names given as evidence
# Which words say it, for a fault of a file in a folder of the user's own.
_CASES = {
    "short": "short",
    "long": "damaged",
    "damaged": "damaged",
    "empty": "damaged",
    "pointer": "pointer",
    "page": "page",
    "broken-link": "link",
}
_NO_WEIGHTS = ("dummy", "tensorizer")  # values of load_format that take none from the folder


class Broken(Record, frozen=True):
    """One file that is not whole, of either kind."""

    name: str
    fault: str
    error: str
    size: int = 0
    whole: int = 0


def judge_files(one: Checkpoint, cache: Cache | None) -> Iterator[Answer]:
    """What is wrong with a checkpoint's files, one answer for each kind of fault."""
    broken = [_weight(file) for file in one.files if file.fault] if _loads(one) else []
    broken += [_small(file) for file in one.trouble]
    unread = [file.name for file in broken if file.fault == "denied"]
    if unread:
        yield unsure("unread", names=some(unread), model=one.model)
    if one.source == "volume" and cache is not None:
        yield from _in_cache(one, cache, broken)
    elif one.source == "hub":
        yield from _on_hub(one)
    else:
        yield from _in_folder(one, broken)


def _on_hub(one: Checkpoint) -> Iterator[Answer]:
    """What the list of files on the Hub lacks, before any of them is fetched."""
    if one.form == "adapter":
        yield _found(one, "hub-adapter", one.path)
    elif not one.files and one.names and _loads(one) and not _may_differ(one):
        yield _found(one, "hub-no-weights", one.path)
    elif unconfigured(one):
        yield _found(one, "hub-no-config", one.path, error=_INVALID)
    elif one.config is not None and 0 < len(one.names) < NAMES and _no_tokenizer(one):
        yield _found(one, "hub-no-tokenizer", one.path)


def unconfigured(one: Checkpoint) -> bool:
    """Whether the Hub's list of its files has no configuration; a cut list says nothing."""
    listed = one.hub == "told" and 0 < len(one.names) + len(one.files) < NAMES
    return listed and one.config is None and not any(name in _CONFIGS for name in one.names)


def lacks(one: Checkpoint) -> bool:
    """Whether files of it are still to be fetched into the cache."""
    gone = ("missing", "broken-link")
    faults = [file.fault for file in one.files] + [file.fault for file in one.trouble]
    return not one.files or one.config is None or any(fault in gone for fault in faults)


def _loads(one: Checkpoint) -> bool:
    return one.arguments.get("load_format") not in _NO_WEIGHTS


def _weight(file: WeightFile) -> Broken:
    return Broken(file.name, file.fault or "", file.error, file.size, file.whole or 0)


def _small(file: SmallFile) -> Broken:
    return Broken(file.name, file.fault, file.error)


# ---- in a folder of the user's own ----------------------------------------------------------


def _in_folder(one: Checkpoint, broken: Sequence[Broken]) -> Iterator[Answer]:
    if one.form == "adapter":
        yield _found(one, "adapter", one.path)
        return
    missing = [file.name for file in broken if file.fault == "missing"]
    if missing:
        yield _missing(one, missing)
    for fault in dict.fromkeys(file.fault for file in broken if file.fault in _CASES):
        yield _faulty(one, [file for file in broken if file.fault == fault])
    if one.config is None and not any(file.name in _CONFIGS for file in broken):
        yield _found(one, "no-config", one.path, error=_INVALID, severity=Severity.WARNING)
    elif not one.files and _loads(one) and not _may_differ(one):
        yield _found(one, "no-weights", one.path)
    if one.config is not None and _no_tokenizer(one):
        yield _found(one, "no-tokenizer", one.path)


_CONFIGS = ("config.json", "params.json")
_INVALID = "Invalid repository ID or local directory specified"


def _may_differ(one: Checkpoint) -> bool:
    """Whether the loader that was asked for may look for other files."""
    return one.arguments.get("load_format", "auto") not in (
        "auto",
        "safetensors",
        "pt",
        "bitsandbytes",
    )


def _missing(one: Checkpoint, names: list[str]) -> Answer:
    return _found(
        one,
        "missing",
        one.where,
        names=some(names),
        count=len(names),
        total=len(one.files),
        evidence=names[:_SHOWN],
    )


def _faulty(one: Checkpoint, files: Sequence[Broken]) -> Answer:
    """Several files with one fault are one finding: the first is named, all are its evidence."""
    first, names = files[0], [file.name for file in files]
    case = _CASES[first.fault]
    text = not any(file.name == first.name for file in one.files)
    if text and case in ("damaged", "short"):
        case = "json" if first.error else "cut"
    return _found(
        one,
        case,
        f"{one.where}/{first.name}" if one.form != "gguf" else one.where,
        names=some(names, 3),
        error=first.error,
        size=_bytes(first.size, first.whole),
        whole=_bytes(first.whole, first.size),
        evidence=names[:_SHOWN],
        fix=pull(one) if case == "pointer" else None,
    )


def _bytes(count: int, beside: int) -> str:
    """A size; to the byte where it would read as the other one does."""
    return gib(count) if gib(count) != gib(beside) else f"{count} bytes"


def _no_tokenizer(one: Checkpoint) -> bool:
    """Nothing that looks like one, and no code that could bring one of its own."""
    elsewhere = one.arguments.get("tokenizer") or one.arguments.get("skip_tokenizer_init")
    known = any(word in name for name in one.names for word in TOKENIZERS)
    own = one.remote_code or any(name.endswith((".py", ".txt")) for name in one.names)
    return not (elsewhere or known or own or one.form == "gguf")


def _found(one: Checkpoint, case: str, where: str, **values: Any) -> Answer:
    whole = case == "no-config" or case.startswith("hub-")
    path = one.named if whole else quote(one.where or one.named)
    return incomplete("incomplete", case, where, path=path, **values)


# ---- in the volume of downloads -------------------------------------------------------------


def _in_cache(one: Checkpoint, cache: Cache, broken: Sequence[Broken]) -> Iterator[Answer]:
    """What is not there is fetched at the next start; what is there is taken for whole."""
    for file in broken:
        if file.fault in _CASES and file.fault != "broken-link":
            yield _cached(one, cache, file)


def _cached(one: Checkpoint, cache: Cache, file: Broken) -> Answer:
    path = f"{one.where}/{file.name}"
    fix = deletion(cache, path)
    return incomplete(
        "incomplete",
        "cached",
        f"{cache.name}/{path}" if cache.kind == "folder" else f"{cache.name}:{path}",
        names=file.name,
        volume=cache.name,
        error=file.error or file.fault,
        command=fix.steps[0].show,
        fix=fix,
    )


def interrupted(one: Checkpoint, cache: Cache) -> Answer:
    """A download that was broken off: the next start goes on with it, if it can reach the Hub."""
    return incomplete(
        "incomplete",
        "interrupted",
        f"{cache.name}:{one.named}",
        severity=Severity.WARNING,
        evidence=one.unfinished[:_SHOWN],
        named=one.named,
        volume=cache.name,
    )
