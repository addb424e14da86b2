"""The machine that the doctor runs on, asked directly."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import stat as modes
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from triton_doctor.host.hub import Hub, Secret
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.host.protocol import (
    Disk,
    Docker,
    DockerEndpoint,
    DockerTrouble,
    FileStat,
    HttpReply,
    Listener,
    Memory,
    Named,
    Process,
    Ran,
)

_KINDS: list[tuple[Any, Literal["file", "folder", "link"]]] = [
    (modes.S_ISREG, "file"),
    (modes.S_ISDIR, "folder"),
    (modes.S_ISLNK, "link"),
]
_PIECE = 1 << 16
LOADING = 3.0  # seconds at most that the end of a run waits for a library that is being loaded


def _kind(entry: os.DirEntry[str]) -> Literal["file", "folder", "link", "other"]:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


class LocalHost:
    """The Host protocol on this machine. One engine connection an endpoint, kept for the run, and
    one Hub an address and token, so that whose token it is is asked once."""

    def __init__(self) -> None:
        self._engines: dict[DockerEndpoint, Any] = {}
        self._hubs: dict[tuple[str, str], Hub] = {}
        self._lock = threading.Lock()
        self._closed = False

    def system(self) -> Literal["Linux", "Windows", "Darwin"]:
        return cast("Literal['Linux', 'Windows', 'Darwin']", platform.system())

    def kernel(self) -> str:
        return platform.release()

    def machine(self) -> str:
        return platform.machine()

    def env(self, name: str) -> str | None:
        return os.environ.get(name)

    def home(self) -> str:
        return os.path.expanduser("~")  # `~` for a user of no account

    def cwd(self) -> str:
        return str(Path.cwd())

    def uid(self) -> int | None:
        return os.getuid() if hasattr(os, "getuid") else None

    def now(self) -> float:
        return time.time()

    def which(self, program: str) -> str | None:
        return shutil.which(program)

    def run(self, argv: Sequence[str], timeout: float) -> Ran:
        try:
            done = subprocess.run(
                list(argv),
                capture_output=True,
                timeout=timeout,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{argv[0]} gave no answer in {timeout:g} s") from None
        return Ran(
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    def absolute(self, path: str) -> str:
        return os.path.abspath(os.path.expanduser(path))  # no links resolved

    def stat(self, path: str, follow: bool = True) -> FileStat:
        seen = os.stat(path, follow_symlinks=follow)
        kind = next((name for test, name in _KINDS if test(seen.st_mode)), "other")
        return FileStat(
            cast("Any", kind),
            modes.S_IMODE(seen.st_mode),
            seen.st_uid,
            seen.st_gid,
            seen.st_size,
            seen.st_mtime,
            seen.st_nlink,
        )

    def listdir(self, path: str) -> list[str]:
        return sorted(os.listdir(path))  # names, as the container sees them

    def scan(self, path: str) -> list[Named]:
        with os.scandir(path) as entries:
            return sorted(Named(entry.name, _kind(entry)) for entry in entries)

    def link(self, path: str) -> str:
        """What a symbolic link says; OSError for anything else."""
        return os.readlink(path)  # the text as it stands in the link

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        # Without a buffer, and piece by piece: setting one up of the size of the limit would take
        # longer than reading a small file, and a repository has thousands of them.
        data = b""
        with open(path, "rb", buffering=0) as stream:
            while piece := stream.read(min(limit - len(data), _PIECE)):
                data += piece
        return data

    def real(self, path: str) -> str:
        return str(Path(path).resolve(strict=True))

    def disk(self, path: str) -> Disk:
        usage = shutil.disk_usage(path)
        return Disk(usage.total, usage.free)

    def memory(self) -> Memory:
        import psutil

        seen = psutil.virtual_memory()
        return Memory(seen.total, seen.available)

    def process(self, pid: int) -> Process | None:
        import psutil

        try:
            seen = psutil.Process(pid)
            return Process(pid, seen.name(), seen.username(), seen.create_time())
        except (psutil.Error, KeyError):  # KeyError: a uid that has no name
            return None

    def ancestors(self) -> list[str]:
        import psutil

        try:
            return [parent.name() for parent in psutil.Process().parents()]
        except psutil.Error:
            return []

    def listeners(self) -> list[Listener]:
        import psutil

        try:
            seen = psutil.net_connections(kind="tcp")
        except psutil.AccessDenied:  # macOS, without root
            return []
        return [
            Listener(item.laddr.ip, item.laddr.port, item.pid)
            for item in seen
            if item.status == psutil.CONN_LISTEN and item.laddr
        ]

    def bind(self, port: int) -> str:
        """`free`, `busy` or `forbidden`: what the system says to a bind that never listens."""
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if os.name != "nt":  # there SO_REUSEADDR would take over another's port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except PermissionError:
                return "forbidden"
            except OSError:
                return "busy"
        return "free"

    def http(
        self,
        method: str,
        url: str,
        timeout: float,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpReply:
        """No proxy, no redirect; `timeout` s to connect, and as much for all the rest."""
        from triton_doctor.host.request import request

        return request(method, url, timeout, headers or {}, body)

    def nvml(self) -> NvmlReading:
        from triton_doctor.host.nvml import read_nvml

        return read_nvml()

    def docker(self, endpoint: DockerEndpoint) -> Docker:
        with self._lock:
            if self._closed:
                raise DockerTrouble("lost", "the run is ending")
            if endpoint not in self._engines:
                from triton_doctor.host.docker_api import DockerApi

                self._engines[endpoint] = DockerApi(endpoint)
            return cast("Docker", self._engines[endpoint])

    def hub(self, endpoint: str, token: Secret | None = None) -> Hub:
        from triton_doctor.host.hub_api import HubApi

        key = (endpoint, token.reveal() if token else "")
        with self._lock:
            return self._hubs.setdefault(key, HubApi(endpoint, token))

    def close(self) -> None:
        """Remove what probes have left and close the connections; safe to call twice.

        The lock is waited for, since a thread that is still loading the engine's SDK would go on to
        make a container; but not for ever, since the disk that it is loaded from may be dead.
        """
        self._closed = True
        held = self._lock.acquire(timeout=LOADING)
        while self._engines:
            self._engines.popitem()[1].close()
        if held:
            self._lock.release()
