"""README's first command, typed on a Debian that has nothing of this yet."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.readme import README, command

_NAME, _FOLDER = "lab-fresh", "/root/triton-doctor"
_CA_INSIDE = "/host-certificates.crt"
_PASSED_ON = (
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
)


@pytest.fixture(scope="module")
def machine(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bare Debian 12 with a copy of this checkout, and a way to the package index."""
    copy = tmp_path_factory.mktemp("fresh") / "triton-doctor"
    unneeded = shutil.ignore_patterns(".*", "__pycache__", "dist", "build")
    shutil.copytree(README.parent, copy, ignore=unneeded)
    options = [*_way_to_the_index(), "--mount", f"type=bind,source={copy},target={_FOLDER}"]
    root = lab.roots.image(lab.engine, "bookworm")
    lab.docker("run", "-d", "--name", _NAME, "--workdir", _FOLDER, *options, root, "sleep", "3600")
    yield _NAME
    lab.docker("rm", "-f", _NAME)


def test_the_first_command_prints_a_true_report(lab: Lab, machine: str) -> None:
    """It installs, runs, and says what is so in there: no docker at all, no repository."""
    inside = ["exec", machine, "bash", "-c"]
    first = lab.docker(*inside, command("first command"), check=False)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "docker/not-installed" in first.stdout
    again = lab.docker(*inside, ".venv/bin/triton-doctor --format json", check=False)
    report = json.loads(again.stdout)
    ids = {finding["problem"] for finding in report["findings"]}
    assert (again.returncode, report["exit_code"]) == (1, 1)
    assert "docker/not-installed" in ids
    assert "docker/daemon-down" not in ids
    assert {check["outcome"] for check in report["checks"]}.isdisjoint({"crashed", "timed-out"})


def _way_to_the_index() -> list[str]:
    """Settings of this machine by which pip finds and trusts its index, where there are any."""
    variables = [part for name in _PASSED_ON if name in os.environ for part in ("--env", name)]
    bundle = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
    if not bundle.is_file():
        return variables
    mount = f"type=bind,source={bundle.resolve()},target={_CA_INSIDE},readonly"
    return [*variables, "--env", f"PIP_CERT={_CA_INSIDE}", "--mount", mount]
