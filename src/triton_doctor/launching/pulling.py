"""How far a pull is, from the engine's lines of progress. Pure.

Source: moby/moby, distribution/pull_v2.go and distribution/xfer/download.go; pkg/streamformatter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triton_doctor.record import Record

_DONE = ("Already exists", "Download complete", "Verifying Checksum", "Extracting", "Pull complete")
_IN_PLACE = ("Already exists", "Pull complete")
_AGAIN = "Retrying in"


class Pulled(Record, frozen=True):
    """An image that was fetched. size: bytes that came over the line."""

    seconds: float
    size: int


class Pulling:
    """Layers by what is there of each. Sizes are told only once a layer's download has begun."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[int, int]] = {}  # bytes here, and in all; 0 if not known
        self._done: set[str] = set()
        self._in_place: set[str] = set()
        self._again: set[str] = set()

    def take(self, item: Mapping[str, Any]) -> None:
        layer, status = str(item.get("id") or ""), str(item.get("status") or "")
        if not layer or status.startswith("Pulling from"):
            return
        here, whole = self._layers.get(layer, (0, 0))
        (self._again.add if status.startswith(_AGAIN) else self._again.discard)(layer)
        if status == "Downloading":
            detail = item.get("progressDetail") or {}
            here = int(detail.get("current") or here)
            whole = int(detail.get("total") or whole)
        elif status.startswith(_DONE):
            here = whole
            self._done.add(layer)
        self._layers[layer] = (here, whole)
        if status in _IN_PLACE:
            self._in_place.add(layer)

    @property
    def received(self) -> int:
        """Bytes."""
        return sum(here for here, _ in self._layers.values())

    @property
    def whole(self) -> int | None:
        """Bytes of all layers that are fetched; None while the size of one is not known yet."""
        sizes = [whole for name, (_, whole) in self._layers.items() if name not in self._done]
        return sum(whole for _, whole in self._layers.values()) if all(sizes) else None

    @property
    def layers(self) -> tuple[int, int]:
        """How many are in place, and how many there are."""
        return len(self._in_place), len(self._layers)

    @property
    def again(self) -> bool:
        """Whether the line broke, and the engine waits before it tries again."""
        return bool(self._again)
