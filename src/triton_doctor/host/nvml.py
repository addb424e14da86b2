"""One reading of NVIDIA's management library (NVML), taken with nvidia-ml-py."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

from triton_doctor.record import Record

NvmlState = Literal[
    "ok",
    "library-missing",  # no NVML library that can be loaded: the driver's user-space part is absent
    "not-loaded",  # the library is there and finds no kernel module
    "mismatch",  # library and kernel module are of different driver versions
    "no-permission",
    "failed",  # any other answer: see code and text
]


class GpuProcess(Record, frozen=True):
    """A process that holds memory of a GPU; used: bytes, None where the driver hides it."""

    pid: int
    used: int | None


class GpuReading(Record, frozen=True):
    """One GPU as NVML shows it. Bytes (0: not told); capability as (major, minor).

    used excludes what the driver keeps for itself (reserved); total = used + free + reserved.
    brand: NVML's brand number; code, text: NVML's error where the GPU itself does not answer, and
    then nothing else is known of it; mig: split into instances, of which mig_instances exist;
    ecc_errors: uncorrected ones since the driver was loaded; remap_pending, remap_failed: faulty
    memory rows that wait for a reset, or found no spare; fabric: NVML's state of the NVLink fabric
    (0 none, 1 not started, 2 in progress, 3 completed) and fabric_status its NVML error. None is
    what this GPU or driver does not tell.
    """

    index: int
    name: str = ""
    total: int = 0
    free: int = 0
    used: int = 0
    reserved: int = 0
    capability: tuple[int, int] | None = None
    processes: tuple[GpuProcess, ...] = ()
    brand: int | None = None
    code: int = 0
    text: str = ""
    mig: bool | None = None
    mig_instances: int = 0
    ecc_errors: int | None = None
    remap_pending: bool | None = None
    remap_failed: bool | None = None
    fabric: int | None = None
    fabric_status: int | None = None


class NvmlReading(Record, frozen=True):
    """state: ok, or why NVML gave nothing; code and text are NVML's own.

    driver: as `580.159.03`; cuda: the newest CUDA that this driver serves, (major, minor);
    library: version of the NVML library, where it can be had although NVML does not start.
    """

    state: NvmlState
    code: int = 0
    text: str = ""
    driver: str = ""
    cuda: tuple[int, int] | None = None
    gpus: tuple[GpuReading, ...] = ()
    library: str = ""


def read_nvml() -> NvmlReading:
    """Ask NVML for everything at once. Changes nothing; may hang where the driver does."""
    if not _library_there():
        return NvmlReading("library-missing", 12, "NVML Shared Library Not Found")
    import pynvml as nvml

    library = ""
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        with suppress(nvml.NVMLError):  # this one answers without a driver
            library = nvml.nvmlSystemGetNVMLVersion()
        return _trouble(nvml, error, library)
    try:
        return _reading(nvml)
    except nvml.NVMLError as error:
        return _trouble(nvml, error, library)
    finally:
        with suppress(nvml.NVMLError):
            nvml.nvmlShutdown()


def _library_there() -> bool:
    """Whether the library can be loaded at all; without it, pynvml need not be read either.

    nvidia-ml-py loads it by this name everywhere but on Windows, where it searches by itself.
    """
    if sys.platform == "win32":
        return True
    from ctypes import CDLL

    try:
        CDLL("libnvidia-ml.so.1")
    except OSError:
        return False
    return True


def _trouble(nvml: Any, error: Any, library: str) -> NvmlReading:
    states: dict[int, NvmlState] = {
        nvml.NVML_ERROR_LIBRARY_NOT_FOUND: "library-missing",
        nvml.NVML_ERROR_DRIVER_NOT_LOADED: "not-loaded",
        nvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: "mismatch",
        nvml.NVML_ERROR_NO_PERMISSION: "no-permission",
    }
    code = error.value
    return NvmlReading(states.get(code, "failed"), code, str(error), library=library)


def _reading(nvml: Any) -> NvmlReading:
    cuda = nvml.nvmlSystemGetCudaDriverVersion_v2()  # 12080 is 12.8
    return NvmlReading(
        state="ok",
        driver=nvml.nvmlSystemGetDriverVersion(),
        cuda=(cuda // 1000, cuda % 1000 // 10),
        gpus=tuple(_gpu(nvml, index) for index in range(nvml.nvmlDeviceGetCount())),
        library=nvml.nvmlSystemGetNVMLVersion(),
    )


def _gpu(nvml: Any, index: int) -> GpuReading:
    """One GPU. One that fell off the bus answers nothing: then only its error is known."""
    try:
        handle = nvml.nvmlDeviceGetHandleByIndex(index)
        capability = nvml.nvmlDeviceGetCudaComputeCapability(handle)
        return GpuReading(
            index=index,
            name=nvml.nvmlDeviceGetName(handle),
            capability=(capability[0], capability[1]),
            processes=_processes(nvml, handle),
            brand=_told(nvml, nvml.nvmlDeviceGetBrand, handle),
            **_memory(nvml, handle),
            **_mig(nvml, handle),
            **_faults(nvml, handle),
            **_fabric(nvml, handle),
        )
    except nvml.NVMLError as error:
        return GpuReading(index, code=error.value, text=str(error))


def _told(nvml: Any, ask: Callable[..., Any], *given: Any) -> Any:
    """What a GPU tells, or None where it, or an older driver, has no answer to this question."""
    try:
        return ask(*given)
    except nvml.NVMLError as error:
        if error.value in (nvml.NVML_ERROR_GPU_IS_LOST, nvml.NVML_ERROR_RESET_REQUIRED):
            raise
        return None


def _memory(nvml: Any, handle: Any) -> dict[str, Any]:
    """The second version tells what the driver reserves; older drivers have only the first."""
    seen = _told(nvml, nvml.nvmlDeviceGetMemoryInfo, handle, nvml.nvmlMemory_v2)
    seen = seen or _told(nvml, nvml.nvmlDeviceGetMemoryInfo, handle)
    if seen is None:  # memory shared with the processor: NVML has no figures
        return {}
    reserved = getattr(seen, "reserved", 0)
    return {"total": seen.total, "free": seen.free, "used": seen.used, "reserved": reserved}


def _processes(nvml: Any, handle: Any) -> tuple[GpuProcess, ...]:
    held: dict[int, int | None] = {}
    for ask in (
        nvml.nvmlDeviceGetComputeRunningProcesses,
        nvml.nvmlDeviceGetGraphicsRunningProcesses,
    ):
        held.update({item.pid: item.usedGpuMemory for item in _told(nvml, ask, handle) or ()})
    return tuple(GpuProcess(pid, used) for pid, used in sorted(held.items()))


def _mig(nvml: Any, handle: Any) -> dict[str, Any]:
    mode = _told(nvml, nvml.nvmlDeviceGetMigMode, handle)
    if mode is None:
        return {}
    if mode[0] != nvml.NVML_DEVICE_MIG_ENABLE:
        return {"mig": False}
    places = _told(nvml, nvml.nvmlDeviceGetMaxMigDeviceCount, handle) or 0
    ask = nvml.nvmlDeviceGetMigDeviceHandleByIndex
    made = [_told(nvml, ask, handle, place) for place in range(places)]
    return {"mig": True, "mig_instances": sum(one is not None for one in made)}


def _faults(nvml: Any, handle: Any) -> dict[str, Any]:
    kind = (nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED, nvml.NVML_VOLATILE_ECC)
    rows = _told(nvml, nvml.nvmlDeviceGetRemappedRows, handle)
    return {
        "ecc_errors": _told(nvml, nvml.nvmlDeviceGetTotalEccErrors, handle, *kind),
        "remap_pending": bool(rows[2]) if rows else None,
        "remap_failed": bool(rows[3]) if rows else None,
    }


def _fabric(nvml: Any, handle: Any) -> dict[str, Any]:
    from ctypes import byref

    info = nvml.c_nvmlGpuFabricInfoV_t()
    if _told(nvml, nvml.nvmlDeviceGetGpuFabricInfoV, handle, byref(info)) is None:
        return {}
    return {"fabric": info.state, "fabric_status": info.status}
