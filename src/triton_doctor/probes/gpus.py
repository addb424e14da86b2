"""The NVIDIA GPUs of this machine, its driver, and who holds memory of them."""

from __future__ import annotations

import re

from triton_doctor.host.nvml import GpuProcess, GpuReading, NvmlReading
from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.files import text_of, there
from triton_doctor.probes.system import system
from triton_doctor.record import Record

__all__ = ["GpuProcess", "GpuReading", "Gpus", "Holder", "NvmlReading", "gpus"]

_VERSION = re.compile(r"\s(\d+\.\d+(?:\.\d+)?)\s")
_CONTAINER = re.compile(r"[0-9a-f]{64}")
_DEVICES = "/sys/bus/pci/devices"


class Holder(Record, frozen=True):
    """A process that holds GPU memory; container: id of the container it runs in, else empty."""

    pid: int
    name: str
    container: str = ""


class Gpus(Record, frozen=True):
    """What NVML says, and what Linux says beside it.

    holders: the processes of `reading` of which this system tells more than the number;
    module: version of the loaded NVIDIA kernel module, empty where none is; cards: how many NVIDIA
    GPUs the bus shows, asked only where NVML gave nothing, None where that cannot be seen;
    nouveau: the free driver, which keeps NVIDIA's from loading, has the cards.
    """

    reading: NvmlReading
    holders: tuple[Holder, ...] = ()
    module: str = ""
    cards: int | None = None
    nouveau: bool = False

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
    # Elsewhere the numbers are those of another process table: of the host, or of Windows.
    known = here.kind == "linux" and not here.in_container
    lacking = reading.state != "ok"
    return Gpus(
        reading=reading,
        holders=_holders(host, reading) if known else (),
        module=_module(host),
        cards=_cards(host) if lacking else None,
        nouveau=lacking and there(host, "/sys/module/nouveau"),
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
