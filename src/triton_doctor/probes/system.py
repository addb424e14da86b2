"""What kind of machine this is."""

from __future__ import annotations

from typing import Literal

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.files import text_of, there
from triton_doctor.record import Record

SystemKind = Literal["linux", "wsl1", "wsl2", "windows", "macos"]

# What container engines write into the control-group paths of their processes.
_GROUPS = ("docker", "containerd", "kubepods", "libpod", "lxc")


class System(Record, frozen=True):
    """The operating system that the doctor runs in.

    distribution: ID of os-release (debian, ubuntu, fedora ...), empty elsewhere; name: what a
    person calls it; in_container: the doctor itself runs in one; memory, available: bytes of
    RAM of the machine, 0 where the system does not tell. A memory limit of the doctor's own
    container is left out: a server that Docker starts beside it is not under that limit.
    """

    kind: SystemKind
    in_container: bool
    distribution: str
    name: str
    architecture: str
    kernel: str
    memory: int
    available: int


@probe("system", doing="looking at this machine")
def system(ask: Asking) -> System:
    """Kind, distribution and RAM of this machine."""
    host = ask.host
    kind = _kind(host)
    release = _os_release(host) if kind in ("linux", "wsl1", "wsl2") else {}
    memory, available = _memory(host)
    return System(
        kind=kind,
        in_container=kind in ("linux", "wsl2") and _in_container(host),
        distribution=release.get("ID", ""),
        name=_name(kind, release, host.kernel()),
        architecture=host.machine(),
        kernel=host.kernel(),
        memory=memory,
        available=available,
    )


def _kind(host: Host) -> SystemKind:
    """Linux under Windows is told by its kernel's name: WSL 1 poses as `4.4.0-19041-Microsoft`,
    WSL 2 is `5.15.167.4-microsoft-standard-WSL2`. A kernel built by the user may have neither, so
    the folder that WSL 2 keeps for its own is looked at as well.
    """
    name = host.system()
    if name != "Linux":
        return "windows" if name == "Windows" else "macos"
    kernel = host.kernel()
    if kernel.startswith("4.4.0-") and kernel.endswith("-Microsoft"):
        return "wsl1"
    if "microsoft" in kernel.lower() or there(host, "/run/WSL"):
        return "wsl2"
    return "linux"


def _in_container(host: Host) -> bool:
    """`/.dockerenv` alone proves nothing: virtual machines made from an image carry it too."""
    if there(host, "/run/.containerenv"):
        return True
    groups = text_of(host, "/proc/1/cgroup")
    if any(word in groups for word in _GROUPS):
        return True
    return there(host, "/.dockerenv") and _given_names(text_of(host, "/proc/self/mountinfo"))


def _given_names(mounts: str) -> bool:
    """Whether /etc/hosts or /etc/hostname is a mount of its own, as engines make it.

    mounts: text of /proc/self/mountinfo; the mount point is the fifth field of a line.
    """
    points = {line.split()[4] for line in mounts.splitlines() if len(line.split()) > 4}
    return not points.isdisjoint({"/etc/hosts", "/etc/hostname"})


def _os_release(host: Host) -> dict[str, str]:
    text = text_of(host, "/etc/os-release") or text_of(host, "/usr/lib/os-release")
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def _name(kind: SystemKind, release: dict[str, str], kernel: str) -> str:
    if kind == "windows":
        return f"Windows {kernel}"
    if kind == "macos":
        return f"macOS (Darwin {kernel})"
    name = release.get("NAME", "Linux").removesuffix(" GNU/Linux").removesuffix(" Linux")
    version = release.get("VERSION_ID", "")
    return f"{name} {version}".strip()


def _memory(host: Host) -> tuple[int, int]:
    try:
        seen = host.memory()
    except (OSError, RuntimeError, ValueError):  # no /proc, or one that psutil cannot read
        return 0, 0
    return seen.total, seen.available
