"""Records real answers of NVML into a folder; run as root on a Linux machine with an NVIDIA GPU.

    PYTHONPATH=src python3 tests/recordings/record_nvml.py FOLDER

Nothing of the machine is changed: what is hidden from NVML is hidden in a mount namespace of its
own (`unshare --mount`), and the library of another version is a changed copy in a temporary folder.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

READ = """
import json, sys
import msgspec
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.gpus import gpus
fact = Context(LocalHost(), Deployment(), Settings()).fact(gpus)
json.dump(msgspec.to_builtins(fact), sys.stdout, indent=1)
"""
HOLD = """
import ctypes, sys
cuda = ctypes.CDLL("libcuda.so.1")
device, context, place = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p()
assert cuda.cuInit(0) == 0
assert cuda.cuDeviceGet(ctypes.byref(device), 0) == 0
assert cuda.cuCtxCreate_v2(ctypes.byref(context), 0, device) == 0
assert cuda.cuMemAlloc_v2(ctypes.byref(place), ctypes.c_size_t(20 << 30)) == 0
print("holding", flush=True)
sys.stdin.read()
"""
NODE = "mkdir -p {t}/d && mount -t tmpfs none {t}/d && cp -a /dev/nvidiactl {t}/d/ctl"
LOCKED = NODE + " && chmod 600 {t}/d/ctl && mount --bind {t}/d/ctl /dev/nvidiactl"


def read(folder: Path, name: str, before: str = "true", wrap: str = "") -> None:
    """One reading in a mount namespace of its own, after the shell command `before` there."""
    script = f"{before} && exec {wrap} {sys.executable} -c '{READ}'"
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=60
    )
    if done.returncode:
        sys.stderr.write(f"{name}: not recorded: {done.stderr.strip()[-300:]}\n")
        return
    (folder / f"{name}.json").write_text(done.stdout + "\n")
    sys.stderr.write(f"{name}: {json.loads(done.stdout)['reading']['state']}\n")


def library() -> Path:
    """Where the NVML library in use lies."""
    code = "import pynvml; pynvml.nvmlInit(); print(open('/proc/self/maps').read())"
    maps = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    return Path(re.findall(r"\S*libnvidia-ml\.so\S*", maps)[0])


def other_version(folder: Path) -> Path:
    """A copy of the library that takes itself for the driver version 580.159.99 or the like."""
    data = library().read_bytes()
    version = library().name.removeprefix("libnvidia-ml.so.").encode()
    other = version[:-2] + b"99"
    (folder / "libnvidia-ml.so.1").write_bytes(data.replace(version, other))
    return folder


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp())
    hidden = library()
    read(folder, "idle")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        read(folder, "held")
        holder.communicate()
    read(folder, "library-hidden", f"mount --bind /dev/null {hidden}")
    read(
        folder,
        "devices-hidden",
        "for d in /dev/nvidia*; do mount --bind /dev/null $d || true; done",
    )
    read(folder, "one-device-hidden", "mount --bind /dev/null /dev/nvidia0")
    user = "setpriv --reuid 65534 --regid 65534 --clear-groups"
    read(folder, "locked", LOCKED.format(t=scratch), user)
    read(folder, "other-library", "true", f"env LD_LIBRARY_PATH={other_version(scratch)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
