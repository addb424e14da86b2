"""Values out of a config.json, in which anything may stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Where models of several parts keep the language model's own settings.
_INNER = (
    "text_config", "llm_config", "language_config", "language_model_config", "thinker_config",
    "decoder", "text_model_config",
)  # fmt: skip
_LARGEST = 1 << 50


class Config:
    """One level of a config.json; every answer has the type that was asked for, or is nothing."""

    def __init__(self, raw: object) -> None:
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}

    def __contains__(self, name: str) -> bool:
        return self.raw.get(name) is not None

    def whole(self, *names: str) -> int | None:
        """The first of these that is a whole number, 0 or more."""
        return next((one for name in names if (one := whole(self.raw.get(name))) is not None), None)

    def number(self, *names: str) -> float | None:
        for name in names:
            value = self.raw.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value) if 0 < value < _LARGEST else None
        return None

    def text(self, *names: str) -> str:
        return next((one for name in names if isinstance(one := self.raw.get(name), str)), "")

    def flag(self, name: str) -> bool | None:
        value = self.raw.get(name)
        return value if isinstance(value, bool) else None

    def many(self, name: str) -> list[Any]:
        value = self.raw.get(name)
        return list(value) if isinstance(value, list | tuple) else []

    def inner(self, *names: str) -> Config:
        """A level below; an empty one where it is none."""
        found = (self.raw.get(name) for name in names)
        return Config(next((one for one in found if isinstance(one, Mapping)), None))

    def language(self) -> Config:
        """The level that describes the language model: this one, or one below."""
        below = self.inner(*_INNER)
        return below.language() if below.raw else self


def whole(value: object) -> int | None:
    """A whole number from 0 on, of any JSON spelling; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value and 0 <= value < _LARGEST and value == int(value) else None
