"""In CI nothing is skipped: a test or a module that would be fails there instead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import filelock
import pytest
from hypothesis import settings

from triton_doctor import redact

# No example has to be tried within a time: in CI that is so anyway.
settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")

# Started in the background by a script, everything would ignore Ctrl-C, the doctor under test too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Of the files that take longest, the longest first: where tests are shared out, each goes to
# whoever is free, and a long one that came last would be waited for.
_LONG = (
    *("lab/test_launching_failures", "lab/test_repairs", "lab/test_launching_repairs"),
    *("lab/test_verdicts", "lab/test_launching", "lab/test_launching_stops", "lab/test_set_ups"),
    *("lab/test_control_modes", "lab/test_logs", "lab/test_ask_states", "lab/test_newer_engines"),
    *("lab/test_fresh_machine", "lab/test_pre_commit", "lab/test_fix_docker"),
    *("lab/test_launching_pulls", "house/test_wheel", "triton_doctor/host/test_hub_versions"),
    *("triton_doctor/fixing/test_killed", "triton_doctor/commands/test_report"),
    *("triton_doctor/commands/test_fix", "triton_doctor_checks/repository/test_any_bytes"),
)

_MEASURED: set[str | Path] = set()
_HERE = Path(__file__).parent
_IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {_HERE / f"{name}.py": rank for rank, name in enumerate(_LONG)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))
    for item in items:
        # A thousand examples take the same lines, which other tests take too, at twice the time;
        # and the house is looked at in files, not in what is run.
        examples = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if examples or _HERE / "house" in item.path.parents:
            item.add_marker(pytest.mark.no_cover)


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


@pytest.fixture(scope="session")
def older_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH with the last 0.x of huggingface_hub, which speaks through requests.

    One for all processes that share the tests. What it needs beside itself is here already.
    """
    folder = tmp_path_factory.getbasetemp().parent / "older-hub"
    with filelock.FileLock(f"{folder}.lock"):
        if not folder.exists():
            pip = [*(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps")]
            subprocess.run([*pip, "--target", str(folder), "huggingface_hub>=0.36,<1"], check=True)
    return folder


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
    _forget_sessions()


@pytest.fixture(autouse=True)
def _measured_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start of the doctor that coverage measures costs nearly twice as much, and the thousandth
    takes the lines of the first. So only the first of a test's parameters is measured, of the tests
    on a real engine only the first of a file, and none where the doctor is killed or broken off,
    over and over: coverage's own start, an `import` under a bare `except`, swallows a Ctrl-C."""
    item = request.node
    whole_file = item.path.is_relative_to(_HERE / "lab")
    name = item.path if whole_file else item.nodeid.partition("[")[0]
    house = item.path.is_relative_to(_HERE / "house")
    if house or name in _MEASURED or item.get_closest_marker("unmeasured"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    else:
        _MEASURED.add(name)


@pytest.fixture(autouse=True)
def _no_secret_is_kept_from_another_test() -> None:
    redact._kept.clear()


@pytest.fixture
def hub_offline(bare: None, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """HF_HUB_OFFLINE as if it had been set when the library was loaded."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    _forget_sessions()
    yield
    _forget_sessions()


def _forget_sessions() -> None:
    """The library keeps what it made by the variables: one client in all, or one a thread."""
    from huggingface_hub import utils

    from triton_doctor.host import hub_call

    hub_call._made.clear()
    for name in ("close_session", "reset_sessions"):
        getattr(utils, name, lambda: None)()
