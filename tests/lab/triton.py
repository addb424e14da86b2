"""The real tritonserver (2.51.0, CPU), from the wheel nvidia-pytriton 0.7.0 on a Debian root."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from tests.lab.engine import Engine
from tests.lab.roots import Roots

_WHEEL = "nvidia-pytriton==0.7.0"
_TAG = "lab-triton:2.51.0"
_BACKEND = Path(__file__).parent / "stand_in_backend.py"

# The wheel's tree stays whole: the program looks for its libraries four folders up.
_INSTALL = """\
set -e
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    python3 python3-numpy libpython3.11 curl libgomp1 libnuma1 procps ca-certificates
cp -r /wheel /opt/pt
cd /opt/pt/pytriton/tritonserver
chmod +x bin/* backends/python/* python_backend_stubs/*/*
cp python_backend_stubs/3.11/triton_python_backend_stub backends/python/
ln -s pt/pytriton/tritonserver /opt/tritonserver
mkdir backends/vllm
cp /backend.py backends/vllm/model.py
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
"""


def build_triton(engine: Engine, roots: Roots) -> str:
    """Builds the image (about 90 s without a cache) and gives its tag."""
    wheel = _unpacked_wheel(engine.folder.parent / "wheel", roots)
    mounts = [
        *("--mount", f"type=bind,source={wheel},target=/wheel,readonly"),
        *("--mount", f"type=bind,source={_BACKEND},target=/backend.py,readonly"),
    ]
    root = roots.image(engine, "bookworm")
    engine.docker("run", "--name", "lab-build", *mounts, root, "sh", "-c", _INSTALL, timeout=600)
    path = "ENV PATH=/opt/tritonserver/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    engine.docker("commit", "--change", path, "lab-build", _TAG)
    engine.docker("rm", "lab-build")
    return _TAG


def _unpacked_wheel(folder: Path, roots: Roots) -> Path:
    folder.mkdir()
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    foreign = ["--only-binary=:all:", "--platform", "manylinux_2_35_x86_64"]
    roots.network.outside([*pip, *foreign, "--dest", str(folder), _WHEEL])
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    wheel.unlink()
    return folder
