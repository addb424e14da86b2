"""The settings of vLLM that `fit` is given as options."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from triton_doctor.errors import UsageError

_VERSION = re.compile(r"v?(\d+(?:\.\d+)+(?:[.+-]?\w[\w.+-]*)?)")


def version_named(text: str) -> str:
    """`v0.22.1` as 0.22.1; UsageError for what is no version."""
    match = _VERSION.fullmatch(text.strip())
    if not match:
        raise UsageError(f"{text!r} is no version, such as 0.22.1", where="--vllm")
    return match[1]


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
