"""What the doctor may ask of a machine. Every answer can be written as JSON and played back.

File calls raise OSError as Python does; `run` raises FileNotFoundError or TimeoutError; `docker`
calls raise DockerTrouble and `hub` calls HubTrouble. Nothing here blocks for longer than the time
it is given, except calls on a file system that does not answer: those are bounded by the probe that
makes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from triton_doctor.host.hub import Hub, Secret
from triton_doctor.host.nvml import NvmlReading
from triton_doctor.record import Record


class Ran(Record, frozen=True):
    """A finished program: exit status and its two outputs as text."""

    code: int
    out: str
    err: str


class FileStat(Record, frozen=True):
    """mode: permission bits; size: bytes; modified: seconds since the epoch; names: hard links."""

    kind: Literal["file", "folder", "link", "other"]
    mode: int
    uid: int
    gid: int
    size: int
    modified: float
    names: int = 1


class Named(NamedTuple):
    """One name in a folder, told without a look at what it is in itself: a link is a link.

    A plain tuple and no record, since a repository has thousands of them.
    """

    name: str
    kind: Literal["file", "folder", "link", "other"]


class Disk(Record, frozen=True):
    """Bytes of a file system; free is what an ordinary user may still write."""

    total: int
    free: int


class Memory(Record, frozen=True):
    """Bytes of RAM; available is what can be had without swapping."""

    total: int
    available: int


class Process(Record, frozen=True):
    """A process by what may be shown of it; never its command line, which may hold secrets."""

    pid: int
    name: str
    user: str
    started: float


class Listener(Record, frozen=True):
    """A TCP socket that listens; pid is None where the system does not tell us."""

    address: str
    port: int
    pid: int | None


class HttpReply(Record, frozen=True):
    """An HTTP answer: status, headers with lower-case names, the first bytes of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Trouble = Literal[
    "missing",  # no such socket or pipe
    "refused",  # nobody listens there
    "denied",  # this user may not
    "silent",  # connected, and no answer in time
    "unresolved",  # the host name is unknown
    "tls",  # certificates
    "lost",  # the connection broke off
    "api",  # the engine answered with an error: see status
    "unusable",  # the endpoint cannot be used at all: an unknown scheme, a missing program
]


class DockerTrouble(Exception):
    """A call to the engine that failed; `text` is the engine's or the system's own sentence."""

    def __init__(self, kind: Trouble, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.kind, self.text, self.status = kind, text, status


class DockerEndpoint(Record, frozen=True):
    """Where the engine is: url as in DOCKER_HOST; certs: folder with ca.pem, cert.pem, key.pem."""

    url: str
    certs: str | None = None
    verify: bool = True


class ProbeRun(Record, frozen=True):
    """A probe container to run: always without network, capabilities or a writable root.

    mounts: (source, target) pairs, read-only; volumes: (name, target), read-only, of volumes that
    are known to be there, since the engine would make one that is not. gpus: as in
    `docker run --gpus`, or None. code: the exit code is wanted, for which the engine takes a moment
    after the output has ended. output: bytes of each output that are kept.
    """

    image: str
    argv: tuple[str, ...]
    mounts: tuple[tuple[str, str], ...] = ()
    user: str = ""
    gpus: str | None = None
    env: Mapping[str, str] = {}
    timeout: float = 10.0
    code: bool = True
    volumes: tuple[tuple[str, str], ...] = ()
    output: int = 1 << 20


class ProbeEnd(Record, frozen=True):
    """How a probe container ended; code -1: not asked for, or not told in time.

    The daemon's own refusal is a DockerTrouble instead.
    """

    code: int
    out: bytes
    err: bytes


class Usage(Record, frozen=True):
    """What a container has used since its start: s of CPU, bytes from the network and disks."""

    cpu: float
    received: int
    read: int


class Docker(Protocol):
    """The part of the engine's API that the doctor uses; values are the API's own JSON."""

    def version(self) -> dict[str, Any]: ...
    def info(self) -> dict[str, Any]: ...
    def containers(self) -> list[dict[str, Any]]: ...
    def inspect(self, container: str) -> dict[str, Any] | None: ...
    def logs(self, container: str, tail: int) -> bytes: ...
    def log_stream(self, container: str, follow: bool) -> Iterator[bytes]: ...
    def events(
        self, since: float, until: float, containers: Sequence[str]
    ) -> list[dict[str, Any]]: ...
    def images(self) -> list[dict[str, Any]]: ...
    def image(self, reference: str) -> dict[str, Any] | None: ...
    def distribution(self, reference: str) -> dict[str, Any]: ...
    def volume(self, name: str) -> dict[str, Any] | None: ...
    def paths_in_image(self, reference: str, paths: Sequence[str]) -> dict[str, bool]: ...
    def probe(self, run: ProbeRun) -> ProbeEnd: ...


class Host(Protocol):
    """The machine that the doctor runs on."""

    def system(self) -> Literal["Linux", "Windows", "Darwin"]: ...
    def kernel(self) -> str: ...
    def machine(self) -> str: ...
    def env(self, name: str) -> str | None: ...
    def home(self) -> str: ...
    def cwd(self) -> str: ...
    def uid(self) -> int | None: ...
    def now(self) -> float: ...
    def which(self, program: str) -> str | None: ...
    def run(self, argv: Sequence[str], timeout: float) -> Ran: ...
    def absolute(self, path: str) -> str: ...
    def stat(self, path: str, follow: bool = True) -> FileStat: ...
    def listdir(self, path: str) -> list[str]: ...
    def scan(self, path: str) -> list[Named]: ...
    def link(self, path: str) -> str: ...
    def read(self, path: str, limit: int = 1 << 20) -> bytes: ...
    def real(self, path: str) -> str: ...
    def disk(self, path: str) -> Disk: ...
    def memory(self) -> Memory: ...
    def process(self, pid: int) -> Process | None: ...
    def ancestors(self) -> list[str]: ...
    def listeners(self) -> list[Listener]: ...
    def bind(self, port: int) -> str: ...
    def http(
        self,
        method: str,
        url: str,
        timeout: float,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> HttpReply: ...
    def nvml(self) -> NvmlReading: ...
    def docker(self, endpoint: DockerEndpoint) -> Docker: ...
    def hub(self, endpoint: str, token: Secret | None = None) -> Hub: ...
    def close(self) -> None: ...
