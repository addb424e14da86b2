"""The settings of vLLM that `fit` is given as options."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from triton_doctor.errors import UsageError


def values(named: Mapping[str, Any], more: tuple[str, ...]) -> dict[str, Any]:
    """By their names in model.json. more: `KEY=JSON`; a word that is no JSON is taken as text."""
    found = {name: value for name, value in named.items() if value is not None}
    for text in more:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise UsageError("expected KEY=JSON, such as enable_lora=true", where=f"--arg {text}")
        try:
            found[key.strip().replace("-", "_")] = json.loads(value)
        except ValueError:
            found[key.strip().replace("-", "_")] = value
    return found
