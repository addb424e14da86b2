"""What NVIDIA's management library (NVML) tells of a machine, as plain records."""

from __future__ import annotations

from typing import Literal

from triton_doctor.record import Record, replace

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


class MigInstance(Record, frozen=True):
    """A part of a divided GPU that CUDA takes for a GPU; name: as `NVIDIA H200 MIG 1g.18gb`.

    total, free: bytes; reserved: what the driver keeps of total.
    """

    uuid: str
    name: str = ""
    total: int = 0
    free: int = 0
    reserved: int = 0


class GpuPair(Record, frozen=True):
    """Two GPUs by their index; status numbers are NVML's, None where it does not tell.

    level: what lies between them (0 one board, 10 one PCIe switch, 20 several, 30 the processor's
    PCIe bridge, 40 one memory node, 50 between processors); read, nvlink: whether one reads the
    memory of the other, at all and over NVLink (0 yes, 1 the chipset does not, 2 the GPU does not,
    3 the topology does not, 4 switched off in the driver, 5 not supported, 6 unknown).
    """

    first: int
    second: int
    level: int | None = None
    read: int | None = None
    nvlink: int | None = None


class GpuReading(Record, frozen=True):
    """One GPU as NVML shows it. Bytes (0: not told); capability as (major, minor).

    used excludes what the driver keeps for itself (reserved); total = used + free + reserved.
    brand: NVML's brand number; code, text: NVML's error where the GPU itself does not answer, and
    then nothing else is known of it; mig: split into instances, of which mig_instances exist;
    ecc_errors: uncorrected ones since the driver was loaded; remap_pending, remap_failed: faulty
    memory rows that wait for a reset, or found no spare; fabric: NVML's state of the NVLink fabric
    (0 none, 1 not started, 2 in progress, 3 completed), fabric_status its NVML error and
    fabric_health its mask of troubles.

    uuid, bus: as `GPU-8932f937-...` and `00000000:65:00.0`; mig_list: the instances; ecc_ever:
    uncorrected errors in the card's whole life; retire_pending: as remap_pending, on cards older
    than Ampere; slowdown: NVML's bits of why the clocks are held down right now; temperature,
    slowdown_at: degrees C; power_limit, power_default: mW; compute_mode: 0 default, 2 prohibited,
    3 exclusive process; persistence: the driver stays loaded while nobody uses the GPU; links_up,
    links_down: NVLinks that are active and that are not; recovery: what the driver says the GPU is
    in need of (0 nothing, 1 a reset, 2 a reboot, 3 no new peer traffic, 4 a reset once it is idle).

    None is what this GPU or driver does not tell.
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
    fabric_health: int | None = None
    uuid: str = ""
    bus: str = ""
    mig_list: tuple[MigInstance, ...] = ()
    ecc_ever: int | None = None
    retire_pending: bool | None = None
    slowdown: int | None = None
    temperature: int | None = None
    slowdown_at: int | None = None
    power_limit: int | None = None
    power_default: int | None = None
    compute_mode: int | None = None
    persistence: bool | None = None
    links_up: int | None = None
    links_down: int | None = None
    recovery: int | None = None

    @property
    def usable(self) -> int:
        """Bytes that CUDA calls the card's total: without what the driver keeps for itself."""
        return self.total - self.reserved

    def only(self, uuid: str) -> GpuReading | None:
        """A divided GPU with that one instance; uuid: or its beginning. None where it has none."""
        parts = tuple(one for one in self.mig_list if one.uuid.startswith(uuid))
        return replace(self, mig_list=parts) if len(parts) == 1 else None


class NvmlReading(Record, frozen=True):
    """state: ok, or why NVML gave nothing; code and text are NVML's own.

    driver: as `580.159.03`; cuda: the newest CUDA that this driver serves, (major, minor);
    library: version of the NVML library, where it can be had although NVML does not start; pairs:
    of GPUs, where there are two or more.
    """

    state: NvmlState
    code: int = 0
    text: str = ""
    driver: str = ""
    cuda: tuple[int, int] | None = None
    gpus: tuple[GpuReading, ...] = ()
    library: str = ""
    pairs: tuple[GpuPair, ...] = ()
