"""What the kernel recorded of the GPUs since the machine was started."""

from __future__ import annotations

import re
from typing import Literal

from triton_doctor.host.protocol import Host
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.gpus import gpus
from triton_doctor.probes.system import system
from triton_doctor.record import Record

_XID = re.compile(r"NVRM: Xid \((?:PCI:)?([0-9a-fA-F:.]+)[^)]*\): (\d+)(.*)")
_JOURNAL = ("journalctl", "-k", "-b", "-n", "20000", "--no-pager", "-o", "cat")
# What journalctl says where it shows nothing of the kernel to this user, or has nothing to show.
_HIDDEN = ("not seeing messages", "insufficient permissions", "No journal files")
_KEPT = 50
_TIME = 3.0


class Xid(Record, frozen=True):
    """One error of the driver; bus: as `0000:65:00`; text: the line without its time."""

    bus: str
    number: int
    text: str

    def of(self, bus: str) -> bool:
        """Whether this is the GPU at that place. NVML writes eight digits of domain, and `.0`."""
        return self.bus.lower() == bus.lower().rpartition(".")[0][-len(self.bus) :]


class KernelFaults(Record, frozen=True):
    """state: read, hidden (this user may not read the kernel's log), or none (there are no lines of
    an NVIDIA driver to look for); faults: the last ones, oldest first."""

    state: Literal["read", "hidden", "none"]
    faults: tuple[Xid, ...] = ()


@probe("gpu-kernel", doing="looking for GPU errors in the kernel's log", timeout=9.0)
def gpu_kernel(ask: Asking) -> KernelFaults:
    """Asked only where an NVIDIA driver of Linux is loaded."""
    if ask.fact(system).kind != "linux" or not ask.fact(gpus).module:
        return KernelFaults("none")
    text = _dmesg(ask.host)
    text = _journal(ask.host) if text is None else text
    if text is None:
        return KernelFaults("hidden")
    found = [
        Xid(match[1], int(match[2]), f"Xid ({match[1]}): {match[2]}{match[3]}".rstrip()[:200])
        for match in _XID.finditer(text)
    ]
    return KernelFaults("read", tuple(found[-_KEPT:]))


def _dmesg(host: Host) -> str | None:
    """None where it is not to be had."""
    try:
        ran = host.run(("dmesg",), _TIME)
    except OSError:
        return None
    return ran.out if ran.code == 0 else None


def _journal(host: Host) -> str | None:
    """Members of some groups may read it who may not read the kernel's own buffer."""
    try:
        ran = host.run(_JOURNAL, _TIME)
    except OSError:
        return None
    hidden = any(words in ran.err for words in _HIDDEN)
    return None if hidden or ran.code != 0 else ran.out
