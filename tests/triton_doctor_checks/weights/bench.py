"""A model repository on the disk, looked at by the real probes and judged by the real check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.checkpoints import put, repository
from tests.kit import JudgeResult, judge
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes import repository as repositories
from triton_doctor.probes.release import Release
from triton_doctor.probes.token_reach import TokenReach
from triton_doctor.probes.weights import weights
from triton_doctor.record import replace

WITHIN = "/models/gemma/weights"
IMAGE = "nvcr.io/nvidia/tritonserver:25.08-vllm-python-py3"


def release(vllm: str | None = "0.9.2", image: str = IMAGE) -> Release:
    return Release(image, vllm is not None, tag="25.08", vllm=vllm)


def judged(
    root: Path,
    files: dict[str, bytes] | None = None,
    *,
    image: Release | None = None,
    deployment: dict[str, Any] | None = None,
    offline: bool = True,
    free: int | None = None,
    running: bool = False,
    **settings: Any,
) -> JudgeResult:
    """files: of the model's folder; settings: of model.json beside `model`.

    free: bytes that the cache's disk is made out to have; running: so is the container.
    """
    if files is not None:
        put(root / "gemma" / "weights", files)
    repository(root, {"model": WITHIN, **settings})
    plan = {"repository": str(root), "image": IMAGE, **(deployment or {})}
    context = Context(LocalHost(), Deployment(**plan), Settings(offline=offline))
    seen = context.fact(weights)
    if free is not None and seen.cache is not None:
        seen = replace(seen, cache=replace(seen.cache, free=free))
    facts = {
        "repository": context.fact(repositories.repository),
        "weights": seen,
        "release": image or release(),
        **({"token-reach": TokenReach(True, "server", "running")} if running else {}),
    }
    return judge("weights", facts=facts, deployment=plan, settings={"offline": offline})
