"""Instance groups, as NormalizeInstanceGroup and ValidateInstanceGroup of Triton's core see them.

Source: src/model_config_utils.cc of triton-inference-server/core. A count below 1 becomes 1, two
groups may have one name, and a group without a kind is KIND_AUTO: a GPU's where there is one.
"""

from __future__ import annotations

from triton_doctor.api import Record
from triton_doctor_checks.repository.config_rules.complaint import (
    Complaint,
    Complaints,
    blocks,
    number,
    numbers,
    text,
)
from triton_doctor_checks.repository.text_format import Field, Message

GPU, CPU, MODEL = "KIND_GPU", "KIND_CPU", "KIND_MODEL"


class Group(Record, frozen=True):
    """One group. kind: after KIND_AUTO was settled; given: as it was written; devices: its gpus."""

    name: str
    kind: str
    given: str
    count: int
    devices: tuple[int, ...]
    message: Message
    field: Field


def groups(config: Message, model: str, visible: int | None) -> list[Group]:
    """visible: how many GPUs the container is given; None where that is not known."""
    return [
        _group(field, one, f"{model}_{index}", visible)
        for index, (field, one) in enumerate(blocks(config, "instance_group"))
    ]


def instance_groups(config: Message, model: str, platform: str, visible: int | None) -> Complaints:
    """What Triton refuses; an ensemble's groups are none of its matter here."""
    if config.get("ensemble_scheduling"):
        return
    for group in groups(config, model, visible):
        place, error, case = _refusal(group, visible)
        start = f"instance group {group.name} of model {model}"
        if error:
            yield Complaint(f"{start} {error}", place, case)
        elif group.message.get("profile") and platform != "tensorrt_plan":
            error = "specifies profile field which is only supported for TensorRT models"
            yield Complaint(f"{start} and platform {platform}{error}", group.message.get("profile"))


def _group(field: Field, one: Message, name: str, visible: int | None) -> Group:
    given = text(one, "kind") or "KIND_AUTO"
    devices = tuple(value for _, value in numbers(one, "gpus"))
    kind = given
    if given == "KIND_AUTO":
        beyond = visible is not None and any(not 0 <= one < visible for one in devices)
        kind = CPU if visible == 0 or beyond else GPU
    count = max(1, int(number(one, "count")))
    return Group(text(one, "name") or name, kind, given, count, devices, one, field)


def _refusal(group: Group, visible: int | None) -> tuple[Field, str, str | None]:
    """Where, in Triton's words why, and the case."""
    kind = group.message.get("kind") or group.field
    listed = group.message.get("gpus") or group.field
    if isinstance(kind.value, int):  # no such number: the parser takes it, and this does not
        return kind, "has unexpected kind KIND_AUTO", None
    if group.kind in (MODEL, CPU) and group.devices:
        return listed, f"has kind {group.kind} but specifies one or more GPUs", "kind-with-gpus"
    if group.kind != GPU:
        return kind, "", None
    if visible == 0 and not group.devices:
        return kind, "has kind KIND_GPU but no GPUs are available", "no-gpu"
    for device in group.devices:
        if device < 0 or (visible is not None and device >= visible):
            return listed, f"specifies invalid or unsupported gpu id {device}", "gpu-id"
    return kind, "", None
