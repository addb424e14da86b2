"""Cards and models for the tests of fitting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli

from triton_doctor.fitting.architecture import model
from triton_doctor.fitting.cards import Card
from triton_doctor.fitting.estimate import Question

HERE = Path(__file__).parent
GIB = 2**30
H100 = Card("NVIDIA H100 80GB HBM3", 85_017_493_504, None, (9, 0))
CONFIGS: dict[str, dict[str, Any]] = tomli.loads((HERE / "configs.toml").read_text("utf-8"))


def question(
    name: str,
    args: dict[str, Any] | None = None,
    *,
    card: Card = H100,
    vllm: str = "0.22.1",
    cards: int = 1,
    **more: Any,
) -> Question:
    return Question(model(CONFIGS[name]), card, args or {}, vllm, cards=cards, **more)


def sized(gib: float) -> Card:
    return Card("a card", int(gib * GIB), None, (9, 0))
