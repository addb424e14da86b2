"""Compares what the doctor reads of real NVIDIA GPUs with what the driver's own tools say.

    PYTHONPATH=src:checks python3 -m tests.recordings.prove_gpu

Run on a Linux machine with a GPU that nobody uses, and with PyTorch. It changes nothing there: for
a while a process of its own holds half of the first card. Each line is `ok` or `DIFFERS`, and any
that differs makes the exit code 1.
"""

from __future__ import annotations

import csv
import ctypes
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.recordings.record_nvml import HOLD
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.host.nvml import GpuReading, NvmlReading, read_nvml
from triton_doctor.probes.gpus import Gpus, gpus
from triton_doctor_checks.gpu.visible import view

MIB = 1 << 20
# nvidia-smi's name of a figure, and the doctor's in the same unit.
FIGURES: dict[str, Any] = {
    "uuid": lambda gpu: gpu.uuid,
    "pci.bus_id": lambda gpu: gpu.bus,
    "compute_cap": lambda gpu: "{}.{}".format(*gpu.capability),
    "memory.total": lambda gpu: gpu.total / MIB,
    "memory.free": lambda gpu: gpu.free / MIB,
    "memory.used": lambda gpu: gpu.used / MIB,
    "memory.reserved": lambda gpu: gpu.reserved / MIB,
    "compute_mode": lambda gpu: {0: "Default", 2: "Prohibited", 3: "Exclusive_Process"}[
        gpu.compute_mode
    ],
    "persistence_mode": lambda gpu: "Enabled" if gpu.persistence else "Disabled",
    "mig.mode.current": lambda gpu: {None: "[N/A]", True: "Enabled", False: "Disabled"}[gpu.mig],
    "ecc.errors.uncorrected.volatile.total": lambda gpu: gpu.ecc_errors,
    "ecc.errors.uncorrected.aggregate.total": lambda gpu: gpu.ecc_ever,
    "temperature.gpu": lambda gpu: gpu.temperature,
    "power.limit": lambda gpu: gpu.power_limit / 1000,
    "power.default_limit": lambda gpu: gpu.power_default / 1000,
    "clocks_event_reasons.active": lambda gpu: gpu.slowdown,
}
COUNT = """
import ctypes, json, sys
cuda = ctypes.CDLL("libcuda.so.1")
count, found = ctypes.c_int(), []
if cuda.cuInit(0) == 0 and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0:
    for place in range(count.value):
        device, uuid = ctypes.c_int(), (ctypes.c_ubyte * 16)()
        cuda.cuDeviceGet(ctypes.byref(device), place)
        cuda.cuDeviceGetUuid_v2(ctypes.byref(uuid), device)
        found.append(bytes(uuid).hex())
json.dump(found, sys.stdout)
"""
TORCH = """
import json, sys, torch
cuda = torch.cuda
count = range(cuda.device_count())
seen = [str(cuda.get_device_properties(place).uuid).replace("-", "") for place in count]
total = [cuda.mem_get_info(place)[1] for place in count]
pairs = [cuda.can_device_access_peer(a, b) for a in count for b in count if a < b]
json.dump({"seen": seen, "total": total, "pairs": pairs}, sys.stdout)
"""
BAD: list[str] = []


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say(name: str, ours: Any, theirs: Any, within: float = 0) -> None:
    same = ours == theirs if not within else abs(float(ours) - float(theirs)) <= within
    tell(f"{'ok' if same else 'DIFFERS'}: {name}: {ours} | {theirs}")
    if not same:
        BAD.append(name)


def main() -> int:
    reading = read_nvml()
    for gpu in reading.gpus:
        _figures(gpu)
    _time()
    _holder(_fact())
    _orders(reading)
    _torch(reading)
    tell(f"{len(BAD)} differ: {', '.join(BAD)}" if BAD else "all the same")
    return 1 if BAD else 0


def _fact() -> Gpus:
    return Context(LocalHost(), Deployment(), Settings()).fact(gpus)


def _figures(gpu: GpuReading) -> None:
    query = ["nvidia-smi", f"--query-gpu={','.join(FIGURES)}", f"--id={gpu.index}"]
    query.append("--format=csv,noheader,nounits")
    line = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    (values,) = csv.reader([line.strip()], skipinitialspace=True)
    for (name, ours), theirs in zip(FIGURES.items(), values, strict=True):
        mine = ours(gpu)
        if isinstance(mine, str):
            say(f"GPU {gpu.index} {name}", mine, theirs)
        else:
            number = float(int(theirs, 16)) if theirs.startswith("0x") else float(theirs)
            within = 2 if name == "temperature.gpu" else 1  # nvidia-smi shows whole MiB
            say(f"GPU {gpu.index} {name}", mine, number, within)


def _time() -> None:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        read_nvml()
        times.append(time.perf_counter() - start)
    tell(f"a reading takes {', '.join(f'{one:.3f}' for one in times)} s")


def _holder(idle: Gpus) -> None:
    """A process that holds half of the first card is found and named, and is gone afterwards."""
    say("processes on an idle machine", len(idle.reading.gpus[0].processes), 0)
    half = idle.reading.gpus[0].usable // 2
    with subprocess.Popen(
        [sys.executable, "-c", HOLD.replace("20 << 30", str(half))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        held = _fact()
        (process,) = held.reading.gpus[0].processes
        named = held.holder(process.pid)
        say("the holder's number", process.pid, holder.pid)
        say(
            "the holder's name",
            named.name if named else None,
            Path(f"/proc/{holder.pid}/comm").read_text().strip(),
        )
        say("what it holds, MiB", (process.used or 0) / MIB, half / MIB, within=1024)
        _figures(held.reading.gpus[0])
        holder.communicate()
    say("processes after it has ended", len(_fact().reading.gpus[0].processes), 0)


def _orders(reading: NvmlReading) -> None:
    first = reading.gpus[0].uuid
    short = first[:12]
    words = (
        "|0|1|1,0|0,1|0,0|1,1,0|0,7|7,0|-1|0,-1,1|none|0,|0,,1| 1| 1 , 0|01|+1|0;1|0;1,1|0 1|1x,0"
    )
    named = [first, short, first.upper(), first.lower(), "GPU-", "GPU-ffffffff,0"]
    mixed = [f"{short},1", f"1,{short}", f"{short},{short}"]
    for word in [None, *words.split("|"), *named, *mixed]:
        say(f"CUDA_VISIBLE_DEVICES={word!r}", _ids(reading, word), json.loads(_run(COUNT, word)))


def _ids(reading: NvmlReading, word: str | None) -> list[str]:
    seen = view(reading.gpus, word).gpus
    return [gpu.uuid.removeprefix("GPU-").replace("-", "") for gpu in seen]


def _run(code: str, visible: str | None) -> str:
    env = {name: value for name, value in os.environ.items() if name != "CUDA_VISIBLE_DEVICES"}
    env |= {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    return done.stdout or done.stderr[-300:]


def _torch(reading: NvmlReading) -> None:
    for word in (None, "1,0"):
        told = json.loads(_run(TORCH, word))
        say(f"torch's GPUs with {word!r}", _ids(reading, word), told["seen"])
        totals = [gpu.usable for gpu in view(reading.gpus, word).gpus]
        say(f"torch's total with {word!r}", totals, told["total"])
        if word is None:
            say("peer access", [pair.read == 0 for pair in reading.pairs], told["pairs"])


if __name__ == "__main__":
    assert ctypes.sizeof(ctypes.c_void_p) == 8
    sys.exit(main())
