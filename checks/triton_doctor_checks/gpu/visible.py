"""Which GPUs a container gets, which of them CUDA finds there, and in which order. Pure.

Sources: CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER in the appendix on environment variables of
NVIDIA's CUDA programming guide; "Application Considerations" of its MIG user guide. What the guide
leaves open (a GPU named twice, numbers mixed with UUIDs, other signs) was tried on two H200 with
driver 580: `tests/recordings/prove_gpu.py` compares it again on any machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from triton_doctor.api import Record
from triton_doctor.probes.gpus import GpuReading

VISIBLE, ORDER = "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"
_BY_BUS = "PCI_BUS_ID"
_NUMBER = re.compile(r"\+?(\d+)")


class Handed(Record, frozen=True):
    """gpus: in the order of the bus, whatever the order they were asked for in; absent: words that
    name no GPU of this machine."""

    gpus: tuple[GpuReading, ...]
    absent: tuple[str, ...] = ()


class View(Record, frozen=True):
    """gpus: as CUDA counts them; lost: the word at which it stopped to read, None where it read
    all; sure: False where it is not known which GPU is which number."""

    gpus: tuple[GpuReading, ...]
    lost: str | None = None
    sure: bool = True

    @property
    def devices(self) -> int:
        """How many a process can use: of divided GPUs CUDA gives it a single instance."""
        return 1 if any(gpu.mig for gpu in self.gpus) else len(self.gpus)


def handed(gpus: Sequence[GpuReading], ids: tuple[str, ...] | None) -> Handed:
    """ids: of `docker run --gpus`, numbers of NVML or UUIDs; None for every GPU."""
    if ids is None:
        return Handed(tuple(gpus))
    named = {word: _on_machine(gpus, word) for word in ids}
    found = {gpu.index: gpu for gpu in named.values() if gpu}
    absent = tuple(word for word, gpu in named.items() if gpu is None)
    return Handed(tuple(found[index] for index in sorted(found)), absent)


def view(gpus: Sequence[GpuReading], visible: str | None = None, order: str | None = None) -> View:
    """gpus: that the container has, in the order of the bus; visible, order: CUDA's two variables.

    CUDA counts the fastest first. Among equal ones that is the bus's order; among others NVIDIA
    does not say which it takes for the fastest.
    """
    sure = order == _BY_BUS or len({gpu.name for gpu in gpus}) < 2
    if visible is None:
        return View(tuple(gpus), sure=sure)
    words = [word.strip() for word in visible.split(",")]
    by_number = _NUMBER.match(words[0]) is not None
    found: list[GpuReading] = []
    for word in words:
        gpu = _numbered(gpus, word) if by_number else _begun(gpus, word)
        if gpu is None:
            return View(tuple(found), word, sure or not by_number)
        if gpu in found:  # named twice: then CUDA finds none at all
            return View((), word)
        found.append(gpu)
    return View(tuple(found), sure=sure or not by_number)


def _numbered(gpus: Sequence[GpuReading], word: str) -> GpuReading | None:
    """What follows the number in a word is not read."""
    match = _NUMBER.match(word)
    return gpus[int(match[1])] if match and int(match[1]) < len(gpus) else None


def _begun(gpus: Sequence[GpuReading], word: str) -> GpuReading | None:
    """By UUID, or by as much of its beginning as only one has."""
    if word.startswith("MIG-"):
        parts = [part for gpu in gpus if (part := gpu.only(word))]
        return parts[0] if len(parts) == 1 else None
    mine, some = word[:4] + word[4:].lower(), len(word) > len("GPU-")
    begun = [gpu for gpu in gpus if some and mine[:4] == "GPU-" and gpu.uuid.startswith(mine)]
    return begun[0] if len(begun) == 1 else None


def _on_machine(gpus: Sequence[GpuReading], word: str) -> GpuReading | None:
    if word.isdigit():
        return next((gpu for gpu in gpus if gpu.index == int(word)), None)
    return _begun(gpus, word)
