"""What NVML says of each GPU: what a judgement rests on first, then what it knows beside that.

A question that a card, a virtual machine or an older driver has no answer to gives None. The
second kind is asked in threads of its own: one that hangs costs its own answers and no others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any

from triton_doctor.host.nvml_records import GpuPair, GpuProcess, GpuReading, MigInstance
from triton_doctor.record import replace

Values = dict[str, Any]

_PATIENCE = 3.0  # seconds for all that is asked beside the first questions
_P2P_READ, _P2P_NVLINK = 0, 2  # NVML_P2P_CAPS_INDEX_READ is a tuple by mistake in nvidia-ml-py


def read_gpus(nvml: Any, count: int) -> tuple[tuple[GpuReading, ...], tuple[GpuPair, ...], bool]:
    """All GPUs, their pairs, and whether a question is still without an answer."""
    handles: dict[int, Any] = {}
    gpus = [_gpu(nvml, index, handles) for index in range(count)]
    asked = [
        (index, _Question(partial(group, nvml, handle)))
        for index, handle in handles.items()
        for group in (_faults, _state, _clocks, _fabric, _links)
    ]
    pairs = _Question(partial(_pairs, nvml, handles))
    end = time.monotonic() + _PATIENCE
    for index, question in asked:
        gpus[index] = _with(nvml, gpus[index], question.answer(nvml, end))
    found = pairs.answer(nvml, end)
    hung = any(one.running for one in (*(question for _, question in asked), pairs))
    return tuple(gpus), found.get("pairs", ()) if isinstance(found, dict) else (), hung


class _Question:
    """Something asked in a thread of its own."""

    def __init__(self, ask: Callable[[], Values]) -> None:
        self._found: Values | Exception = {}
        self._ask = ask
        self._thread = threading.Thread(target=self._run, daemon=True, name="nvml")
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def answer(self, nvml: Any, end: float) -> Values | Exception:
        """What was found until then (nothing while it hangs), or NVML's error."""
        self._thread.join(max(0.0, end - time.monotonic()))
        found = {} if self.running else self._found
        if isinstance(found, Exception) and not isinstance(found, nvml.NVMLError):
            raise found
        return found

    def _run(self) -> None:
        try:
            self._found = self._ask()
        except Exception as error:  # noqa: BLE001 - raised again where the answer is taken
            self._found = error


def _with(nvml: Any, gpu: GpuReading, found: Values | Any) -> GpuReading:
    """A GPU with one more answer; of one that is lost meanwhile only that is known."""
    if isinstance(found, nvml.NVMLError):
        return GpuReading(gpu.index, code=found.value, text=str(found))
    return gpu if gpu.code else replace(gpu, **found)


def _gpu(nvml: Any, index: int, handles: dict[int, Any]) -> GpuReading:
    """One GPU. One that fell off the bus answers nothing: then only its error is known."""
    try:
        handle = nvml.nvmlDeviceGetHandleByIndex(index)
        capability = nvml.nvmlDeviceGetCudaComputeCapability(handle)
        gpu = GpuReading(
            index=index,
            name=nvml.nvmlDeviceGetName(handle),
            capability=(capability[0], capability[1]),
            processes=_processes(nvml, handle),
            brand=_told(nvml, "DeviceGetBrand", handle),
            uuid=_told(nvml, "DeviceGetUUID", handle) or "",
            **_memory(nvml, handle),
            **_mig(nvml, handle),
        )
    except nvml.NVMLError as error:
        return GpuReading(index, code=error.value, text=str(error))
    handles[index] = handle
    return gpu


def _told(nvml: Any, name: str, *given: Any) -> Any:
    """What a GPU tells, or None where it, or an older driver, has no answer to this question."""
    ask = getattr(nvml, f"nvml{name}", None)  # older versions of nvidia-ml-py have fewer
    try:
        return ask(*given) if ask else None
    except nvml.NVMLError as error:
        if error.value in (nvml.NVML_ERROR_GPU_IS_LOST, nvml.NVML_ERROR_RESET_REQUIRED):
            raise
        return None


def _memory(nvml: Any, handle: Any) -> Values:
    """The second version tells what the driver reserves; older drivers have only the first."""
    seen = _told(nvml, "DeviceGetMemoryInfo", handle, nvml.nvmlMemory_v2)
    seen = seen or _told(nvml, "DeviceGetMemoryInfo", handle)
    if seen is None:  # memory shared with the processor: NVML has no figures
        return {}
    reserved = getattr(seen, "reserved", 0)
    return {"total": seen.total, "free": seen.free, "used": seen.used, "reserved": reserved}


def _processes(nvml: Any, handle: Any) -> tuple[GpuProcess, ...]:
    held: dict[int, int | None] = {}
    for name in ("DeviceGetComputeRunningProcesses", "DeviceGetGraphicsRunningProcesses"):
        held.update({item.pid: item.usedGpuMemory for item in _told(nvml, name, handle) or ()})
    return tuple(GpuProcess(pid, used) for pid, used in sorted(held.items()))


def _mig(nvml: Any, handle: Any) -> Values:
    mode = _told(nvml, "DeviceGetMigMode", handle)
    if mode is None:
        return {}
    if mode[0] != nvml.NVML_DEVICE_MIG_ENABLE:
        return {"mig": False}
    places = _told(nvml, "DeviceGetMaxMigDeviceCount", handle) or 0
    ask = "DeviceGetMigDeviceHandleByIndex"
    made = [one for place in range(places) if (one := _told(nvml, ask, handle, place)) is not None]
    parts = tuple(_instance(nvml, one) for one in made)
    return {"mig": True, "mig_instances": len(made), "mig_list": parts}


def _instance(nvml: Any, handle: Any) -> MigInstance:
    seen = _memory(nvml, handle)
    seen.pop("used", None)
    uuid, name = (_told(nvml, ask, handle) or "" for ask in ("DeviceGetUUID", "DeviceGetName"))
    return MigInstance(uuid, name, **seen)


# ---- asked beside that ---------------------------------------------------------------------


def _faults(nvml: Any, handle: Any) -> Values:
    kind = nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED
    rows = _told(nvml, "DeviceGetRemappedRows", handle)
    retired = _told(nvml, "DeviceGetRetiredPagesPendingStatus", handle)
    ask = "DeviceGetTotalEccErrors"
    return {
        "ecc_errors": _told(nvml, ask, handle, kind, nvml.NVML_VOLATILE_ECC),
        "ecc_ever": _told(nvml, ask, handle, kind, nvml.NVML_AGGREGATE_ECC),
        "remap_pending": bool(rows[2]) if rows else None,
        "remap_failed": bool(rows[3]) if rows else None,
        "retire_pending": None if retired is None else bool(retired),
        "recovery": _field(nvml, handle, "NVML_FI_DEV_GET_GPU_RECOVERY_ACTION"),
    }


def _field(nvml: Any, handle: Any, name: str) -> int | None:
    """A value that has a number and no function of its own; each comes with a status."""
    number = getattr(nvml, name, None)
    found = _told(nvml, "DeviceGetFieldValues", handle, [number]) if number else None
    return int(found[0].value.uiVal) if found and found[0].nvmlReturn == 0 else None


def _state(nvml: Any, handle: Any) -> Values:
    persistence = _told(nvml, "DeviceGetPersistenceMode", handle)
    place = _told(nvml, "DeviceGetPciInfo", handle)
    bus = getattr(place, "busId", "") if place else ""
    return {
        "bus": bus.decode() if isinstance(bus, bytes) else bus,
        "compute_mode": _told(nvml, "DeviceGetComputeMode", handle),
        "persistence": None if persistence is None else bool(persistence),
    }


def _clocks(nvml: Any, handle: Any) -> Values:
    """Why the clocks are held down: the question has had two names."""
    why = _told(nvml, "DeviceGetCurrentClocksEventReasons", handle)
    if why is None:
        why = _told(nvml, "DeviceGetCurrentClocksThrottleReasons", handle)
    ask, at = "DeviceGetTemperatureThreshold", nvml.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN
    return {
        "slowdown": why,
        "temperature": _told(nvml, "DeviceGetTemperature", handle, nvml.NVML_TEMPERATURE_GPU),
        "slowdown_at": _told(nvml, ask, handle, at),
        "power_limit": _told(nvml, "DeviceGetPowerManagementLimit", handle),
        "power_default": _told(nvml, "DeviceGetPowerManagementDefaultLimit", handle),
    }


def _fabric(nvml: Any, handle: Any) -> Values:
    from ctypes import byref

    info = nvml.c_nvmlGpuFabricInfoV_t()
    if _told(nvml, "DeviceGetGpuFabricInfoV", handle, byref(info)) is None:
        return {}
    health = getattr(info, "healthMask", None)
    return {"fabric": info.state, "fabric_status": info.status, "fabric_health": health}


def _links(nvml: Any, handle: Any) -> Values:
    """NVLinks that are up and down; a card without any answers to none of them."""
    states: list[int] = []
    for link in range(nvml.NVML_NVLINK_MAX_LINKS):
        state = _told(nvml, "DeviceGetNvLinkState", handle, link)
        if state is None:
            break
        states.append(state)
    if not states:
        return {}
    up = sum(bool(state) for state in states)
    return {"links_up": up, "links_down": len(states) - up}


def _pairs(nvml: Any, handles: dict[int, Any]) -> Values:
    pairs = (
        GpuPair(
            first,
            second,
            level=_told(nvml, "DeviceGetTopologyCommonAncestor", handles[first], handles[second]),
            read=_told(nvml, "DeviceGetP2PStatus", handles[first], handles[second], _P2P_READ),
            nvlink=_told(nvml, "DeviceGetP2PStatus", handles[first], handles[second], _P2P_NVLINK),
        )
        for first, second in combinations(sorted(handles), 2)
    )
    return {"pairs": tuple(pairs)}
