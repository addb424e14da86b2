"""The real engine that the tests here run on. It needs root; in CI they are never skipped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import machine
from tests.lab.bench import Lab

_HERE = Path(__file__).parent
_NO_ROOT = "a real Docker engine of the tests' own needs root: run them with sudo"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.lab)
            # Where tests are shared out, two processes have them: an engine is dear to start.
            item.add_marker(pytest.mark.xdist_group(_half(item.path.name)))
            # The first to ask for an image or an engine also waits for it to be made.
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(400))


def _half(name: str) -> str:
    """Which of the two labs a file's tests run in; those that change things are in the second."""
    second = ("test_fix", "test_repairs", "test_interruption", "test_launch", "test_logs")
    return "lab that is changed" if name.startswith(second) else "lab"


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """A Docker engine of this session's own, and the doctor to run against it."""
    if not machine.is_root():
        if machine.IN_CI:
            pytest.fail(_NO_ROOT)
        pytest.skip(_NO_ROOT)
    made = Lab()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the end below is reached
    try:
        made.start()
        yield made
    finally:
        made.stop()
