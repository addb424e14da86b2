"""A stand-in Hub with two models and one account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stand_in_hub import Account, Repo, StandInHub
from tests.triton_doctor.host.hubs import GATED, OPEN, TOKEN


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    files = {"config.json": b'{"model_type": "opt"}', "model.safetensors": bytes(range(256)) * 40}
    models = {GATED: Repo(gated="manual"), OPEN: Repo(files=files)}
    with StandInHub(models, {TOKEN: Account()}) as served:
        yield served
