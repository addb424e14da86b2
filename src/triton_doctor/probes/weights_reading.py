"""Reading a folder with a model's files: which weights the engine would take, and whether each is
whole. Bounded, and every fault becomes part of the fact.

Which files: as `_prepare_weights` of vLLM's default loader has it, and for the index
`filter_duplicate_safetensors_files` (vllm/model_executor/model_loader, 0.9.2).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from triton_doctor.probes.checkpoint import NAMES, Checkpoint, Fault, Form, WeightFile
from triton_doctor.probes.safetensors_header import LENGTH, Header, header
from triton_doctor.probes.weights_store import Listed, Store
from triton_doctor.probes.weights_texts import (
    Json,
    about_tokenizer,
    damaged_texts,
    read_json,
    sniffed,
)
from triton_doctor.record import replace

CONFIG, MISTRAL = "config.json", "params.json"
INDEX = "model.safetensors.index.json"
_INDEXES: dict[Form, str] = {
    "safetensors": INDEX,
    "mistral": "consolidated.safetensors.index.json",
    "bin": "pytorch_model.bin.index.json",
}
_PATTERNS: dict[Form, str] = {
    "mistral": "consolidated*.safetensors",
    "safetensors": "*.safetensors",
    "bin": "*.bin",
    "pt": "*.pt",
    "gguf": "*.gguf",
}
# What a training leaves behind, and vLLM does not load.
_TRAINING = ("training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt", "scaler.pt")
_ADAPTER = "adapter_config.json"
_TEXTS = (CONFIG, MISTRAL, "generation_config.json", "tokenizer_config.json", _ADAPTER)
_SHARD = re.compile(r"-\d{5}-of-\d{5}\.")
_WIDEST = 1 << 63  # what a fact can hold


def read(store: Store, known: Checkpoint) -> Checkpoint:
    """`known` with all that the folder's files say."""
    texts = {name: read_json(store, name) for name in _TEXTS if name in store.names}
    form = form_of(store.names, known)
    index = read_json(store, _INDEXES[form]) if _INDEXES.get(form, "") in store.names else Json()
    wrong = [one.wrong for one in (*texts.values(), index) if one.wrong]
    names = chosen_files(store.names, known, form, index.value)
    read_files = [_weights(store, name) for name in names]
    files = [file for file, _ in read_files]
    config = texts.get(CONFIG, texts.get(MISTRAL, Json())).value
    return replace(
        known,
        config=config,
        tokenizer=about_tokenizer(texts.get("tokenizer_config.json", Json()).value),
        names=tuple(sorted(set(store.names) - set(names), key=is_weights))[:NAMES],
        trouble=(*wrong, *damaged_texts(store)),
        form=form,
        files=tuple(files),
        elements=_summed(counts for _, counts in read_files),
        size=sum(one.size for one in files),
        total=_total(index.value),
    )


def judged(name: str, seen: Listed, head: bytes) -> tuple[WeightFile, Mapping[str, int]]:
    """A file of weights by its beginning and size, and its elements of each dtype."""
    fault = sniffed(head, seen.size)
    if name.endswith(".safetensors"):
        told = header(head, seen.size)
        if fault:
            return WeightFile(name, seen.size, fault=fault, error=told.error), {}
        return _by_header(name, seen.size, head, told), {} if told.error else told.elements
    wrong = _magic(name, head)
    return WeightFile(
        name, seen.size, fault=fault or ("damaged" if wrong else None), error=wrong
    ), {}


def _by_header(name: str, size: int, head: bytes, told: Header) -> WeightFile:
    if not told.error:
        return WeightFile(name, size, told.whole)
    fault: Fault = "damaged"
    if told.whole > size and head[LENGTH : LENGTH + 2] in (b'{"', b"{}"):
        fault = "short"
    elif told.elements and 0 < told.whole < size:
        fault = "long"
    return WeightFile(name, size, told.whole or None, fault, told.error)


def _magic(name: str, head: bytes) -> str:
    """Why this cannot be of its form, empty where it can."""
    if name.endswith(".gguf"):
        return "" if head.startswith(b"GGUF") else "GGUF magic invalid"
    known = head.startswith((b"PK", b"\x80"))  # a zip archive, or a pickle of old
    return "" if known else "invalid load key"


def _weights(store: Store, name: str) -> tuple[WeightFile, Mapping[str, int]]:
    seen = store.names.get(name)
    if seen is None:
        return WeightFile(name, fault="missing"), {}
    if seen.kind != "file":
        fault: Fault = "broken-link" if seen.kind == "broken" else "denied"
        return WeightFile(name, fault=fault if seen.kind != "folder" else "damaged"), {}
    try:
        return judged(name, seen, store.head(name))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return WeightFile(name, seen.size, fault="denied", error=why), {}


def form_of(names: Collection[str], known: Checkpoint) -> Form:
    """The first form of which a file is there, as the engine looks for them."""
    if known.named.endswith(".gguf"):
        return "gguf"
    mistral = known.arguments.get("load_format") == "mistral" or CONFIG not in names
    forms: list[Form] = ["safetensors", "bin", "pt", "gguf"]
    if mistral:
        forms.insert(0, "mistral")
    if _ADAPTER in names and CONFIG not in names:
        return "adapter"
    return next((form for form in forms if _matching(names, form)), "")


def _matching(names: Collection[str], form: Form) -> list[str]:
    pattern = _PATTERNS.get(form, "adapter_model.*")
    found = (name for name in names if fnmatchcase(name, pattern))
    return sorted(name for name in found if not name.endswith(_TRAINING))


def chosen_files(
    names: Collection[str], known: Checkpoint, form: Form, index: Mapping[str, Any] | None
) -> list[str]:
    """The files of the form: those that the index names where there is one, there or not.

    index: as it was read; where it was not, the shards by their usual names.
    """
    if known.named.endswith(".gguf"):
        return [known.named.rpartition("/")[2]]
    if not form:
        return []
    named = (index or {}).get("weight_map")
    if isinstance(named, Mapping) and named:
        return sorted({one for one in named.values() if isinstance(one, str)})
    found = _matching(names, form)
    shards = [name for name in found if _SHARD.search(name)]
    return shards if shards and _INDEXES.get(form, "") in names else found


def is_weights(name: str) -> tuple[bool, str]:
    """Sorts weights, of any form, behind other files."""
    return name.endswith((".safetensors", ".bin", ".pt", ".pth", ".gguf")), name


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items()))


def _total(index: Mapping[str, Any] | None) -> int:
    about = (index or {}).get("metadata")
    total = about.get("total_size") if isinstance(about, Mapping) else 0
    return total if isinstance(total, int) and 0 < total < _WIDEST else 0
