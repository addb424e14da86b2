"""What the server in the container finds of the GPUs that it is given, and how they go together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from triton_doctor.api import Answers, Context, FactUnavailable, Record, Severity, found, gib
from triton_doctor.probes.given_command import given_command
from triton_doctor.probes.gpus import GpuReading, Gpus
from triton_doctor.probes.images import images
from triton_doctor.probes.release import release
from triton_doctor_checks.engine.table import order
from triton_doctor_checks.gpu.visible import ORDER, VISIBLE, View, view

# nvmlGpuP2PStatus_t of nvml.h. 0 is yes, 6 unknown.
_NO_WAY = {
    1: "the chipset does not allow it",
    2: "the GPU does not support it",
    3: "the topology does not allow it",
    4: "it is switched off in the driver",
    5: "it is not supported",
}


_UUID_SINCE, _UUID_UNTIL = order("0.5.2"), order("0.20.1")  # versions in which it was met


class Place(Record, frozen=True):
    """Where a variable of the container is set, and its value."""

    value: str
    where: str


def variables(context: Context) -> dict[str, Place]:
    """CUDA's variables as the server gets them: from its image, or the user's own command."""
    told: dict[str, Place] = {}
    with suppress(FactUnavailable):  # without an engine there is no image to look into
        image = context.fact(images).deployment
        told = {name: Place(value, image.reference) for name, value in image.cuda.items()}
    with suppress(FactUnavailable):
        for one in context.fact(given_command).variables:
            if one.name in (VISIBLE, ORDER) and one.value is not None and not one.unset:
                told[one.name] = Place(one.value, "the command")
    return told


def seen_inside(context: Context, gpus: Sequence[GpuReading]) -> View:
    told = variables(context)
    values = {name: place.value for name, place in told.items()}
    return view(gpus, values.get(VISIBLE), values.get(ORDER))


def judge_view(context: Context, seen: View, given: int) -> Answers:
    """given: how many GPUs the container has."""
    told = variables(context).get(VISIBLE)
    if told is None:
        return
    if seen.gpus and seen.lost is None:
        yield from _unread(context, told)
        return
    several = "GPUs, counted from 0" if given > 1 else "GPU, number 0"
    yield found(
        "not-visible",
        case="part" if seen.gpus else "variable",
        where=told.where,
        evidence=[
            f"{VISIBLE}={told.value}",
            f"the container has {given} {several}",
            f"CUDA finds {len(seen.gpus)} of them",
        ],
        container=context.deployment.name,
    )


def _unread(context: Context, told: Place) -> Answers:
    """vLLM makes a number of each word, where CUDA takes UUIDs as well.

    Source: issues 6551 (0.5.2), 20939 (0.9.2) and 41848 (0.20.1) of vllm-project/vllm.
    """
    words = [word.strip() for word in told.value.split(",")]
    named = [word for word in words if word.startswith(("GPU-", "MIG-"))]
    if not named:
        return
    vllm = context.fact(release).vllm or ""
    seen_in = _UUID_SINCE <= order(vllm) <= _UUID_UNTIL
    yield found(
        "engine/invalid-argument",
        case="device",
        severity=None if seen_in else Severity.WARNING,
        where=told.where,
        evidence=[f"{VISIBLE}={told.value}"],
        error=f"invalid literal for int() with base 10: '{named[0]}'",
        argument=VISIBLE,
        value=named[0],
        allowed="",
        example=f"{VISIBLE}=0",
        vllm=vllm or "of this image",
    )


def judge_together(seen: Gpus, inside: View, devices: int | None) -> Answers:
    """devices: how many GPUs the widest model spreads over, None where that is not known."""
    used = inside.gpus if devices is None or not inside.sure else inside.gpus[:devices]
    spread = devices is not None and devices > 1
    if len({(gpu.name, gpu.total) for gpu in inside.gpus}) > 1:
        least = min(used, key=lambda gpu: gpu.usable)
        if spread or not inside.sure:
            yield found(
                "mixed",
                case=None if spread else "first",
                severity=None if spread else Severity.NOTE,
                evidence=[f"GPU {gpu.index}: {gpu.name}, {gib(gpu.usable)}" for gpu in inside.gpus],
                gpu=f"GPU {least.index}, {least.name}",
                total=gib(least.usable),
            )
    if spread:
        yield from _peers(seen, {gpu.index for gpu in used})


def _peers(seen: Gpus, used: set[int]) -> Answers:
    """One finding for all pairs that cannot reach each other."""
    apart = [
        pair
        for pair in seen.reading.pairs
        if {pair.first, pair.second} <= used and pair.read in _NO_WAY
    ]
    if apart:
        first = apart[0]
        yield found(
            "no-peer-access",
            evidence=[
                f"GPU {pair.first} and GPU {pair.second}: {_NO_WAY[pair.read or 0]}"
                for pair in apart
            ],
            gpus=f"GPU {first.first} and GPU {first.second}",
            reason=_NO_WAY[first.read or 0],
        )
