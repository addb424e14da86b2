"""The pipelines of the docs: valid by the published schemas, and their own lines run here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house import tree
from tests.house.test_documents import blocks

BIN = Path(sys.executable).parent
YAML = [body for page, _, body in blocks("yaml") if page.name == "pipelines.md"]
PARSED: list[dict[Any, Any]] = [yaml.safe_load(body) for body in YAML]
# YAML 1.1 takes the key `on` for a truth.
WORKFLOWS = [text for text, one in zip(YAML, PARSED, strict=True) if True in one]
GITLAB = [text for text, one in zip(YAML, PARSED, strict=True) if "stages" in one]
COMPOSE = [text for text, one in zip(YAML, PARSED, strict=True) if "services" in one]
INSTALL = "pip install git+https://example.com/triton-doctor"
# The page names versions; pinning to a hash is the reader's, who can look them up.
POLICY = "rules: {unpinned-uses: {config: {policies: {actions/*: ref-pin, github/*: ref-pin}}}}"
CONFIG = 'backend: "vllm"\ninstance_group [ { count: 1 kind: KIND_MODEL } ]\n'


def check(schema: str, file: Path) -> None:
    argv = [BIN / "check-jsonschema", "--builtin-schema", schema, file]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_block_is_of_a_known_kind() -> None:
    assert (len(WORKFLOWS), len(GITLAB), len(COMPOSE)) == (2, 1, 2)
    assert len(YAML) == 5


def test_the_workflows_are_valid_and_give_away_no_rights(tmp_path: Path) -> None:
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    for number, text in enumerate(WORKFLOWS):
        file = folder / f"{number}.yml"
        file.write_text(text)
        check("vendor.github-workflows", file)
    (config := tmp_path / "zizmor.yml").write_text(POLICY)
    argv = [BIN / "zizmor", "--offline", "--no-progress", "--config", config, folder]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_pipeline_for_gitlab_is_valid(tmp_path: Path) -> None:
    (file := tmp_path / ".gitlab-ci.yml").write_text(GITLAB[0])
    check("vendor.gitlab-ci", file)


def test_the_compose_files_are_valid(tmp_path: Path) -> None:
    for text in COMPOSE:
        (file := tmp_path / "compose.yaml").write_text(text)
        check("vendor.compose-spec", file)


def lines() -> Iterator[str]:
    """What the jobs run on any machine, and what they install."""
    for one in PARSED:
        for job in [*one.get("jobs", {}).values()]:
            yield from (step["run"] for step in job["steps"] if "run" in step)
        if "stages" in one:
            for job in (part for part in one.values() if isinstance(part, dict)):
                yield from job.get("before_script", [])
                yield from job["script"]


def test_what_is_run_is_known() -> None:
    others = [line for line in lines() if not line.startswith("triton-doctor")]
    assert sorted(others) == sorted([INSTALL, INSTALL, *2 * ["docker compose up --detach"]])


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the model of the guide, in git's eyes too."""
    model = tmp_path / "model_repository/gemma"
    (model / "1").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (model / "config.pbtxt").write_text(CONFIG)
    (model / "1/model.json").write_text('{"model": "Qwen/Qwen2.5-0.5B"}\n')
    return tmp_path


FOR_ANY = [line for line in lines() if "--not-here" in line]


@pytest.mark.parametrize("line", FOR_ANY, ids=["github", "gitlab"])
def test_the_job_for_any_runner_does_what_the_page_says(line: str, checkout: Path) -> None:
    """Green for sound files, red for broken ones, on a machine without GPU and Docker."""
    summary = checkout / "summary.md"
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    env |= {"DOCKER_HOST": "unix:///nonexistent.sock", "GITHUB_STEP_SUMMARY": str(summary)}
    written = set(re.findall(r"--output (?:\w+:)?(\S+)", line))
    for text, code in (('{"model": "Qwen/Qwen2.5-0.5B"}', 0), ("{]", 1)):
        (checkout / "model_repository/gemma/1/model.json").write_text(text)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", line],
            cwd=checkout,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert written <= {file.name for file in checkout.iterdir()}
        assert ("::error file=model_repository" in done.stdout) == (code and "github" in line)


def test_the_jobs_use_options_that_there_are() -> None:
    help_text = tree.python("-m", "triton_doctor", "--help").stdout
    for line in lines():
        for option in re.findall(r"--[a-z-]+", line.replace("docker compose up --detach", "")):
            assert option in help_text, line
