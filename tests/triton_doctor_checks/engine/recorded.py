"""What three real versions of vLLM said to model.json objects, beside what the doctor says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.triton_doctor_checks.engine.kit import found, image
from triton_doctor.model import Severity

RECORDINGS = Path(__file__).parents[2] / "recordings" / "vllm"
VERSIONS = {"0.9.0.1": "25.06", "0.13.0": "26.01", "0.27.1": "26.08"}


@cache
def recorded(version: str) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads((RECORDINGS / f"{version}.json").read_text("utf-8"))
    return seen


def taken(version: str, line: str) -> bool:
    return bool(recorded(version)["cases"][line]["stage"] == "taken")


def said(version: str, line: str) -> str:
    return recorded(version)["cases"][line]["error"] or ""


@cache
def judged(version: str, line: str) -> tuple[bool, str]:
    """Whether the doctor calls it an error, and what it says, errors and warnings."""
    values = json.loads(line)
    text = line if "model" in values else json.dumps({"model": "google/gemma-2b", **values})
    answers = found(text, image(version, VERSIONS[version]))
    said = [f"{one.problem} {one.case} {one.values.get('error', '')}" for one in answers]
    return any(one.severity is not Severity.WARNING for one in answers), "; ".join(said)
