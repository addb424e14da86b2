"""In CI nothing is skipped: a test or a module that would be fails there instead."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from typing import Any

import pytest

# Started in the background by a script, everything would ignore Ctrl-C, the doctor under test too.
signal.signal(signal.SIGINT, signal.default_int_handler)

_IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return _unskipped((yield))


def _unskipped(report: Any) -> Any:
    if _IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
