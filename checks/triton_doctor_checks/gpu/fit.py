"""Whether driver and GPUs fit the image: one answer for each kind of GPU, not for each GPU."""

from __future__ import annotations

from triton_doctor.api import ASK, SHOW, Answers, Context, Severity, found, unsure
from triton_doctor.probes.cuda_rules import CudaRules, cuda_rules
from triton_doctor.probes.gpus import GpuReading, Gpus
from triton_doctor.probes.release import Release, release
from triton_doctor.probes.system import System
from triton_doctor_checks.gpu.capability import floor, newness
from triton_doctor_checks.gpu.driver import Verdict, class_of, judge_driver, judge_windows
from triton_doctor_checks.gpu.images import newest_served, suited

_WORST_FIRST = ("too-old", "unknown", "forward-maybe", "minor", "fits")


def judge_fit(context: Context, seen: Gpus, here: System, chosen: list[GpuReading]) -> Answers:
    row, rules = context.fact(release), context.fact(cuda_rules)
    if rules.cuda is None:
        newest = row.newest_known or "none"
        yield unsure("unknown-cuda", image=row.image, newest=newest)
    else:
        yield from _driver(context, seen, here, chosen)
    for gpu in {gpu.name: gpu for gpu in chosen}.values():
        yield from _capability(context, gpu, row, rules)


def _driver(context: Context, seen: Gpus, here: System, chosen: list[GpuReading]) -> Answers:
    """The driver is one for all GPUs: the kind that it serves worst decides."""
    row, rules = context.fact(release), context.fact(cuda_rules)
    driver = seen.reading.driver
    if here.kind in ("wsl2", "windows"):
        verdict = judge_windows(seen.reading.cuda, rules)
    else:
        classes = {class_of(gpu) for gpu in chosen}
        verdicts = [judge_driver(driver, one, row, rules) for one in classes]
        verdict = min(verdicts, key=lambda one: _WORST_FIRST.index(one.fit))
    yield from _answer(context, verdict, driver, windows=here.kind in ("wsl2", "windows"))


def _answer(context: Context, verdict: Verdict, driver: str, *, windows: bool) -> Answers:
    if verdict.fit == "unknown":
        yield unsure("driver-unknown", driver=driver or "of unknown version")
    elif verdict.fit != "fits":
        cases = {"minor": "minor", "forward-maybe": "forward-maybe"}
        yield found(
            "driver-too-old",
            case=cases.get(verdict.fit, "windows" if windows else None),
            severity=Severity.WARNING if verdict.fit in cases else None,
            evidence=newest_served(context),
            fix=suited(context, SHOW if verdict.fit in cases else ASK),
            driver=driver,
            needed=verdict.needed,
        )


def _capability(context: Context, gpu: GpuReading, row: Release, rules: CudaRules) -> Answers:
    if gpu.capability is None:
        return
    mine, least = "{}.{}".format(*gpu.capability), floor(row, rules)
    where = f"GPU {gpu.index}"
    if least and gpu.capability < least:
        yield found(
            "capability-too-low",
            where=where,
            fix=suited(context, ASK),
            gpu=gpu.name,
            capability=mine,
            needed="{}.{}".format(*least),
        )
        return
    if rules.cuda is None:
        return
    new, cuda = newness(gpu.capability, rules), "{}.{}".format(*rules.cuda)
    if new == "unknown":
        yield unsure("capability-unknown", gpu=gpu.name, capability=mine)
    elif new != "known":
        yield found(
            "capability-too-new",
            case="same-major" if new == "same-major" else None,
            severity=Severity.WARNING if new == "same-major" else None,
            fix=suited(context, SHOW if new == "same-major" else ASK),
            gpu=gpu.name,
            capability=mine,
            cuda=cuda,
            where=where,
        )
