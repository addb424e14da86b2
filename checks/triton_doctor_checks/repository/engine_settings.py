"""The few settings of model.json that decide what else must be beside it. Pure."""

from __future__ import annotations

import json
from typing import Any

from triton_doctor.api import Record


class Settings(Record, frozen=True):
    """model.json of one version, read as the backend reads it; values: {} where it cannot be."""

    version: int
    values: dict[str, Any]

    def parallel(self, stages: bool) -> int:
        """GPUs of one engine: tensor_parallel_size, times pipeline_parallel_size with stages."""
        size = _count(self.values.get("tensor_parallel_size", 1))
        return size * _count(self.values.get("pipeline_parallel_size", 1)) if stages else size

    def truth(self, name: str) -> bool:
        return bool(self.values.get(name))

    @property
    def wants_lora(self) -> bool:
        """As the backend asks: true as a JSON word or as a string."""
        return str(self.values.get("enable_lora")).lower() == "true"


def settings(version: int, text: str) -> Settings:
    """The settings in the text of a model.json."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = {}
    return Settings(version, values if isinstance(values, dict) else {})


def _count(value: Any) -> int:
    """As Python's int() takes it; 1 where it would not."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 1
