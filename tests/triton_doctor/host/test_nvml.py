"""Reading NVML: what a real driver answered, what is here, and a fake of what cannot be had."""

from __future__ import annotations

import ctypes
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pynvml
import pytest

from triton_doctor.host.nvml import GpuPair, GpuProcess, MigInstance, NvmlReading, read_nvml
from triton_doctor.probes.gpus import Gpus

RECORDINGS = Path(__file__).parents[2] / "recordings" / "nvml"


def recorded(name: str) -> Gpus:
    saved = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return msgspec.convert(saved, Gpus)


@pytest.mark.parametrize(
    ("name", "state", "code"),
    [
        ("idle", "ok", 0),
        ("held", "ok", 0),
        ("two-gpus", "ok", 0),
        ("idle-deep", "ok", 0),
        ("two-gpus-deep", "ok", 0),
        ("two-gpus-held", "ok", 0),
        ("four-gpus-deep", "ok", 0),
        ("four-gpus-held", "ok", 0),
        ("one-device-hidden", "ok", 0),
        ("library-hidden", "library-missing", 12),
        ("devices-hidden", "failed", 17),
        ("locked", "no-permission", 4),
        ("other-library", "mismatch", 18),
    ],
)
def test_what_a_real_driver_answered(name: str, state: str, code: int) -> None:
    fact = recorded(name)
    assert (fact.reading.state, fact.reading.code) == (state, code)
    assert fact.module == "580.159.04"


def test_memory_of_a_real_gpu_adds_up_and_its_holder_has_a_name() -> None:
    (gpu,) = recorded("held").reading.gpus
    assert gpu.total == gpu.used + gpu.free + gpu.reserved
    assert gpu.processes[0].used > 20 << 30
    assert recorded("held").holder(gpu.processes[0].pid).name == "python3"


def test_this_machine_answers_as_its_loader_says() -> None:
    try:
        ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        assert read_nvml().state == "library-missing"
    else:
        assert read_nvml().state != "library-missing"


# ---- from here on a fake of the library, with the errors and numbers of pynvml itself ----


def refuse(code: int) -> Callable[..., Any]:
    def call(*_: Any) -> Any:
        raise pynvml.NVMLError(code)

    return call


FIELD = SimpleNamespace(nvmlReturn=0, value=SimpleNamespace(uiVal=4))
MEMORY = SimpleNamespace(total=100, free=60, used=30, reserved=10)
CALLS: dict[str, Any] = {
    "Init": lambda: None,
    "Shutdown": lambda: None,
    "SystemGetNVMLVersion": lambda: "13.580.1",
    "SystemGetCudaDriverVersion_v2": lambda: 12080,
    "SystemGetDriverVersion": lambda: "570.26",
    "DeviceGetCount": lambda: 1,
    "DeviceGetHandleByIndex": lambda index: index,
    "DeviceGetName": lambda _: "NVIDIA Made Up",
    "DeviceGetCudaComputeCapability": lambda _: (9, 0),
    "DeviceGetBrand": lambda _: 14,
    "DeviceGetMemoryInfo": lambda *_: MEMORY,
    "DeviceGetComputeRunningProcesses": lambda _: [SimpleNamespace(pid=7, usedGpuMemory=20)],
    "DeviceGetGraphicsRunningProcesses": lambda _: [SimpleNamespace(pid=3, usedGpuMemory=None)],
    "DeviceGetMigMode": lambda _: [0, 0],
    "DeviceGetTotalEccErrors": lambda *_: 0,
    "DeviceGetRemappedRows": lambda _: (0, 0, 0, 0),
    "DeviceGetGpuFabricInfoV": lambda *_: 0,
    "DeviceGetUUID": lambda index: f"GPU-{index}",
    "DeviceGetPciInfo": lambda _: SimpleNamespace(busId=b"00000000:65:00.0"),
    "DeviceGetComputeMode": lambda _: 3,
    "DeviceGetPersistenceMode": lambda _: 1,
    "DeviceGetCurrentClocksEventReasons": lambda _: 0x40,
    "DeviceGetTemperature": lambda *_: 91,
    "DeviceGetTemperatureThreshold": lambda *_: 89,
    "DeviceGetPowerManagementLimit": lambda _: 250_000,
    "DeviceGetPowerManagementDefaultLimit": lambda _: 450_000,
    "DeviceGetRetiredPagesPendingStatus": lambda _: 1,
    "DeviceGetFieldValues": lambda *_: [FIELD],
    "DeviceGetNvLinkState": lambda _, link: int(link > 0) if link < 4 else refuse(2)(),
    "DeviceGetTopologyCommonAncestor": lambda *_: 30,
    "DeviceGetP2PStatus": lambda *_: 2,
}


def fake(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> NvmlReading:
    """Read a made-up GPU; changed: calls that answer otherwise, by their names after `nvml`."""
    info = pynvml.c_nvmlGpuFabricInfoV_t
    calls = {**CALLS, **changed}
    names = {name: getattr(pynvml, name) for name in dir(pynvml) if name.isupper()}
    library = SimpleNamespace(
        **names,
        NVMLError=pynvml.NVMLError,
        nvmlMemory_v2=pynvml.nvmlMemory_v2,
        c_nvmlGpuFabricInfoV_t=info,
        **{f"nvml{name}": call for name, call in calls.items()},
    )
    monkeypatch.setitem(sys.modules, "pynvml", library)
    monkeypatch.setattr("triton_doctor.host.nvml._library_there", lambda: True)
    return read_nvml()


def test_a_whole_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = fake(monkeypatch)
    (gpu,) = reading.gpus
    assert (reading.driver, reading.cuda, reading.library) == ("570.26", (12, 8), "13.580.1")
    assert gpu.processes == (GpuProcess(3, None), GpuProcess(7, 20))
    assert (gpu.mig, gpu.remap_failed, gpu.fabric) == (False, False, 0)
    assert (gpu.uuid, gpu.bus, gpu.compute_mode, gpu.persistence) == (
        "GPU-0",
        "00000000:65:00.0",
        3,
        True,
    )
    assert (gpu.slowdown, gpu.temperature, gpu.slowdown_at) == (0x40, 91, 89)
    assert (gpu.power_limit, gpu.power_default, gpu.retire_pending) == (250_000, 450_000, True)
    assert (gpu.links_up, gpu.links_down, gpu.recovery) == (3, 1, 4)
    assert reading.pairs == ()


def test_pairs_of_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = fake(monkeypatch, DeviceGetCount=lambda: 3)
    assert [(pair.first, pair.second) for pair in reading.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert reading.pairs[0] == GpuPair(0, 1, 30, 2, 2)


def test_the_instances_of_a_divided_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    (gpu,) = fake(
        monkeypatch,
        DeviceGetMigMode=lambda _: [1, 1],
        DeviceGetMaxMigDeviceCount=lambda _: 7,
        DeviceGetMigDeviceHandleByIndex=lambda _, place: f"m{place}" if place < 2 else refuse(6)(),
    ).gpus
    assert (gpu.mig, gpu.mig_instances) == (True, 2)
    assert gpu.mig_list[1] == MigInstance("GPU-m1", "NVIDIA Made Up", 100, 60, 10)
    assert gpu.only("GPU-m1") is not None
    assert gpu.only("GPU-m") is None


def test_a_question_that_hangs_costs_its_own_answers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triton_doctor.host.nvml_gpu._PATIENCE", 0.2)
    ended, shut = threading.Event(), threading.Event()
    reading = fake(
        monkeypatch, DeviceGetPowerManagementLimit=lambda _: ended.wait(30), Shutdown=shut.set
    )
    ended.set()
    (gpu,) = reading.gpus
    assert (gpu.power_limit, gpu.slowdown) == (None, None)
    assert (gpu.total, gpu.compute_mode, gpu.links_up, gpu.recovery) == (100, 3, 3, 4)
    assert not shut.is_set()  # the library is not taken from under the call


def test_a_gpu_lost_while_its_state_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    (gpu,) = fake(monkeypatch, DeviceGetComputeMode=refuse(15)).gpus
    assert (gpu.code, gpu.name) == (15, "")


def test_a_mistake_of_ours_is_not_taken_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        fake(monkeypatch, DeviceGetComputeMode=lambda _: 1 // 0)


@pytest.mark.parametrize(("code", "state"), [(9, "not-loaded"), (999, "failed"), (15, "failed")])
def test_a_driver_that_does_not_start(
    monkeypatch: pytest.MonkeyPatch, code: int, state: str
) -> None:
    reading = fake(monkeypatch, Init=refuse(code))
    assert (reading.state, reading.code, reading.library) == (state, code, "13.580.1")
    assert reading.text


def test_a_gpu_that_fell_off_the_bus_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def handle(index: int) -> int:
        return index or refuse(15)()

    lost, sound = fake(monkeypatch, DeviceGetCount=lambda: 2, DeviceGetHandleByIndex=handle).gpus
    assert (lost.code, lost.text, lost.name) == (15, "GPU is lost", "")
    assert (sound.index, sound.name) == (1, "NVIDIA Made Up")


def test_a_gpu_lost_half_way_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    (gpu,) = fake(monkeypatch, DeviceGetMigMode=refuse(15)).gpus
    assert gpu.code == 15


def test_what_a_card_does_not_tell_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    mute = refuse(3)
    (gpu,) = fake(
        monkeypatch,
        DeviceGetMigMode=mute,
        DeviceGetTotalEccErrors=mute,
        DeviceGetRemappedRows=mute,
        DeviceGetGpuFabricInfoV=refuse(13),
        DeviceGetMemoryInfo=mute,
        DeviceGetComputeRunningProcesses=mute,
    ).gpus
    assert (gpu.mig, gpu.ecc_errors, gpu.remap_failed, gpu.fabric) == (None, None, None, None)
    assert (gpu.total, gpu.processes) == (0, (GpuProcess(3, None),))


def test_an_older_driver_has_no_second_form_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def memory(_: int, version: int | None = None) -> Any:
        return refuse(13)() if version else SimpleNamespace(total=100, free=60, used=40)

    (gpu,) = fake(monkeypatch, DeviceGetMemoryInfo=memory).gpus
    assert (gpu.total, gpu.reserved) == (100, 0)


def test_instances_of_a_split_gpu_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def instance(_: int, place: int) -> int:
        return place if place < 2 else refuse(6)()

    (gpu,) = fake(
        monkeypatch,
        DeviceGetMigMode=lambda _: [1, 1],
        DeviceGetMaxMigDeviceCount=lambda _: 7,
        DeviceGetMigDeviceHandleByIndex=instance,
    ).gpus
    assert (gpu.mig, gpu.mig_instances) == (True, 2)
