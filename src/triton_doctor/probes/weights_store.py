"""A folder with a model's files, wherever it lies, and the one that lies on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from triton_doctor.host.protocol import Host, Named
from triton_doctor.probes.repository_files import landing, printable
from triton_doctor.probes.safetensors_header import LENGTH, wanted
from triton_doctor.record import Record

# The index of a model of a hundred thousand tensors has 10 MB.
TEXT_LIMIT = 32 << 20
HEAD = 512  # bytes by which the kind of a file is told
_FIRST = 16 << 10  # of a safetensors file, which holds most headers whole


class Listed(Record, frozen=True):
    """One name in the folder. kind: broken: a link to nothing that the container could reach;
    denied: it may not be read. size: bytes of what a link leads to."""

    kind: Literal["file", "folder", "broken", "denied", "other"]
    size: int = 0


class Store(Protocol):
    """The folder. Each call but `names` may raise OSError."""

    @property
    def names(self) -> Mapping[str, Listed]: ...
    def text(self, name: str) -> bytes:
        """A small file, whole."""

    def head(self, name: str) -> bytes:
        """A file's beginning: of safetensors the whole header, of others HEAD bytes."""

    def ends(self, name: str) -> tuple[bytes, bytes]:
        """The first and the last bytes of a file."""


class HostStore:
    """inner: a folder below `root`, which the container has mounted; OSError where it is none."""

    def __init__(self, host: Host, root: str, inner: str) -> None:
        self._host, self._root, self._inner = host, root, inner
        self._paths: dict[str, str] = {}
        self.names: Mapping[str, Listed] = {
            printable(one.name): self._listed(one) for one in host.scan(self._path(inner))
        }

    def text(self, name: str) -> bytes:
        return self._host.read(self._paths[name], TEXT_LIMIT)

    def head(self, name: str) -> bytes:
        if not name.endswith(".safetensors"):
            return self._host.read(self._paths[name], HEAD)
        head = self._host.read(self._paths[name], _FIRST)
        whole = wanted(head) if len(head) >= LENGTH else 0
        return head if whole <= len(head) else self._host.read(self._paths[name], whole)

    def ends(self, name: str) -> tuple[bytes, bytes]:
        data = self.text(name)
        return data[:HEAD], data[-HEAD:]

    def _listed(self, seen: Named) -> Listed:
        path = f"{self._inner}/{seen.name}" if self._inner else seen.name
        end = landing(self._host, self._root, path) if seen.kind == "link" else path
        if end is None:
            return Listed("broken")
        self._paths[printable(seen.name)] = place = self._path(end)
        try:
            stat = self._host.stat(place)
        except PermissionError:
            return Listed("denied")
        except OSError:
            return Listed("broken")
        return Listed(stat.kind if stat.kind != "link" else "other", stat.size)

    def _path(self, inner: str) -> str:
        return f"{self._root}/{inner}" if inner else self._root
