"""A repository of models that the real probes look at, with a stand-in Hub behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.kit import JudgeResult, judge
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.hub_account import hub_account
from triton_doctor.probes.hub_models import hub_models
from triton_doctor.probes.repository import repository
from triton_doctor.probes.shell import Shell
from triton_doctor.probes.system import system
from triton_doctor.probes.token import token
from triton_doctor.probes.token_reach import TokenReach

TOKEN, STRANGE = "hf_" + "cAnArYhUb7qW" * 3, "hf_" + "zY8xW6vU4tS2" * 3
GATED, OPEN, SECRET = "google/gemma-2b", "facebook/opt-125m", "acme/secret"


class Bench:
    """A repository of models, looked at by the real probes and judged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts: dict[str, Any] = {}
        self.more: dict[str, Any] = {}  # facts that no machine is asked for

    def serve(self, **models: Mapping[str, Any]) -> None:
        for name, arguments in models.items():
            (self.folder / name / "1").mkdir(parents=True)
            (self.folder / name / "config.pbtxt").write_text('backend: "vllm"')
            (self.folder / name / "1/model.json").write_text(json.dumps(arguments))

    def judged(self, reach: TokenReach | None = None, **options: Any) -> JudgeResult:
        """options: of the settings, or of the deployment."""
        given = {"repository": str(self.folder), "model": tuple(self._names()), "name": "server"}
        settings = {
            name: options.pop(name) for name in ("offline", "show_account") if name in options
        }
        given |= options
        context = Context(LocalHost(), Deployment(**given), Settings(timeout=60.0, **settings))
        for probe in (token, repository, system, hub_models, hub_account):
            context.fact(probe)
        self.facts = {**context.facts(), "shell": Shell("posix")}
        self.facts |= {**self.more, **({"token-reach": reach} if reach else {})}
        assert TOKEN not in repr(self.facts)
        assert STRANGE not in repr(self.facts)
        result = judge("token", facts=self.facts, deployment=given, settings=settings)
        assert TOKEN not in repr(result)
        return result

    def _names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())
