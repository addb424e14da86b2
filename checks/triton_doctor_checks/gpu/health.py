"""Faults that a GPU itself reports, and how it is split."""

from __future__ import annotations

from triton_doctor.api import ASK, Answers, Severity, command, found, plan
from triton_doctor.probes.gpus import GpuReading
from triton_doctor_checks.gpu.plans import reboot, undivided

# States of the NVLink fabric in which CUDA answers error 802: probing not begun, or not ended.
# Source: nvmlGpuFabricState_t in nvml.h. 0 is a GPU without such a fabric, 3 a finished one.
_UNREADY = {1: "not started", 2: "in progress"}
_LOST, _RESET = 15, 16  # NVML_ERROR_GPU_IS_LOST, NVML_ERROR_RESET_REQUIRED


def judge_health(chosen: list[GpuReading]) -> Answers:
    for gpu in chosen:
        yield from _faults(gpu)
        yield from _fabric(gpu)
        yield from _split(gpu)


def _faults(gpu: GpuReading) -> Answers:
    name = f"GPU {gpu.index}"
    if gpu.code:
        case = {_LOST: "lost", _RESET: "reset"}.get(gpu.code)
        fault, again = gpu.text, reboot()
        yield found("hardware-fault", case=case, gpu=name, fault=fault, where=name, fix=again)
    elif gpu.remap_failed:
        yield found("hardware-fault", case="rows", gpu=name, fault="remapping failed", where=name)
    elif gpu.remap_pending or gpu.ecc_errors:
        # The faulty part is set aside at the next reset; until then programs on it may fail.
        yield found(
            "hardware-fault",
            case="memory" if gpu.ecc_errors else "pending",
            severity=Severity.WARNING,
            gpu=name,
            fault=gpu.ecc_errors or "remapping pending",
            where=name,
            fix=reboot(),
        )


def _fabric(gpu: GpuReading) -> Answers:
    state = _UNREADY.get(gpu.fabric or 0)
    if state is None and not (gpu.fabric == 3 and gpu.fabric_status):
        return
    yield found(
        "fabric-manager-down",
        where=f"GPU {gpu.index}",
        state=state or f"ended with NVML error {gpu.fabric_status}",
        fix=plan("start", ASK, command("systemctl", "start", "nvidia-fabricmanager", root=True)),
    )


def _split(gpu: GpuReading) -> Answers:
    """MIG: the memory of an instance is not that of the GPU, so it is not judged."""
    if gpu.mig:
        name = f"GPU {gpu.index}"
        empty = gpu.mig_instances == 0
        yield found(
            "mig",
            case="empty" if empty else None,
            severity=Severity.ERROR if empty else None,
            gpu=name,
            instances=gpu.mig_instances,
            where=name,
            fix=undivided(gpu.index) if empty else None,
        )
