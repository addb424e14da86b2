"""A stand-in Hub with three models, and a repository to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand_in_hub import Account, Repo, StandInHub
from tests.triton_doctor_checks.token.hub_bench import GATED, OPEN, SECRET, TOKEN, Bench


@pytest.fixture
def hub(bare: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    monkeypatch.delenv("HF_TOKEN")
    models = {GATED: Repo(gated="manual"), OPEN: Repo(), SECRET: Repo(private=True)}
    with StandInHub(models, {TOKEN: Account()}) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        yield served


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "repository")
    made.folder.mkdir()
    return made
