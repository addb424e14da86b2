"""One reading of NVIDIA's management library (NVML), taken with nvidia-ml-py."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from triton_doctor.host.nvml_records import (
    GpuPair,
    GpuProcess,
    GpuReading,
    MigInstance,
    NvmlReading,
    NvmlState,
)

__all__ = ["GpuPair", "GpuProcess", "GpuReading", "MigInstance", "NvmlReading", "read_nvml"]


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
    hung = False
    try:
        reading, hung = _reading(nvml)
    except nvml.NVMLError as error:
        reading = _trouble(nvml, error, library)
    finally:
        if not hung:  # to take the library from under a call is no way to end one
            with suppress(nvml.NVMLError):
                nvml.nvmlShutdown()
    return reading


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


def _reading(nvml: Any) -> tuple[NvmlReading, bool]:
    """The reading, and whether a question about it has not ended."""
    from triton_doctor.host.nvml_gpu import read_gpus

    cuda = nvml.nvmlSystemGetCudaDriverVersion_v2()  # 12080 is 12.8
    driver, library = nvml.nvmlSystemGetDriverVersion(), nvml.nvmlSystemGetNVMLVersion()
    gpus, pairs, hung = read_gpus(nvml, nvml.nvmlDeviceGetCount())
    reading = NvmlReading(
        state="ok",
        driver=driver,
        cuda=(cuda // 1000, cuda % 1000 // 10),
        gpus=gpus,
        library=library,
        pairs=pairs,
    )
    return reading, hung
