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
            # The first to ask for an image or an engine also waits for it to be made.
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(600))


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


@pytest.fixture(scope="module", autouse=True)
def _as_new(lab: Lab) -> None:
    """A file's tests find the same engine whichever file ran before them."""
    lab.renew()
