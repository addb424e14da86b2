"""Shared libraries in the place of CUDA's large ones: the names that torch looks up, and no work.

torch's CUDA build does not load without them, and on a CPU calls none of them. Each name carries
the version that torch wants of it; without those the loader stops.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

# By the beginning of a name; the longer ones first.
_LIBRARIES = {
    "cublasLt": "libcublasLt.so.12",
    "cublas": "libcublas.so.12",
    "cudnn": "libcudnn.so.9",
    "cufft": "libcufft.so.11",
    "curand": "libcurand.so.10",
    "cusparseLt": "libcusparseLt.so.0",
    "cusparse": "libcusparse.so.12",
    "nccl": "libnccl.so.2",
}
_WANTING = ("libtorch_cuda.so", "libtorch_python.so")
_NAME = re.compile(rf"U (({'|'.join(_LIBRARIES)})\w+)(?:@(\S+))?$", re.MULTILINE)


def write_stubs(site: Path) -> None:
    """Beside torch's own libraries, where the loader looks last."""
    folder = site / "torch" / "lib"
    wanted: dict[str, set[tuple[str, str]]] = {name: set() for name in _LIBRARIES.values()}
    for library in _WANTING:
        argv = ["nm", "-D", "--undefined-only", str(folder / library)]
        told = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
        for name, beginning, version in _NAME.findall(told):
            wanted[_LIBRARIES[beginning]].add((name, version))
    for library, names in wanted.items():
        _write(folder / library, names)


def _write(library: Path, names: set[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, script = Path(folder) / "stub.c", Path(folder) / "stub.map"
        source.write_text("".join(f"int {name}(void) {{ return 1; }}\n" for name, _ in names))
        versions = sorted({version for _, version in names if version})
        script.write_text("".join(_block(one, names) for one in versions))
        wants = [f"-Wl,--version-script={script}"] if versions else []
        soname = f"-Wl,-soname,{library.name}"
        # gcc knows some of these names as functions of another shape.
        argv = ["gcc", "-w", "-shared", "-fPIC", "-o", str(library), str(source), soname, *wants]
        subprocess.run(argv, check=True)


def _block(version: str, names: set[tuple[str, str]]) -> str:
    mine = " ".join(f"{name};" for name, of in sorted(names) if of == version)
    return f"{version} {{ global: {mine} }};\n"
