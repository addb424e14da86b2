"""A deployment with two faults that the doctor can repair, and runs of the doctor in it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import warm
from tests.published import hold

CONFIG = 'backend: "vllm"\ninstance_group [{ count: 1 kind: KIND_MODEL }]\n'
BROKEN = '{\n  "model": "facebook/opt-125m",\n  "gpu_memory_utilisation": 0.9,\n}\n'
REPAIRED = '{\n  "model": "facebook/opt-125m",\n  "gpu_memory_utilization": 0.9\n}\n'
ONLY = ("--offline", "--select", "repository,engine")


@dataclass
class Place:
    """A folder to stand in, with a home beside it."""

    root: Path

    def __post_init__(self) -> None:
        (self.model / "1").mkdir(parents=True)
        self.home.mkdir()
        (self.model / "config.pbtxt").write_text(CONFIG)
        self.arguments.write_text(BROKEN)

    @property
    def here(self) -> Path:
        return self.root / "here"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def model(self) -> Path:
        return self.here / "model_repository" / "gemma"

    @property
    def arguments(self) -> Path:
        return self.model / "1" / "model.json"

    @property
    def text(self) -> str:
        return self.arguments.read_text()

    def env(self, **more: str) -> dict[str, str]:
        names = ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        engine = "unix:///nonexistent/docker.sock"
        known = {"HOME": str(self.home), "DOCKER_HOST": engine, "LANG": "C.UTF-8"}
        # A Hub that nobody serves, so that no test asks the real one.
        return {**kept, **known, "HF_ENDPOINT": "http://127.0.0.1:9", **more}

    def doctor(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A run without a terminal."""
        done = warm.run(arguments, cwd=self.here, env=self.env(**more), timeout=120)
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def fix(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return self.doctor("--fix", *ONLY, *arguments, **more)

    def data(self, *arguments: str, **more: str) -> dict[str, Any]:
        done = self.fix(*arguments, "--format", "json", **more)
        parsed: dict[str, Any] = hold("report-1.json", done.stdout)
        assert parsed["exit_code"] == done.returncode, done
        return parsed

    def journal(self) -> list[dict[str, Any]]:
        done = self.doctor("undo", "--list", "--format", "json")
        entries: list[dict[str, Any]] = hold("undo-1.json", done.stdout)["entries"]
        return entries
