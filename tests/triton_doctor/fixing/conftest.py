"""A working folder with a deployment in it, and a journal beside it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.triton_doctor.fixing.bench import Bench
from triton_doctor.fixing.journal import Journal


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    root = tmp_path.resolve() / "work"
    root.mkdir()
    monkeypatch.chdir(root)
    return Bench(root, Journal(str(tmp_path.resolve() / "state" / "journal")))


@pytest.fixture
def filled(bench: Bench) -> None:
    """The deployment's files, too."""
    bench.fill()


@pytest.fixture
def quick_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """The same in memory where there is such a place, for tests that write it hundreds of times."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else tmp_path
    place = Path(tempfile.mkdtemp(prefix="triton-doctor-", dir=base)).resolve()
    (place / "work").mkdir()
    monkeypatch.chdir(place / "work")
    yield Bench(place / "work", Journal(str(place / "state" / "journal")))
    os.chdir("/")
    shutil.rmtree(place, ignore_errors=True)
