"""Small images, made from files and the machine's static busybox: 2 MB, imported in 0.2 s."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.lab import machine
from tests.lab.engine import Engine
from tests.lab.stock import Stock

UBUNTU = "ubuntu:24.04"
VLLM_IMAGE = "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3"

_APPLETS = (
    *("sh", "ls", "cat", "id", "head", "tail", "od", "df", "stat", "find", "wc", "sleep", "true"),
    *("false", "echo", "printf", "env", "uname", "nc", "httpd", "wget", "grep", "sed", "awk", "tr"),
    *("ps", "kill", "mkdir", "rm", "cp", "mv", "ln", "dd", "touch", "chmod", "chown", "test"),
    *("date", "hostname", "readlink"),
)
_PRESENT = {
    "opt/tritonserver/bin/tritonserver": "#!/bin/sh\necho 'not a real server' >&2\nexit 1\n",
    "opt/tritonserver/backends/vllm/model.py": "# stands in for the vLLM backend\n",
}


def import_image(
    engine: Engine,
    tag: str,
    files: Mapping[str, str | bytes] | None = None,
    *,
    shell: bool = True,
    changes: Sequence[str] = (),
    platform: str | None = None,
) -> None:
    """Imports an image of busybox (unless `shell` is False) and `files`.

    `changes` are Dockerfile lines such as "USER 1000" or "ENV A=b"; `platform` is "linux/arm64" or
    the like, and goes without `changes`.
    """
    layer = _tar(files or {}, shell=shell)
    if platform:
        engine.docker("load", stdin=_archive(tag, layer, platform))
        return
    flags = [part for change in ("ENV PATH=/bin", *changes) for part in ("--change", change)]
    engine.docker("import", *flags, "-", tag, stdin=layer)


def import_fake_vllm(engine: Engine, tag: str = VLLM_IMAGE) -> None:
    """An image that has the files of Triton with vLLM where they belong, and none of their work."""
    import_image(engine, tag, _PRESENT)


def archive_layer() -> bytes:
    """The files of a small image, as one layer."""
    return _tar({}, shell=True)


def _tar(files: Mapping[str, str | bytes], *, shell: bool) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for folder in ("tmp", "etc", "bin"):
            _add(tar, folder, kind=tarfile.DIRTYPE, mode=0o1777 if folder == "tmp" else 0o755)
        _add(tar, "etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
        _add(tar, "etc/group", b"root:x:0:\n")
        if shell:
            _add(tar, "bin/busybox", busybox(), mode=0o755)
            for name in _APPLETS:
                _add(tar, f"bin/{name}", kind=tarfile.SYMTYPE, link="busybox")
        for name, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            _add(tar, name, body, mode=0o755)
    return raw.getvalue()


def _archive(tag: str, layer: bytes, platform: str) -> bytes:
    """What `docker save` writes: old engines import for their own platform whatever is asked."""
    system, processor = platform.split("/")
    digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    config = {
        "os": system,
        "architecture": processor,
        "config": {"Env": ["PATH=/bin"], "Cmd": ["sh"]},
        "rootfs": {"type": "layers", "diff_ids": [digest]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [_tagged(tag)], "Layers": ["layer.tar"]}]
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        _add(tar, "layer.tar", layer)
        _add(tar, "config.json", json.dumps(config).encode())
        _add(tar, "manifest.json", json.dumps(manifest).encode())
    return raw.getvalue()


def _tagged(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _add(
    tar: tarfile.TarFile,
    name: str,
    body: bytes = b"",
    *,
    mode: int = 0o644,
    kind: bytes = tarfile.REGTYPE,
    link: str = "",
) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.type, entry.linkname = len(body), mode, kind, link
    tar.addfile(entry, io.BytesIO(body))


@cache
def busybox() -> bytes:
    """A busybox that needs no library: the machine's own, or one fetched and not installed."""
    installed = Path("/bin/busybox")
    if installed.exists() and _is_static(installed.read_bytes()):
        return installed.read_bytes()
    return _fetched_busybox()


def _is_static(program: bytes) -> bool:
    # A dynamic program names its loader in the first page.
    return b"ld-linux" not in program[:4096] and b"ld-musl" not in program[:4096]


def _fetched_busybox() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return Stock(Path(folder)).file("busybox", _fetch_busybox).read_bytes()


def _fetch_busybox(place: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, machine.apt_alone():
        machine.apt("update")
        machine.apt("download", "busybox-static", cwd=Path(folder))
        (package,) = Path(folder).glob("busybox-static*.deb")
        subprocess.run(["dpkg", "--extract", package, folder], check=True, capture_output=True)
        (program,) = Path(folder).glob("**/bin/busybox")
        place.write_bytes(program.read_bytes())
