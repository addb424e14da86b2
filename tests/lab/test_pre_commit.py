"""The hook of .pre-commit-hooks.yaml, run by the real pre-commit in a repository of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.readme import README

GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com")


@pytest.fixture
def checkout(lab: Lab, tmp_path: Path) -> Path:
    """A git repository with the guide's model in it, staged."""
    lab.repository(tmp_path)
    for argv in (("init", "--quiet"), ("add", ".")):
        subprocess.run([*GIT, *argv], cwd=tmp_path, check=True, timeout=60)
    return tmp_path


def hook(checkout: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """The hook as pre-commit installs it: from this checkout, into an environment of its own."""
    argv = [sys.executable, "-m", "pre_commit", "try-repo", str(README.parent), "triton-doctor"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    env = {**clean, "PRE_COMMIT_HOME": str(home), "DOCKER_HOST": "tcp://127.0.0.1:1"}
    env["PIP_NO_COMPILE"] = "1"  # two short starts need little of what would be compiled
    return subprocess.run(
        [*argv, "--all-files", "--verbose"],
        cwd=checkout,
        env=env,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )


@pytest.mark.timeout(1200)
def test_the_hook_passes_sound_files_and_stops_broken_ones(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One home for both runs, so that the environment is made once."""
    home = tmp_path_factory.mktemp("pre-commit")
    sound = hook(checkout, home)
    assert (sound.returncode, "Passed" in sound.stdout) == (0, True), sound.stdout + sound.stderr
    settings = checkout / "model_repository/gemma/1/model.json"
    settings.write_text('{"model": "google/gemma-2b",}')
    broken = hook(checkout, home)
    assert broken.returncode == 1, broken.stdout + broken.stderr
    assert "repository/model-json-syntax" in broken.stdout
