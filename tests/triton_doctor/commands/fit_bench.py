"""`fit` as it is called in the tests: in a folder that holds models of several kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.published import hold
from tests.triton_doctor.fitting.bench import CONFIGS
from triton_doctor.commands.fit import Asked, fit
from triton_doctor.host.local import LocalHost
from triton_doctor.settings import Layers

H100 = ("H100 80GB",)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    for name, config in CONFIGS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(json.dumps(config), "utf-8")
    return tmp_path


def run(model: str | None = None, *, options: dict[str, Any] | None = None, **asked: Any) -> int:
    layers = Layers({"offline": "true", **(options or {})}, {}, None)
    return fit(LocalHost(), layers, Asked(model, **{"vllm": "0.22.1", **asked}))


def data(capsys: pytest.CaptureFixture[str], *args: Any, **kinds: Any) -> dict[str, Any]:
    code = run(*args, **kinds, form="json")
    parsed: dict[str, Any] = hold("fit-1.json", capsys.readouterr().out)
    assert parsed["exit_code"] == code
    return parsed
