"""Real folders, looked at by the real probes and judged by the real check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.host.protocol import Named
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.repository import Repository, repository
from triton_doctor.probes.repository_nearby import nearby
from triton_doctor.probes.shell import Shell

CONFIG = 'backend: "vllm"\ninstance_group [{ count: 1 kind: KIND_MODEL }]\n'
ARGUMENTS = '{"model": "google/gemma-2b", "gpu_memory_utilization": 0.9}\n'


class LockedHost(LocalHost):
    """This machine with one path that may not be read, since root may read everything."""

    def __init__(self, denied: str) -> None:
        super().__init__()
        self.denied = denied

    def _guard(self, path: str) -> None:
        if path == self.denied:
            raise PermissionError(13, "Permission denied", path)

    def listdir(self, path: str) -> list[str]:
        self._guard(path)
        return super().listdir(path)

    def scan(self, path: str) -> list[Named]:
        self._guard(path)
        return super().scan(path)

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        self._guard(path)
        return super().read(path, limit)


class Workshop:
    """A folder to stand in, with the guide's repository in it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        monkeypatch.chdir(root)

    def write(self, path: str, content: str | bytes = "") -> Path:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def model(self, name: str = "gemma", config: str | None = CONFIG) -> Path:
        """A sound model, or one with another config.pbtxt (None: without)."""
        folder = f"model_repository/{name}"
        if config is not None:
            self.write(f"{folder}/config.pbtxt", config)
        self.write(f"{folder}/1/model.json", ARGUMENTS)
        return self.root / folder

    def arguments(self, content: str | bytes) -> JudgeResult:
        """The verdict on a model that is sound but for what its model.json holds."""
        self.model()
        self.write("model_repository/gemma/1/model.json", content)
        return self.judge()

    def context(self, denied: str = "", **deployment: Any) -> Context:
        return Context(LockedHost(denied), Deployment(**deployment), Settings())

    def fact(self, **deployment: Any) -> Repository:
        return self.context(**deployment).fact(repository)

    def judge(
        self,
        shell: Shell | None = None,
        engine: DockerEngine | None = None,
        denied: str = "",
        **deployment: Any,
    ) -> JudgeResult:
        context = self.context(denied, **deployment)
        facts: dict[str, Any] = {
            "repository": context.fact(repository),
            "repository-nearby": context.fact(nearby),
            "shell": shell or Shell("posix"),
        }
        if engine is not None:
            facts["docker-engine"] = engine
        return judge("repository", facts=facts, deployment=deployment)

    def judge_fact(self, fact: Repository) -> JudgeResult:
        """The verdict on a fact that was made, or changed, by hand."""
        return judge("repository", facts={"repository": fact, "shell": Shell("posix")})
