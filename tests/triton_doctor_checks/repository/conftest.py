from __future__ import annotations

from pathlib import Path

import pytest

from tests.triton_doctor_checks.repository.kit import Workshop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    here = tmp_path / "project"
    here.mkdir()
    return Workshop(here, monkeypatch)
