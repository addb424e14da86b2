"""Judges what a container saw of the GPUs that it asked for."""

from __future__ import annotations

from triton_doctor.api import (
    ASK,
    Answer,
    Answers,
    Context,
    command,
    found,
    not_for_here,
    plan,
    sound,
    unsure,
)
from triton_doctor.probes.gpu_container import GpuContainer, gpu_container
from triton_doctor_checks.passthrough.around import Around, look_around
from triton_doctor_checks.passthrough.refusal import refusal
from triton_doctor_checks.passthrough.toolkit import describe


def check(context: Context) -> Answers:
    if not context.deployment.wants_gpu:
        yield not_for_here("no-gpus")
        return
    context.start(gpu_container)
    around = look_around(context)
    seen = context.fact(gpu_container)
    if seen.state in ("no-image", "no-shell"):
        image = context.settings.probe_image
        back = ("docker", "image", "rm", image)
        pull = plan("pull", ASK, command("docker", "pull", image, back=back), costs=["download"])
        yield unsure("no-image", image=image, fix=pull)
    elif seen.state == "refused" or (seen.nvml_error and not seen.uuids):
        yield refusal(seen, around)
    elif seen.count == 0:
        yield _none(seen, around)
    else:
        yield _counted(seen, around)


def _none(seen: GpuContainer, around: Around) -> Answer:
    """The daemon took the request and gave nothing."""
    if around.engine.kind == "podman":
        return found("docker/no-gpu-runtime", case="podman", error="no GPU device in the container")
    return found("gpu/not-visible", case="trial", container=seen.image)


def _counted(seen: GpuContainer, around: Around) -> Answer:
    wanted = around.gpus
    if wanted is not None and seen.count < wanted and "/dev/dxg" not in seen.devices:
        return found(
            "fewer-gpus",
            evidence=[*seen.devices, *seen.uuids],
            seen=seen.count,
            wanted=wanted,
            image=seen.image,
            fix=None if around.engine.remote else describe(),
        )
    # In WSL 2 one device stands for all GPUs, whichever are asked for.
    others = set(seen.uuids) - around.uuids
    if around.uuids and others and "/dev/dxg" not in seen.devices:
        return found(
            "other-gpus",
            evidence=[f"in the container: {uuid}" for uuid in sorted(others)],
            given=", ".join(sorted(around.uuids)),
            image=seen.image,
            fix=None if around.engine.remote else describe(),
        )
    if seen.count == 1:
        return sound("one", image=seen.image)
    return sound(count=seen.count, image=seen.image)
