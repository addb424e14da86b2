"""What the daemon's or the toolkit's refusal of a GPU means.

The texts are those of moby, of nvidia-container-cli and of nvidia-container-runtime,
by their fixed parts: Docker wraps them in prefixes that change from version to version.
"""

from __future__ import annotations

import re

from triton_doctor.api import SHOW, Answer, Plan, command, found, plan, unsure
from triton_doctor.probes.gpu_container import GpuContainer
from triton_doctor_checks.passthrough import toolkit
from triton_doctor_checks.passthrough.around import Around

# Pattern, problem, case. The first that fits counts; None: the default words, or a case by machine.
_MEANINGS: list[tuple[str, str, str | None]] = [
    (r'could not select device driver "cdi"', "docker/no-gpu-runtime", "cdi-off"),
    (r"could not select device driver", "docker/no-gpu-runtime", None),
    (r"unknown or invalid runtime name|Unknown runtime", "docker/no-gpu-runtime", "runtime"),
    (r"unresolvable CDI device", "docker/toolkit-failure", "cdi"),
    (r"invoking the NVIDIA Container Runtime Hook", "docker/toolkit-failure", "hook-mode"),
    (r"cgroup subsystem devices not found", "docker/toolkit-failure", "cgroup"),
    (r"Insufficient Permissions", "docker/toolkit-failure", "permission"),
    (r"unsatisfied condition: (cuda|driver)", "gpu/driver-too-old", None),
    (r"driver/library version mismatch", "gpu/driver-library-mismatch", None),
    (r"load library failed: libnvidia-ml|driver not loaded", "gpu/no-driver", None),
    (r"no adapters were found|GPU access blocked|couldn't communicate", "gpu/no-driver", None),
    (r"nvidia|NVML", "docker/toolkit-failure", None),
]
_CORE = re.compile(r"nvidia-container-cli: .*?(?=: unknown$|$)")
_NEEDED = re.compile(r"unsatisfied condition: ([^,\n]+)")


def refusal(seen: GpuContainer, around: Around) -> Answer:
    """The answer for a container that was refused, or that got a GPU it cannot use."""
    text = seen.error or seen.nvml_error
    for pattern, problem, case in _MEANINGS:
        if re.search(pattern, text, re.IGNORECASE):
            return _answer(problem, case, text, seen, around)
    return unsure("refused", image=seen.image, error=_core(text))


def _core(text: str) -> str:
    """The toolkit's own sentence, without the frames that runtime and daemon put around it."""
    match = _CORE.search(text)
    return match[0] if match else text


def _answer(
    problem: str, case: str | None, text: str, seen: GpuContainer, around: Around
) -> Answer:
    if problem == "docker/no-gpu-runtime":
        return _no_runtime(case, text, seen, around)
    if problem == "gpu/driver-too-old":
        return _too_old(text, around)
    if problem == "gpu/driver-library-mismatch":
        reading = around.nvml.reading if around.nvml else None
        return found(
            problem,
            evidence=[text],
            module=(around.nvml.module if around.nvml else "") or "of another version",
            library=(reading.library.partition(".")[2] if reading else "") or "another one",
            fix=plan("reboot", SHOW, command("reboot", root=True)),
        )
    fix = _toolkit_fix(case, around) if problem == "docker/toolkit-failure" else None
    return found(problem, case=case, error=_core(text), evidence=[text], fix=fix)


def _too_old(text: str, around: Around) -> Answer:
    match = _NEEDED.search(text)
    driver = around.nvml.reading.driver if around.nvml else ""
    return found(
        "gpu/driver-too-old",
        evidence=[text],
        driver=driver or "of unknown version",
        needed=match[1].strip() if match else "a newer one",
    )


def _no_runtime(case: str | None, text: str, seen: GpuContainer, around: Around) -> Answer:
    chosen = case or _machine_case(seen, around)
    return found(
        "docker/no-gpu-runtime",
        case=chosen,
        where=around.engine.endpoint,
        evidence=[text],
        fix=_runtime_fix(chosen, around),
        error=_core(text),
    )


def _machine_case(seen: GpuContainer, around: Around) -> str | None:
    """Why this daemon sees no toolkit: by where the daemon lives."""
    engine, kind = around.engine, around.system.kind if around.system else "linux"
    if engine.kind == "podman":
        return "podman"
    if engine.kind == "desktop":
        return "desktop-windows" if kind in ("windows", "wsl2") else "desktop"
    for name, is_so in (
        ("remote", engine.remote),
        ("snap", engine.snap),
        ("rootless", engine.rootless),
        ("restart", seen.toolkit),
        ("dnf", around.system is not None and around.system.distribution in toolkit.DNF),
    ):
        if is_so:
            return name
    return None


def _runtime_fix(case: str | None, around: Around) -> Plan | None:
    """Where the engine lives on this machine; elsewhere nothing that is done here helps."""
    distribution = around.system.distribution if around.system else ""
    if around.engine.remote or (around.system and around.system.in_container):
        return None
    if case in (None, "dnf"):
        return toolkit.install(distribution)
    plans = {
        "restart": toolkit.restart,
        "runtime": toolkit.register,
        "rootless": toolkit.rootless,
        "podman": toolkit.describe,
    }
    return plans[case]() if case in plans else None


def _toolkit_fix(case: str | None, around: Around) -> Plan | None:
    """The rootless engine's way differs with cgroups, and is only told."""
    system, engine = around.system, around.engine
    if engine.remote or engine.kind == "desktop" or (system and system.in_container):
        return None
    if case == "cgroup" and engine.rootless:
        return toolkit.rootless()
    plans = {"cdi": toolkit.describe, "hook-mode": toolkit.mode, "permission": toolkit.devices}
    if case in plans:
        return plans[case]()
    return toolkit.update(system.distribution if system else "")
