"""How a GPU is set, and what holds it back right now. None of it is a fault of the GPU."""

from __future__ import annotations

from triton_doctor.api import ASK, SHOW, Answers, Plan, Severity, command, found, plan
from triton_doctor.probes.gpus import GpuReading
from triton_doctor.probes.system import System
from triton_doctor_checks.gpu.driver import class_of

_PROHIBITED, _EXCLUSIVE = 2, 3  # nvmlComputeMode_t of nvml.h; 0 is the default, 1 is no more
# nvmlClocksEventReasons of nvml.h, and the words for them: the first that is set counts. What is
# left out (idle, a power cap under load, clocks set by the user) is how a sound GPU works.
_HELD_BACK = (
    (0x40, "heat"),
    (0x20, "heat"),
    (0x80, "brake"),
    (0x08, None),
)
_LOW_POWER = 0.9  # of the usual limit; less than that was set by somebody


def judge_state(gpus: list[GpuReading], here: System) -> Answers:
    for gpu in gpus:
        yield from _mode(gpu)
        yield from _slow(gpu)
        yield from _power(gpu)
    yield from _persistence(gpus, here)


def _mode(gpu: GpuReading) -> Answers:
    """tritonserver and vLLM's own process both open each GPU."""
    if gpu.compute_mode not in (_PROHIBITED, _EXCLUSIVE):
        return
    case = "prohibited" if gpu.compute_mode == _PROHIBITED else "taken" if gpu.processes else None
    yield found(
        "compute-mode",
        case=case,
        severity=Severity.ERROR if case else None,
        where=f"GPU {gpu.index}",
        gpu=f"GPU {gpu.index}",
        fix=_shared(gpu.index, gpu.compute_mode),
    )


def _shared(index: int, mode: int) -> Plan:
    ask = ("nvidia-smi", "-i", str(index))
    back = (*ask, f"--compute-mode={mode}")
    return plan("shared", ASK, command(*ask, "--compute-mode=0", root=True, back=back))


def _slow(gpu: GpuReading) -> Answers:
    bits = [(bit, case) for bit, case in _HELD_BACK if (gpu.slowdown or 0) & bit]
    if not bits:
        return
    heat = "of unknown temperature" if gpu.temperature is None else f"at {gpu.temperature} C"
    limit = [f"slows down from {gpu.slowdown_at} C on"] if gpu.slowdown_at else []
    yield found(
        "throttled",
        case=bits[0][1],
        where=f"GPU {gpu.index}",
        evidence=[f"clocks event reasons: {gpu.slowdown:#x}", *limit],
        gpu=f"GPU {gpu.index}",
        temperature=heat,
    )


def _power(gpu: GpuReading) -> Answers:
    limit, usual = gpu.power_limit, gpu.power_default
    if not limit or not usual or limit >= usual * _LOW_POWER:
        return
    ask = ("nvidia-smi", "-i", str(gpu.index), "-pl")
    back = (*ask, str(limit // 1000))
    yield found(
        "power-limited",
        where=f"GPU {gpu.index}",
        gpu=f"GPU {gpu.index}",
        limit=f"{limit / 1000:.0f} W",
        usual=f"{usual / 1000:.0f} W",
        fix=plan("usual", SHOW, command(*ask, str(usual // 1000), root=True, back=back)),
    )


def _persistence(gpus: list[GpuReading], here: System) -> Answers:
    """One note for all: it matters on servers, on which nothing else keeps the driver awake."""
    asleep = [
        gpu
        for gpu in gpus
        if gpu.persistence is False and not gpu.processes and class_of(gpu) == "data-centre"
    ]
    if asleep and here.kind == "linux":
        start = command("systemctl", "enable", "--now", "nvidia-persistenced", root=True)
        yield found(
            "persistence-off",
            where=f"GPU {asleep[0].index}",
            evidence=[f"GPU {gpu.index}: persistence mode off" for gpu in asleep],
            gpu=f"GPU {asleep[0].index}",
            fix=plan("keep", ASK, start),
        )
