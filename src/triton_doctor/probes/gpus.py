"""The NVIDIA GPUs of this machine, its driver, and who holds memory of them."""

from __future__ import annotations

import re

from triton_doctor.host.nvml import GpuPair, GpuProcess, GpuReading, MigInstance, NvmlReading
from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.files import text_of, there
from triton_doctor.probes.system import system
from triton_doctor.record import Record

__all__ = [
    "GpuPair",
    "GpuProcess",
    "GpuReading",
    "Gpus",
    "Holder",
    "MigInstance",
    "NvmlReading",
    "WslDriver",
    "gpus",
]

_VERSION = re.compile(r"\s(\d+\.\d+(?:\.\d+)?)\s")
_CONTAINER = re.compile(r"[0-9a-f]{64}")
_DEVICES = "/sys/bus/pci/devices"
_FROM_WINDOWS = "/usr/lib/wsl/lib"
_LINUX_DRIVER = ("libcuda.so.1", "libnvidia-ml.so.1")  # each distribution's package brings both


class Holder(Record, frozen=True):
    """A process that holds GPU memory; container: id of the container it runs in, else empty."""

    pid: int
    name: str
    container: str = ""


class WslDriver(Record, frozen=True):
    """What WSL 2 has of the NVIDIA driver of Windows.

    device: /dev/dxg is there; library: so is the NVML library that Windows hands in; linux: a
    library of a Linux driver, which does not belong there; tool: the program nvidia-smi is found.
    """

    device: bool
    library: bool
    linux: str = ""
    tool: bool = True


class Gpus(Record, frozen=True):
    """What NVML says, and what Linux says beside it.

    holders: the processes of `reading` of which this system tells more than the number;
    module: version of the loaded NVIDIA kernel module, empty where none is; cards: how many NVIDIA
    GPUs the bus shows, asked only where NVML gave nothing, None where that cannot be seen;
    nouveau: the free driver, which keeps NVIDIA's from loading, has the cards; fabric_service: what
    systemd says of NVIDIA's fabric manager, asked only where the NVLink fabric is not ready; wsl:
    only there.
    """

    reading: NvmlReading
    holders: tuple[Holder, ...] = ()
    module: str = ""
    cards: int | None = None
    nouveau: bool = False
    fabric_service: str = ""
    wsl: WslDriver | None = None

    def holder(self, pid: int) -> Holder | None:
        return next((one for one in self.holders if one.pid == pid), None)


@probe("gpus", doing="asking the NVIDIA driver", timeout=8.0)
def gpus(ask: Asking) -> Gpus:
    """Read NVML once. Eight GPUs that nobody uses take some seconds to wake: hence the time."""
    host = ask.host
    reading = host.nvml()
    if host.system() != "Linux":
        return Gpus(reading, _holders(host, reading))
    here = ask.fact(system)
    if here.kind == "wsl2":
        return Gpus(reading, wsl=_wsl(host))
    # Elsewhere the numbers are those of another process table: of the host, or of Windows.
    known = here.kind == "linux" and not here.in_container
    lacking = reading.state != "ok"
    return Gpus(
        reading=reading,
        holders=_holders(host, reading) if known else (),
        module=_module(host),
        cards=_cards(host) if lacking else None,
        nouveau=lacking and there(host, "/sys/module/nouveau"),
        fabric_service=_service(host) if any(gpu.fabric in (1, 2) for gpu in reading.gpus) else "",
    )


def _service(host: Host) -> str:
    try:
        return host.run(("systemctl", "is-active", "nvidia-fabricmanager"), 2.0).out.strip()
    except OSError:
        return ""


def _of_linux(host: Host, path: str) -> bool:
    """A file there that is no link to what Windows hands in, as some guides have it made."""
    return there(host, path) and not host.real(path).startswith(_FROM_WINDOWS)


def _wsl(host: Host) -> WslDriver:
    folders = [f"/usr/lib/{host.machine()}-linux-gnu", "/usr/lib64", "/usr/lib"]
    linux = [f"{folder}/{name}" for folder in folders for name in _LINUX_DRIVER]
    return WslDriver(
        device=there(host, "/dev/dxg"),
        library=there(host, f"{_FROM_WINDOWS}/libnvidia-ml.so.1"),
        linux=next((path for path in linux if _of_linux(host, path)), ""),
        tool=host.which("nvidia-smi") is not None,
    )


def _holders(host: Host, reading: NvmlReading) -> tuple[Holder, ...]:
    pids = sorted({process.pid for gpu in reading.gpus for process in gpu.processes})
    seen = ((pid, host.process(pid)) for pid in pids)
    return tuple(Holder(pid, one.name, _container(host, pid)) for pid, one in seen if one)


def _container(host: Host, pid: int) -> str:
    """Engines put a container's whole id into the control-group path of its processes."""
    match = _CONTAINER.search(text_of(host, f"/proc/{pid}/cgroup"))
    return match[0] if match else ""


def _module(host: Host) -> str:
    match = _VERSION.search(text_of(host, "/proc/driver/nvidia/version"))
    return match[1] if match else ""


def _cards(host: Host) -> int | None:
    """Display controllers (class 03) of NVIDIA (vendor 10de) on the PCI bus."""
    try:
        places = [f"{_DEVICES}/{name}" for name in host.listdir(_DEVICES)]
    except OSError:
        return None
    return sum(
        text_of(host, f"{place}/vendor").strip() == "0x10de"
        and text_of(host, f"{place}/class").startswith("0x03")
        for place in places
    )
