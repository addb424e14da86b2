"""On which GPUs each model's engines of vLLM go, by its config.pbtxt. Pure.

One engine for each instance: of KIND_MODEL it takes the first GPUs that it sees, as many as it is
wide; of KIND_GPU there is one on each GPU that the group lists, or on every GPU without a list,
which is also what Triton makes of a model without a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from triton_doctor.probes.repository_model import Model

_COMMENT = re.compile(r"#[^\n]*")
# Groups have no blocks within that matter here.
_GROUPS = re.compile(r"instance_group\s*:?\s*(?:\[\s*)?((?:\{[^{}]*\}[\s,]*)+)")
_GROUP = re.compile(r"\{([^{}]*)\}")
_COUNT = re.compile(r"\bcount\s*:\s*(\d{1,3})")
_LISTED = re.compile(r"\bgpus\s*:\s*(?:\[([\d\s,]*)\]|(\d+))")
_WIDE = ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size")


def width(settings: Mapping[str, Any]) -> int:
    """How many GPUs one engine takes. settings: of model.json, in which anything may stand."""
    wide = 1
    for name in _WIDE:
        value = settings.get(name, 1)
        wide *= value if isinstance(value, int) and 0 < value < 4096 else 1
    return wide


def placed(model: Model, wide: int, cards: int) -> list[frozenset[int]]:
    """The GPUs of each engine, counted as the container has them."""
    text = _COMMENT.sub("", (model.config.text if model.config else None) or "")
    groups = [one for found in _GROUPS.findall(text) for one in _GROUP.findall(found)]
    return [gpus for group in groups or [""] for gpus in _of_group(group, wide, cards)]


def _of_group(group: str, wide: int, cards: int) -> Iterator[frozenset[int]]:
    count = max(1, int(found[1]) if (found := _COUNT.search(group)) else 1)
    if "KIND_MODEL" in group:
        yield from [frozenset(range(wide))] * count
        return
    listed = [
        int(number)
        for several, one in _LISTED.findall(group)
        for number in re.findall(r"\d+", several or one)
    ]
    for gpu in listed or range(cards):
        yield from [frozenset((gpu,))] * count
