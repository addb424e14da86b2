"""The `model.json` objects that real vLLM versions were asked about: a line each in a file beside.

A line is JSON as Python reads it (NaN included). Where it names no `model`, a small Llama with two
layers, four heads and 2,048 positions stands in. `record_vllm.py` asks vLLM; the answers lie in
`tests/recordings/vllm`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LINES = Path(__file__).with_suffix(".jsonl")


def cases() -> dict[str, dict[str, Any]]:
    """The object of each line, by the line itself, which is its name."""
    return {line: json.loads(line) for line in LINES.read_text("utf-8").splitlines()}
