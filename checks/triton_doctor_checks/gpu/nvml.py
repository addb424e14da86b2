"""Why NVML gave nothing: what is the matter with the driver."""

from __future__ import annotations

from triton_doctor.api import Answers, Severity, found, unsure
from triton_doctor.probes.gpus import Gpus, WslDriver
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


def judge_wsl(seen: Gpus) -> Answers:
    """What is amiss in WSL 2 although the driver of Windows answers."""
    if seen.wsl is None:
        return
    if seen.wsl.linux:
        yield found("wsl-driver", where=seen.wsl.linux, path=seen.wsl.linux)
    elif not seen.wsl.tool:
        where = "/usr/lib/wsl/lib"
        yield found("wsl-driver", case="tool", severity=Severity.NOTE, where=where, path=where)


def _case(seen: Gpus, here: System) -> str | None:
    """Which words fit; None is a driver that is not installed."""
    if here.kind == "windows":
        return "windows"
    if here.kind == "wsl2":
        return _wsl_case(seen.wsl, missing=seen.reading.state == "library-missing")
    if seen.reading.state == "library-missing":
        if seen.module:
            return "library"
        return "no-card" if seen.cards == 0 else None
    if seen.reading.state == "no-permission":
        return "permission"
    if seen.reading.state == "not-loaded":
        return "nouveau" if seen.nouveau else "not-loaded"
    return "broken"


def _wsl_case(wsl: WslDriver | None, *, missing: bool) -> str:
    """What is told first is what stands in the way of the rest."""
    if wsl is None:
        return "wsl"
    if wsl.linux:
        return "wsl-linux"
    if not wsl.device:
        return "wsl-device"
    return "wsl-path" if wsl.library and missing else "wsl"


def _evidence(seen: Gpus) -> list[str]:
    lines = [f"NVML: {seen.reading.text} (error {seen.reading.code})"] if seen.reading.code else []
    if seen.wsl:
        lines += _wsl_evidence(seen.wsl)
    if seen.module:
        lines.append(f"kernel module loaded: {seen.module}")
    if seen.cards is not None:
        lines.append(f"NVIDIA GPUs on the PCI bus: {seen.cards}")
    if seen.nouveau:
        lines.append("kernel module loaded: nouveau")
    return lines


def _wsl_evidence(wsl: WslDriver) -> list[str]:
    device, library = ("is there" if one else "is absent" for one in (wsl.device, wsl.library))
    lines = [f"/dev/dxg {device}", f"/usr/lib/wsl/lib/libnvidia-ml.so.1 {library}"]
    return [*lines, f"a Linux driver's library: {wsl.linux}"] if wsl.linux else lines
