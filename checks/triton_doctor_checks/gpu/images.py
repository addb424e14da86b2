"""Which other image suits the driver and the GPUs of this machine. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from triton_doctor.api import Applicability, Context, FactUnavailable, Plan, plan, setting
from triton_doctor.probes.gpus import GpuReading, Gpus, gpus
from triton_doctor.probes.other_releases import OtherRelease, other_releases
from triton_doctor.probes.release import release
from triton_doctor.probes.system import System, system
from triton_doctor_checks.gpu.capability import floor, newness
from triton_doctor_checks.gpu.driver import class_of, judge_driver, judge_windows
from triton_doctor_checks.gpu.visible import handed

# Every release whose notes name a least capability takes this one; some name no least.
_EVERY = (7, 5)


def suited(context: Context, how: Applicability) -> Plan | None:
    """The newest image that this machine's driver and GPUs are known to serve."""
    try:
        seen, here = context.fact(gpus), context.fact(system)
        others = context.fact(other_releases).newest_first
    except FactUnavailable:
        return None
    chosen = handed(seen.reading.gpus, context.deployment.gpu_ids).gpus
    if seen.reading.state != "ok" or not chosen:
        return None
    fits = (one for one in others if _fits(seen, here, chosen, one))
    return image_plan(next(fits, None), how)


def newest_served(context: Context) -> list[str]:
    """The newest releases that this machine serves in full, and all the same with limits."""
    try:
        seen, here = context.fact(gpus), context.fact(system)
        others = context.fact(other_releases).newest_first
    except FactUnavailable:
        return []
    chosen = handed(seen.reading.gpus, context.deployment.gpu_ids).gpus
    card = ", ".join(dict.fromkeys(gpu.name for gpu in chosen))
    lines = []
    for words, least in (("runs in full", ("fits",)), ("runs at all", ("fits", "minor"))):
        fits = (
            one for one in others if all(_serves(seen, here, gpu, one, least) for gpu in chosen)
        )
        tags = [one.release.tag for one in fits][:1]
        lines += [
            f"the newest release that driver {seen.reading.driver} {words} on {card}: {tag}"
            for tag in tags
        ]
    return lines


def newest(context: Context, how: Applicability) -> Plan | None:
    """The newest image that suits this machine, if it is newer than the one in use.

    Where the machine's GPUs are not known, the newest of all.
    """
    try:
        own, here = context.fact(release), context.fact(system)
        others = context.fact(other_releases).newest_first
        seen = context.fact(gpus)
    except FactUnavailable:
        return None
    chosen = seen.reading.gpus if seen.reading.state == "ok" else ()
    later = [one for one in others if one.release.tag > own.tag]
    return image_plan(next((one for one in later if _fits(seen, here, chosen, one)), None), how)


def image_plan(other: OtherRelease | None, how: Applicability) -> Plan | None:
    if other is None:
        return None
    image = other.release.image
    return plan("image", how, setting("image", image), costs=["download"], image=image)


def _fits(seen: Gpus, here: System, chosen: Sequence[GpuReading], other: OtherRelease) -> bool:
    return all(_serves(seen, here, gpu, other) for gpu in chosen)


def _serves(
    seen: Gpus, here: System, gpu: GpuReading, other: OtherRelease, fit: Sequence[str] = ("fits",)
) -> bool:
    """Only where all of it is known: the driver, and code for this GPU."""
    if here.kind in ("wsl2", "windows"):
        verdict = judge_windows(seen.reading.cuda, other.rules)
    else:
        verdict = judge_driver(seen.reading.driver, class_of(gpu), other.release, other.rules)
    least = floor(other.release, other.rules)
    if verdict.fit not in fit or gpu.capability is None:
        return False
    told = other.release.min_capability is not None or gpu.capability >= _EVERY
    old = not told or (least is not None and gpu.capability < least)
    return not old and newness(gpu.capability, other.rules) == "known"
