"""Why NVML gave nothing: what is the matter with the driver."""

from __future__ import annotations

from triton_doctor.api import Answers, Severity, found, unsure
from triton_doctor.probes.gpus import Gpus
from triton_doctor.probes.system import System
from triton_doctor_checks.gpu.plans import reboot, silenced


def judge_silence(seen: Gpus, here: System) -> Answers:
    """One answer. The kernel is the same inside a container, so its module tells there too."""
    reading = seen.reading
    if here.in_container and (seen.module or here.kind == "wsl2"):
        # Without --gpus a container gets no driver library, whatever the machine has.
        yield unsure("in-container", error=reading.text)
    elif reading.state == "mismatch":
        yield found(
            "driver-library-mismatch",
            module=seen.module or "of another version",
            library=reading.library.partition(".")[2] or "another one",
            evidence=[f"NVML: {reading.text} (error {reading.code})"],
            fix=reboot(),
        )
    else:
        case = _case(seen, here)
        yield found(
            "no-driver",
            case=case,
            # Docker runs as root, so what this user may not open a container may still get.
            severity=Severity.WARNING if case == "permission" else None,
            error=reading.text or "no answer",
            evidence=_evidence(seen),
            fix=silenced(case, here),
        )


def _case(seen: Gpus, here: System) -> str | None:
    """Which words fit; None is a driver that is not installed."""
    if here.kind in ("windows", "wsl2"):
        return "windows" if here.kind == "windows" else "wsl"
    if seen.reading.state == "library-missing":
        if seen.module:
            return "library"
        return "no-card" if seen.cards == 0 else None
    if seen.reading.state == "no-permission":
        return "permission"
    if seen.reading.state == "not-loaded":
        return "nouveau" if seen.nouveau else "not-loaded"
    return "broken"


def _evidence(seen: Gpus) -> list[str]:
    lines = [f"NVML: {seen.reading.text} (error {seen.reading.code})"] if seen.reading.code else []
    if seen.module:
        lines.append(f"kernel module loaded: {seen.module}")
    if seen.cards is not None:
        lines.append(f"NVIDIA GPUs on the PCI bus: {seen.cards}")
    if seen.nouveau:
        lines.append("kernel module loaded: nouveau")
    return lines
