"""A stand-in Hub for the lab: it has every model, and one of them is gated."""

from __future__ import annotations

from tests.checkpoints import model
from tests.stand_in_hub import Account, Repo, StandInHub

GATED = "google/gemma-2b"
# Each is small, whole, known to every vLLM, and made for any length and number of GPUs.
_FILES = model(1, max_position_embeddings=1 << 20, num_attention_heads=64)


class LabHub(StandInHub):
    """Any token that begins as one is of an account that has accepted the gated model's terms."""

    def account(self, token: str) -> Account | None:
        return Account(may={GATED: "accepted"}) if token.startswith("hf_") else None

    def repo(self, name: str) -> Repo | None:
        return Repo(files=_FILES, gated="manual" if name == GATED else False)
