"""What stands around an NVML reading: process names, the kernel module, cards on the bus. Fakes."""

from __future__ import annotations

import threading

import pytest

from tests.fakes import FakeHost, ask
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.nvml import GpuProcess, GpuReading, NvmlReading
from triton_doctor.host.protocol import Process, Ran
from triton_doctor.probes.gpus import Holder, WslDriver, gpus
from triton_doctor.record import replace

CONTAINER = "0123456789abcdef" * 4
READING = NvmlReading(
    "ok", driver="580.159.04", gpus=(GpuReading(0, processes=(GpuProcess(7, 5), GpuProcess(8, 6))),)
)
OPEN = b"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build\n"
CLOSED = b"NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 2023\n"


def busy(**host: object) -> FakeHost:
    processes = {7: Process(7, "python3", "ada", 0.0)}
    groups = {"/proc/7/cgroup": f"0::/system.slice/docker-{CONTAINER}.scope\n".encode()}
    return FakeHost(gpu=READING, processes=processes, files=groups, **host)


def test_holders_have_a_name_and_their_container() -> None:
    assert ask(gpus, busy()).holders == (Holder(7, "python3", CONTAINER),)
    assert ask(gpus, busy()).holder(8) is None


def test_numbers_of_another_process_table_are_not_looked_up() -> None:
    assert ask(gpus, busy(release="5.15.1-microsoft-standard-WSL2")).holders == ()
    inside = busy()
    inside.files["/run/.containerenv"] = b""
    assert ask(gpus, inside).holders == ()


def test_windows_names_them_too() -> None:
    assert [one.name for one in ask(gpus, busy(os="Windows")).holders] == ["python3"]


@pytest.mark.parametrize(("text", "version"), [(OPEN, "580.159.04"), (CLOSED, "535.104.05")])
def test_version_of_the_loaded_module(text: bytes, version: str) -> None:
    fact = ask(gpus, FakeHost(files={"/proc/driver/nvidia/version": text}))
    assert fact.module == version


def test_cards_on_the_bus_are_counted_where_nvml_gives_nothing() -> None:
    bus = "/sys/bus/pci/devices"
    kinds = {
        "00": ("0x10de", "0x030200"),
        "01": ("0x10de", "0x040300"),
        "02": ("0x1002", "0x030000"),
    }
    files = {}
    for name, (vendor, kind) in kinds.items():
        files[f"{bus}/{name}/vendor"] = f"{vendor}\n".encode()
        files[f"{bus}/{name}/class"] = f"{kind}\n".encode()
    host = FakeHost(files=files, folders={bus: list(kinds), "/sys/module/nouveau": []})
    fact = ask(gpus, host)
    assert (fact.cards, fact.nouveau) == (1, True)
    assert ask(gpus, FakeHost()).cards is None
    assert ask(gpus, FakeHost(gpu=READING, folders={bus: []})).cards is None


def test_a_driver_that_hangs_costs_its_own_answer_only() -> None:
    def hang() -> NvmlReading:
        threading.Event().wait(30)
        raise AssertionError

    with pytest.raises(FactUnavailable) as caught:
        ask(replace(gpus, timeout=0.2), FakeHost(gpu=hang))
    assert caught.value.timed_out
    assert "asking the NVIDIA driver" in caught.value.reason


# ---- WSL 2 and the fabric manager ---------------------------------------------------------------


def test_what_wsl_has_of_the_driver_of_windows() -> None:
    files = {"/dev/dxg": b"", "/usr/lib/wsl/lib/libnvidia-ml.so.1": b""}
    host = FakeHost(gpu=READING, release="5.15.1-microsoft-standard-WSL2", files=files)
    assert ask(gpus, host).wsl == WslDriver(device=True, library=True, tool=False)
    host.files["/usr/lib/x86_64-linux-gnu/libcuda.so.1"] = b""
    host.programs["nvidia-smi"] = "/usr/bin/nvidia-smi"
    seen = ask(gpus, host).wsl
    assert seen == WslDriver(True, True, "/usr/lib/x86_64-linux-gnu/libcuda.so.1", True)
    assert ask(gpus, FakeHost(gpu=READING)).wsl is None


def test_a_link_to_the_library_of_windows_is_no_linux_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {"/usr/lib/x86_64-linux-gnu/libcuda.so.1": b""}
    host = FakeHost(gpu=READING, release="5.15.1-microsoft-standard-WSL2", files=files)
    monkeypatch.setattr(host, "real", lambda _: "/usr/lib/wsl/lib/libcuda.so.1")
    seen = ask(gpus, host).wsl
    assert seen is not None
    assert seen.linux == ""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Ran(3, "inactive\n", ""), "inactive"), (FileNotFoundError(2, "no systemctl"), "")],
)
def test_the_fabric_manager_is_asked_for_only_where_the_fabric_is_not_ready(
    answer: object, expected: str
) -> None:
    waits = NvmlReading("ok", gpus=(GpuReading(0, fabric=2),))
    outputs = {"systemctl is-active nvidia-fabricmanager": answer}
    assert ask(gpus, FakeHost(gpu=waits, outputs=outputs)).fabric_service == expected
    ready = FakeHost(gpu=READING, outputs=outputs)
    assert (ask(gpus, ready).fabric_service, ready.asked) == ("", [])
