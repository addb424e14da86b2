"""The real tritonserver (2.51.0, CPU), from the wheel nvidia-pytriton 0.7.0 on a Debian root."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.lab.engine import Engine
from tests.lab.roots import Roots

_WHEEL = "nvidia-pytriton==0.7.0"
_TAG = "lab-triton:2.51.0"
_BACKEND = Path(__file__).parent / "stand_in_backend.py"
_PACKAGES = (
    *("python3", "python3-numpy", "libpython3.11", "curl", "libgomp1", "libnuma1", "procps"),
    "ca-certificates",
)


def image(engine: Engine, roots: Roots) -> str:
    """Its tag; at first use it is brought into the engine."""
    if engine.docker("image", "inspect", _TAG, check=False).returncode:
        path = "ENV PATH=/opt/tritonserver/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        engine.docker("import", "--change", path, str(tar(roots)), _TAG)
    return _TAG


def tar(roots: Roots) -> Path:
    """The image's whole root folder."""
    root = roots.tar("bookworm", _PACKAGES)

    def make(half: Path) -> None:
        folder = half.with_suffix(".folder")
        _lay_out(folder, roots)
        shutil.copyfile(root, half)
        # Not `opt` itself, which the root has: Docker takes no path twice.
        added = ["-C", str(folder), "--owner=0", "--group=0", "./opt/pt", "./opt/tritonserver"]
        subprocess.run(["tar", "-rf", str(half), *added], check=True)
        shutil.rmtree(folder)

    return roots.stock.file("triton.tar", make)


def _lay_out(folder: Path, roots: Roots) -> None:
    # The wheel's tree stays whole: the program looks for its libraries four folders up.
    place = folder / "opt/pt"
    place.mkdir(parents=True)
    _unpack_wheel(place, roots)
    (folder / "opt/tritonserver").symlink_to("pt/pytriton/tritonserver")
    server = place / "pytriton/tritonserver"
    for pattern in ("bin/*", "backends/python/*", "python_backend_stubs/*/*"):
        for program in server.glob(pattern):
            program.chmod(0o755)
    shutil.copy(
        server / "python_backend_stubs/3.11/triton_python_backend_stub", server / "backends/python"
    )
    (server / "backends/vllm").mkdir()
    shutil.copyfile(_BACKEND, server / "backends/vllm/model.py")


def _unpack_wheel(folder: Path, roots: Roots) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    foreign = ["--only-binary=:all:", "--platform", "manylinux_2_35_x86_64"]
    roots.network.outside([*pip, *foreign, "--dest", str(folder), _WHEEL])
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    wheel.unlink()
