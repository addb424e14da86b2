"""The files beside the weights: JSON that must be whole, a tokenizer of which no part is cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from triton_doctor.probes.checkpoint import Fault, SmallFile
from triton_doctor.probes.weights_store import Store

_LONG_TEXTS = ("tokenizer.json", "tekken.json", "vocab.json")
_BINARIES = ("tokenizer.model", "spiece.model", "merges.txt", "vocab.txt")
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<head")
_MARGIN = 64  # bytes, in which a page says that it is one
_POINTER = b"version https://git-lfs"


class Json(NamedTuple):
    """A JSON file as an object, None with the fault that stands in the way."""

    value: dict[str, Any] | None = None
    wrong: SmallFile | None = None


def read_json(store: Store, name: str) -> Json:
    seen = store.names[name]
    if seen.kind != "file":
        return Json(wrong=SmallFile(name, "broken-link" if seen.kind == "broken" else "denied"))
    try:
        data = store.text(name)
    except OSError as error:
        return Json(wrong=SmallFile(name, "denied", error.strerror or type(error).__name__))
    value, why = decoded(data)
    if value is not None:
        return Json(value)
    return Json(wrong=SmallFile(name, sniffed(data, seen.size) or "damaged", why))


def decoded(data: bytes) -> tuple[dict[str, Any] | None, str]:
    """As Python's json has it, since that is what reads them in the container."""
    from json import loads

    from msgspec.json import encode

    try:
        value = loads(data)
        encode(value)  # what a fact cannot hold: a number of more than 64 bits, half a character
    except (ValueError, OverflowError, RecursionError) as error:
        return None, str(error)
    return (value, "") if isinstance(value, dict) else (None, "not a JSON object")


def damaged_texts(store: Store) -> Iterator[SmallFile]:
    """The tokenizer's files that are not whole, by their two ends."""
    for name in (*_LONG_TEXTS, *_BINARIES):
        seen = store.names.get(name)
        if seen is None or seen.kind in ("folder", "other"):
            continue
        if seen.kind == "broken":
            yield SmallFile(name, "broken-link")
        elif fault := "denied" if seen.kind == "denied" else _cut(store, name, seen.size):
            yield SmallFile(name, fault)


def _cut(store: Store, name: str, size: int) -> Fault | None:
    try:
        head, tail = store.ends(name)
    except OSError:
        return "denied"
    fault = sniffed(head, size)
    if fault or name not in _LONG_TEXTS:
        return fault
    whole = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and tail.rstrip().endswith(b"}")
    return None if whole else "damaged"


def about_tokenizer(config: Mapping[str, Any] | None) -> dict[str, Any]:
    kept = ("tokenizer_class", "auto_map")
    return {name: value for name, value in (config or {}).items() if name in kept}


def sniffed(head: bytes, size: int) -> Fault | None:
    """What is there in place of a file, by how it begins."""
    if not size:
        return "empty"
    if head.startswith(_POINTER):
        return "pointer"
    return "page" if head[:_MARGIN].lstrip().lower().startswith(_PAGES) else None
