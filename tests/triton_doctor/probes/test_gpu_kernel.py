"""The kernel's log: who may read it, and what stands there of the GPUs. Fakes, with real lines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeHost, ask
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.host.protocol import Ran
from triton_doctor.probes.gpu_kernel import KernelFaults, Xid, gpu_kernel

MODULE = {"/proc/driver/nvidia/version": b"NVRM version: NVIDIA UNIX x86_64 Module  580.65.06  x\n"}
LOG = """[    4.006476] NVRM: Persistence mode is deprecated and will be removed.
[  312.100000] NVRM: Xid (PCI:0000:65:00): 31, pid=99, name=python3, Ch 00000008, MMU Fault
[  512.100000] NVRM: Xid (PCI:0000:B3:00): 79, GPU has fallen off the bus.
[  513.100000] NVRM: Xid (PCI:0000:65:00 GPU-I:02): 94, pid=2, Contained memory error
"""
DENIED = Ran(1, "", "dmesg: read kernel buffer failed: Operation not permitted\n")
HINT = "Hint: You are currently not seeing messages from other users and the system.\n"


def read(os: Any = "Linux", files: Any = MODULE, **outputs: Any) -> KernelFaults:
    host = FakeHost(os=os, gpu=NvmlReading("ok"), files=dict(files), outputs=outputs)
    seen: KernelFaults = ask(gpu_kernel, host)
    return seen


def test_the_errors_that_the_kernel_recorded() -> None:
    seen = read(dmesg=Ran(0, LOG, ""))
    assert [(one.bus, one.number) for one in seen.faults] == [
        ("0000:65:00", 31),
        ("0000:B3:00", 79),
        ("0000:65:00", 94),
    ]
    assert seen.faults[1].text == "Xid (0000:B3:00): 79, GPU has fallen off the bus."


@pytest.mark.parametrize(
    ("journal", "state"),
    [
        (Ran(0, LOG, ""), "read"),
        (Ran(0, "-- No entries --\n", HINT), "hidden"),
        (Ran(1, "", "No journal files were opened due to insufficient permissions.\n"), "hidden"),
        (Ran(1, "", "No journal files were found.\n"), "hidden"),
        (FileNotFoundError(2, "No such file"), "hidden"),
        (TimeoutError("journalctl gave no answer in 3 s"), "hidden"),
    ],
)
def test_the_journal_where_the_kernel_s_buffer_is_for_root(journal: Any, state: str) -> None:
    assert read(dmesg=DENIED, journalctl=journal).state == state


def test_nothing_is_looked_for_without_a_driver_of_linux() -> None:
    assert read(files={}, dmesg=Ran(0, LOG, "")).state == "none"
    assert read(os="Windows", dmesg=Ran(0, LOG, "")).state == "none"


@pytest.mark.parametrize(
    ("line", "bus", "same"),
    [
        ("0000:65:00", "00000000:65:00.0", True),
        ("0000:B3:00", "00000000:B3:00.0", True),
        ("0000:b3:00", "00000000:B3:00.0", True),
        ("0000:65:00", "00000000:66:00.0", False),
        ("0001:65:00", "00000000:65:00.0", False),
        ("0000:65:00", "", False),
    ],
)
def test_whose_error_it_is(line: str, bus: str, same: bool) -> None:
    assert Xid(line, 79, "").of(bus) is same
