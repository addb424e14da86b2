"""Whether a GPU has the compute capability that a model's own settings ask for."""

from __future__ import annotations

import json
from typing import Any

from triton_doctor.api import (
    ASK,
    Answers,
    Context,
    Found,
    Plan,
    Severity,
    data,
    found,
    plan,
)
from triton_doctor.probes.cuda_rules import Version, version
from triton_doctor.probes.gpus import GpuReading
from triton_doctor.probes.release import Release, release
from triton_doctor.probes.repository import engine_arguments, repository
from triton_doctor_checks.engine.settings import Settings, settings
from triton_doctor_checks.engine.table import order


def judge_needs(context: Context, gpus: list[GpuReading]) -> Answers:
    """One finding for a model and a setting: the oldest GPU is the one that cannot."""
    known = [gpu for gpu in gpus if gpu.capability]
    seen = context.known(repository)
    if seen is None or not known:
        return  # where the repository could not be read, its own area says why
    oldest = min(known, key=lambda gpu: gpu.capability or (0, 0))
    for model in seen.models:
        for need in data(__package__, "needs.toml")["need"]:
            value = (engine_arguments(model) or {}).get(need["key"])
            least = needed(need, value, context.fact(release))
            if least and oldest.capability and oldest.capability < least:
                file = settings(seen, model.name)
                yield _found(oldest, need, value, least, file, model.name)


def needed(need: dict[str, Any], value: Any, image: Release) -> Version | None:
    """The capability that this value asks for in the image's vLLM; None where it asks for none.

    Of an unknown version the least that any version asks for.
    """
    if value not in need["values"]:
        return None
    steps = [(order(one["since"]), version(one["capability"])) for one in need["least"]]
    if not image.vllm:
        return min(capability for _, capability in steps)
    return [capability for since, capability in steps if since <= order(image.vllm)][-1]


def _found(
    gpu: GpuReading,
    need: dict[str, Any],
    value: Any,
    least: Version,
    file: Settings | None,
    model: str,
) -> Found:
    return found(
        "capability-too-low",
        case="setting",
        severity=Severity(need["severity"]) if "severity" in need else None,
        where=file.path if file else model,
        evidence=[f"{json.dumps(need['key'])}: {json.dumps(value)}"],
        fix=_instead(file, need),
        gpu=gpu.name,
        capability="{}.{}".format(*(gpu.capability or (0, 0))),
        needed="{}.{}".format(*least),
    )


def _instead(file: Settings | None, need: dict[str, Any]) -> Plan | None:
    step = file.put(need["key"], need["instead"]) if file and "instead" in need else None
    if file is None or step is None:
        return None
    return plan("instead", ASK, step, path=file.path, key=need["key"], value=need["instead"])
