"""Ensembles: the steps, and the tensors that go from one to the next.

Source: BuildEnsembleGraph and ValidateEnsembleSchedulingConfig of src/model_config_utils.cc in
triton-inference-server/core.
"""

from __future__ import annotations

from triton_doctor_checks.repository.config_rules.backends import ENSEMBLE
from triton_doctor_checks.repository.config_rules.complaint import (
    Complaint,
    Complaints,
    block,
    blocks,
    entries,
    text,
)
from triton_doctor_checks.repository.text_format import Message

_BARRED = {
    "instance_group": "instance group should not be specified for ensemble",
    "optimization": "optimization should not be specified for ensemble",
    "model_warmup": "model_warmup can not be specified for ensemble",
}
_Step = tuple[set[str], set[str]]


def ensemble(config: Message, model: str, platform: str) -> Complaints:
    """The first thing that Triton says of an ensemble."""
    field = config.get("ensemble_scheduling")
    if field is None:
        if platform == ENSEMBLE:
            error = f"ensemble scheduling must be set for ensemble {model} whose platform is"
            yield Complaint(f"{error} {ENSEMBLE}", config.get("platform"), "ensemble")
        return
    if platform != ENSEMBLE:
        error = f"ensemble scheduling cannot be set for model '{model}' whose platform is not"
        yield Complaint(f"{error} {ENSEMBLE}", field, "ensemble")
        return
    for name, words in _BARRED.items():
        if config.get(name):
            yield Complaint(f"{words} '{model}'", config.get(name), "ensemble")
            return
    scheduling = block(config, "ensemble_scheduling")
    error = _steps(scheduling, model) if scheduling else ""
    error = error or (_flow(config, scheduling, model) if scheduling else "")
    if error:
        yield Complaint(error, field, "ensemble")


def _steps(scheduling: Message, model: str) -> str:
    steps = blocks(scheduling, "step")
    if not steps:
        return f"must specify 'step' for ensemble '{model}'"
    written: set[str] = set()
    for index, (_, step) in enumerate(steps):
        for name in ("model_name", "input_map", "output_map"):
            if not (text(step, name) or (name != "model_name" and step.all(name))):
                return f"must specify '{name}' in step {index} of ensemble '{model}'"
        for tensor in _values(step, "output_map"):
            if tensor in written:
                start = f"ensemble tensor '{tensor}' can appear in an output map only once"
                return f"{start} for ensemble '{model}' step {index}"
            written.add(tensor)
    return ""


def _flow(config: Message, scheduling: Message, model: str) -> str:
    """Whether each tensor is made by something and used by something."""
    steps = [
        (set(_values(step, "input_map")), set(_values(step, "output_map")))
        for _, step in blocks(scheduling, "step")
    ]
    known = set().union(*(one for step in steps for one in step))
    inputs = [text(one, "name") for _, one in blocks(config, "input")]
    outputs = [text(one, "name") for _, one in blocks(config, "output")]
    for name in inputs:
        if name not in known:
            return f"ensemble input '{name}' for ensemble {model}' is not used"
    ready = _ready(set(inputs), steps)
    for name in outputs:
        if name not in known:
            return f"ensemble output '{name}' for ensemble {model}' is not used"
        if name not in ready:
            return f"output '{name}' for ensemble '{model}' is not written"
    used = set().union(*(taken for taken, _ in steps))
    idle = sorted(name for name in known - set(outputs) if name not in ready or name not in used)
    return f"ensemble tensor '{idle[0]}' is unused in ensemble '{model}'" if idle else ""


def _ready(ready: set[str], steps: list[_Step]) -> set[str]:
    """The tensors that can be made out of those that are there."""
    while True:
        more = set().union(*(made for taken, made in steps if taken <= ready)) - ready
        if not more:
            return ready
        ready = ready | more


def _values(step: Message, name: str) -> list[str]:
    return [str(field.value) for field in entries(step, name).values()]
