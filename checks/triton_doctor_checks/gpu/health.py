"""Faults that a GPU itself reports, those that the kernel recorded, and how a GPU is split."""

from __future__ import annotations

from triton_doctor.api import ASK, Answers, Found, Severity, command, data, found, gib, plan
from triton_doctor.probes.gpu_kernel import KernelFaults, Xid
from triton_doctor.probes.gpus import GpuReading, Gpus
from triton_doctor_checks.gpu.plans import reboot, undivided

# States of the NVLink fabric in which CUDA answers error 802: probing not begun, or not ended.
# Source: nvmlGpuFabricState_t in nvml.h. 0 is a GPU without such a fabric, 3 a finished one.
_UNREADY = {1: "not started", 2: "in progress"}
_LOST, _RESET = 15, 16  # NVML_ERROR_GPU_IS_LOST, NVML_ERROR_RESET_REQUIRED
# nvmlDeviceGpuRecoveryAction_t in nvml.h: what the driver itself says has to be done.
_RECOVERY = {
    1: ("reset", "the driver asks for a reset of the GPU"),
    2: ("reset", "the driver asks for a restart of the machine"),
    3: ("later", "the driver wants no new work between GPUs"),
    4: ("later", "the driver asks for a reset once the GPU is idle"),
    6: ("reset", "the driver asks for a reset of its bus"),
    7: ("reset", "the driver asks for a restart of the machine"),
}
# Parts of the fabric's health mask in nvml.h, each of two bits, in which 1 is bad.
_FABRIC = {
    0: "the NVLink fabric runs at reduced bandwidth",
    2: "the NVLink fabric is recovering its routes",
    4: "the NVLink fabric has unhealthy routes",
    6: "the NVLink fabric is recovering from a timeout",
}
_SHOWN = 3  # lines of the kernel for one GPU


def judge_health(seen: Gpus, chosen: list[GpuReading], kernel: KernelFaults) -> Answers:
    known = {gpu.bus for gpu in seen.reading.gpus if gpu.bus}
    for gpu in chosen:
        lines = [one for one in kernel.faults if gpu.bus and one.of(gpu.bus)]
        if gpu.code:  # one that does not answer does not tell where it is either
            lines = [one for one in kernel.faults if not any(one.of(bus) for bus in known)]
        yield from _faults(gpu, lines)
        yield from _fabric(gpu, seen.fabric_service)
        yield from _split(gpu)


def _faults(gpu: GpuReading, lines: list[Xid]) -> Answers:
    """One finding a GPU: the worst of what is known of it."""
    evidence = [*_history(gpu), *(one.text for one in lines[-_SHOWN:])]
    if gpu.code:
        case = {_LOST: "lost", _RESET: "reset"}.get(gpu.code)
        yield _fault(gpu, case, gpu.text, evidence)
    elif gpu.remap_failed:
        yield _fault(gpu, "rows", "remapping failed", evidence, reboots=False)
    elif gpu.recovery in _RECOVERY:
        case, words = _RECOVERY[gpu.recovery]
        yield _fault(gpu, case, words, evidence, mild=case == "later")
    elif gpu.ecc_errors:
        yield _fault(gpu, "memory", str(gpu.ecc_errors), evidence, mild=True)
    elif gpu.remap_pending or gpu.retire_pending:
        # The faulty part is set aside at the next reset; until then programs on it may fail.
        waits = "remapping" if gpu.remap_pending else "page retirement"
        yield _fault(gpu, "pending", f"{waits} pending", evidence, mild=True)
    else:
        yield from _recorded(gpu, lines)
    yield from _links(gpu)


def _history(gpu: GpuReading) -> list[str]:
    return [f"uncorrected errors in the card's life: {gpu.ecc_ever}"] if gpu.ecc_ever else []


def _recorded(gpu: GpuReading, lines: list[Xid]) -> Answers:
    """A GPU that answers well now, and had a fault of hardware since the machine was started."""
    kinds = {int(number): words for number, words in data(__package__, "xids.toml")["xid"].items()}
    grave = [one for one in lines if one.number in kinds]
    if grave:
        last = grave[-1]
        fault = f"Xid {last.number}, {kinds[last.number]}"
        yield _fault(gpu, "recorded", fault, [one.text for one in grave[-_SHOWN:]], mild=True)


def _links(gpu: GpuReading) -> Answers:
    health = gpu.fabric_health or 0
    words = [words for shift, words in _FABRIC.items() if health >> shift & 3 == 1]
    if gpu.links_down and gpu.links_up:
        words.append(f"{gpu.links_down} of {gpu.links_up + gpu.links_down} NVLinks are down")
    if words:
        name = f"GPU {gpu.index}"
        yield found(
            "hardware-fault",
            case="nvlink",
            severity=Severity.NOTE if gpu.links_down else Severity.WARNING,
            gpu=name,
            fault=", ".join(words),
            where=f"NVLink of {name}",
        )


def _fault(
    gpu: GpuReading,
    case: str | None,
    fault: str,
    evidence: list[str],
    *,
    mild: bool = False,
    reboots: bool = True,
) -> Found:
    name = f"GPU {gpu.index}"
    return found(
        "hardware-fault",
        case=case,
        severity=Severity.WARNING if mild else None,
        gpu=name,
        fault=fault,
        where=name,
        evidence=evidence,
        fix=reboot() if reboots else None,
    )


def _fabric(gpu: GpuReading, service: str) -> Answers:
    """service: what systemd says of the fabric manager, empty where it says nothing."""
    state = _UNREADY.get(gpu.fabric or 0)
    if state is None and not (gpu.fabric == 3 and gpu.fabric_status):
        return
    runs = service == "active"
    start = plan("start", ASK, command("systemctl", "start", "nvidia-fabricmanager", root=True))
    yield found(
        "fabric-manager-down",
        case="running" if runs else None,
        where=f"GPU {gpu.index}",
        evidence=[f"nvidia-fabricmanager.service: {service}"] if service else [],
        state=state or f"ended with NVML error {gpu.fabric_status}",
        fix=None if runs else start,
    )


def _split(gpu: GpuReading) -> Answers:
    """MIG: of all instances that a process is given CUDA finds the first."""
    if not gpu.mig:
        return
    name = f"GPU {gpu.index}"
    empty = gpu.mig_instances == 0
    first = gpu.mig_list[0] if gpu.mig_list else None
    size = f" with {gib(first.total)}" if first and first.total else ""
    yield found(
        "mig",
        case="empty" if empty else None,
        severity=Severity.ERROR if empty else None,
        gpu=name,
        instances=gpu.mig_instances,
        first=f"{first.name or first.uuid or 'the first'}{size}" if first else "the first",
        where=name,
        evidence=[f"{one.name}, {gib(one.total)}: {one.uuid}" for one in gpu.mig_list],
        fix=undivided(gpu.index) if empty else None,
    )
