"""How far a pull is, from the engine's lines of progress. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DONE = ("Already exists", "Download complete", "Verifying Checksum", "Extracting", "Pull complete")


class Pulling:
    """Layers by what is there of each. Sizes are told only once a layer's download has begun."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[int, int]] = {}
        self._complete: set[str] = set()

    def take(self, item: Mapping[str, Any]) -> None:
        layer, status = str(item.get("id") or ""), str(item.get("status") or "")
        if not layer or status.startswith("Pulling from"):
            return
        here, whole = self._layers.get(layer, (0, 0))
        if status == "Downloading":
            detail = item.get("progressDetail") or {}
            here = int(detail.get("current") or here)
            whole = int(detail.get("total") or whole)
        elif status.startswith(_DONE):
            here = whole
        self._layers[layer] = (here, whole)
        if status in ("Already exists", "Pull complete"):
            self._complete.add(layer)

    @property
    def received(self) -> int:
        """Bytes."""
        return sum(here for here, _ in self._layers.values())

    @property
    def whole(self) -> int:
        """Bytes of the layers whose size is known by now."""
        return sum(whole for _, whole in self._layers.values())

    @property
    def layers(self) -> tuple[int, int]:
        """How many are in place, and how many there are."""
        return len(self._complete), len(self._layers)
