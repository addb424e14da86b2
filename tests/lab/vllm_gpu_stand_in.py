"""A STAND-IN for one H100, so that vLLM judges its arguments as on CUDA where there is no GPU.

It is vLLM's own class for CUDA; only what that class asks of the driver is answered here. vLLM
finds it by its entry-point group for platforms (see `record_vllm.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import torch

COUNT = 8

# Compiled for CUDA, hence not in the CPU build. They are imported, and hardly anything of them is
# called, when a configuration is made.
COMPILED = (
    *("vllm._C", "vllm._C_stable_libtorch", "vllm._moe_C", "vllm.vllm_flash_attn"),
    *("vllm.vllm_flash_attn.layers", "vllm.vllm_flash_attn.layers.rotary"),
)
# Kernels that a configuration of `quantization` asks for.
SUPPORTS = (
    *("cutlass_scaled_mm_supports_fp8", "cutlass_scaled_mm_supports_block_fp8"),
    *("cutlass_scaled_mm_supports_fp4", "cutlass_group_gemm_supported"),
    "cutlass_sparse_scaled_mm_supported",
)


class Yes(ModuleType):
    """A module with every function; each says that it can."""

    def __getattr__(self, name: str) -> Callable[..., bool]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: True


def there(name: str) -> bool:
    try:
        return import_module(name).__file__ is not None
    except ImportError:
        return False


for name in COMPILED:
    if not there(name):
        sys.modules[name] = Yes(name)


def is_compiled() -> bool:
    """Yes to vLLM, which asks before it counts devices; torch itself may be a CPU build."""
    return str(sys._getframe(1).f_globals["__name__"]).startswith("vllm.")


torch.cuda._is_compiled = is_compiled
torch.cuda._device_count_nvml = lambda: COUNT
torch.cuda.is_available = lambda: False
for question in SUPPORTS:
    setattr(torch.ops._C, question, lambda capability: True)

from vllm.platforms.cuda import NonNvmlCudaPlatform  # noqa: E402 - once all that it looks at is set
from vllm.platforms.interface import DeviceCapability  # noqa: E402 - once all that it looks at is set


class Gpu(NonNvmlCudaPlatform):
    """Compute capability 9.0, 80 GiB, eight of them."""

    @classmethod
    def get_device_capability(cls, device_id: int = 0) -> Any:
        return DeviceCapability(9, 0)

    @classmethod
    def get_device_name(cls, device_id: int = 0) -> str:
        return "NVIDIA H100 80GB HBM3"

    @classmethod
    def get_device_total_memory(cls, device_id: int = 0) -> int:
        return 80 << 30

    @classmethod
    def device_count(cls) -> int:
        return COUNT

    @classmethod
    def is_fully_connected(cls, *asked: object, **named: object) -> bool:
        return True


def register() -> str:
    return "vllm_gpu_stand_in.Gpu"
