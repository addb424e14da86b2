"""A stand-in Hub, and an environment in which nothing else leads to one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest

from tests.stand_in_hub import Account, Repo, StandInHub
from tests.triton_doctor.host.hubs import GATED, OPEN, TOKEN


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """None of the variables of who runs the tests; another token lies where the library looks."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("HF_", "SSL_CERT", "REQUESTS_CA")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "hf_" + "eLsEwHeRe" * 4)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login eve password nEtRcPaSs\n")
    # httpx reads the variables when a client is made, and the library keeps one for the process.
    getattr(huggingface_hub, "close_session", lambda: None)()


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    files = {"config.json": b'{"model_type": "opt"}', "model.safetensors": bytes(range(256)) * 40}
    models = {GATED: Repo(gated="manual"), OPEN: Repo(files=files)}
    with StandInHub(models, {TOKEN: Account()}) as served:
        yield served
