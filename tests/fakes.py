"""A fake machine, for states that cannot be made where the tests run. All of it is made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.hub import Hub, Secret
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.host.protocol import (
    Disk,
    Docker,
    DockerEndpoint,
    FileStat,
    HttpReply,
    Listener,
    Memory,
    Named,
    Process,
    Ran,
)
from triton_doctor.probes.base import Probe

NOW = 1_790_000_000.0


@dataclass
class FakeHost:
    """A Host whose answers are given by hand; an exception given as an answer is raised.

    files: path -> bytes, or an exception; folders: path -> names; programs: name -> path;
    outputs: first words of a command line -> Ran, exception, or a function of argv; hubs: address
    -> a FakeHub.
    """

    os: Literal["Linux", "Windows", "Darwin"] = "Linux"
    release: str = "6.1.0"
    arch: str = "x86_64"
    variables: dict[str, str] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    folders: dict[str, Any] = field(default_factory=dict)
    stats: dict[str, Any] = field(default_factory=dict)
    programs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    disks: dict[str, Any] = field(default_factory=dict)
    ram: Memory = field(default_factory=lambda: Memory(32 << 30, 24 << 30))
    processes: dict[int, Process] = field(default_factory=dict)
    parents: list[str] = field(default_factory=lambda: ["bash"])
    sockets: list[Listener] = field(default_factory=list)
    binds: dict[int, str] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    gpu: Any = field(default_factory=lambda: NvmlReading("library-missing"))
    engine: Any = None
    hubs: dict[str, Any] = field(default_factory=dict)
    folder: str = "/home/ada"
    user: int | None = 1000
    asked: list[str] = field(default_factory=list)

    def system(self) -> Literal["Linux", "Windows", "Darwin"]:
        return self.os

    def kernel(self) -> str:
        return self.release

    def machine(self) -> str:
        return self.arch

    def env(self, name: str) -> str | None:
        return self.variables.get(name)

    def home(self) -> str:
        return "/home/ada"

    def cwd(self) -> str:
        return self.folder

    def uid(self) -> int | None:
        return self.user

    def now(self) -> float:
        return NOW

    def which(self, program: str) -> str | None:
        return self.programs.get(program)

    def run(self, argv: Sequence[str], timeout: float) -> Ran:
        line = " ".join(argv)
        self.asked.append(line)
        matches = [key for key in self.outputs if line.startswith(key)]
        if not matches:
            raise FileNotFoundError(2, "No such file or directory", argv[0])
        answer = self.outputs[max(matches, key=len)]
        return cast("Ran", _given(answer(argv) if callable(answer) else answer))

    def absolute(self, path: str) -> str:
        return path if path.startswith(("/", "C:")) else f"{self.folder}/{path}"

    def stat(self, path: str, follow: bool = True) -> FileStat:
        if path in self.stats:
            return cast("FileStat", _given(self.stats[path]))
        if path in self.folders:
            return FileStat("folder", 0o755, 1000, 1000, 4096, NOW)
        return FileStat("file", 0o644, 1000, 1000, len(self.read(path)), NOW)

    def listdir(self, path: str) -> list[str]:
        return sorted(_given(_known(self.folders, path)))

    def scan(self, path: str) -> list[Named]:
        return [
            Named(name, self.stat(f"{path}/{name}", follow=False).kind)
            for name in self.listdir(path)
        ]

    def link(self, path: str) -> str:
        raise OSError(22, "Invalid argument", path)

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        return cast("bytes", _given(_known(self.files, path)))[:limit]

    def real(self, path: str) -> str:
        self.stat(path)
        return path

    def disk(self, path: str) -> Disk:
        return cast("Disk", _given(_known(self.disks, path)))

    def memory(self) -> Memory:
        return self.ram

    def process(self, pid: int) -> Process | None:
        return self.processes.get(pid)

    def ancestors(self) -> list[str]:
        return self.parents

    def listeners(self) -> list[Listener]:
        return self.sockets

    def bind(self, port: int) -> str:
        return self.binds.get(port, "free")

    def http(
        self,
        method: str,
        url: str,
        timeout: float,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpReply:
        self.asked.append(f"{method} {url}")
        missing = ConnectionRefusedError(111, "refused")
        return cast("HttpReply", _given(self.pages.get(url, missing)))

    def nvml(self) -> NvmlReading:
        return cast("NvmlReading", _given(self.gpu() if callable(self.gpu) else self.gpu))

    def docker(self, endpoint: DockerEndpoint) -> Docker:
        assert self.engine is not None, "this fake machine has no Docker engine"
        return cast("Docker", self.engine)

    def hub(self, endpoint: str, token: Secret | None = None) -> Hub:
        self.asked.append(f"hub {endpoint}{' with a token' if token else ''}")
        assert endpoint in self.hubs, f"this fake machine has no way to {endpoint}"
        return cast("Hub", self.hubs[endpoint])

    def close(self) -> None:
        self.asked.append("close")


class FakeDocker:
    """A Docker whose answers are given by name; an exception is raised, a function is called."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked = answers, list[str]()

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def answer(*args: Any) -> Any:
            self.asked.append(call)
            given = self.answers[call]
            return _given(given(*args) if callable(given) else given)

        return answer


class FakeHub(FakeDocker):
    """A Hub whose answers are given by name in the same way; a function gets the name asked for."""

    def __getattr__(self, call: str) -> Callable[..., Any]:
        def answer(*args: Any, **_: Any) -> Any:
            self.asked.append(f"{call} {args[0]}" if isinstance(args[0], str) else call)
            given = self.answers[call]
            return _given(given(*args) if callable(given) else given)

        return answer


def ask(probe: Probe[Any], host: FakeHost, **options: Any) -> Any:
    """The fact that a probe gives on a fake machine. deployment, settings: field values."""
    return Context(
        host,
        Deployment(**options.get("deployment", {})),
        Settings(**options.get("settings", {})),
    ).fact(probe)


def _known(table: Mapping[str, Any], path: str) -> Any:
    if path not in table:
        raise FileNotFoundError(2, "No such file or directory", path)
    return table[path]


def _given(answer: Any) -> Any:
    if isinstance(answer, BaseException):
        raise answer
    return answer
