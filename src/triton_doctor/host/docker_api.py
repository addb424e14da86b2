"""Docker's API through the docker SDK: one connection, kept open once a run.

Probe containers are made here and nowhere else, so that what the doctor promises of them (no
network, read-only root, no capabilities, our label and name, gone afterwards) has one place.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import docker
from docker.errors import APIError

from triton_doctor.host.docker_errors import REFUSALS, trouble
from triton_doctor.host.docker_probe import run_probe
from triton_doctor.host.protocol import DockerEndpoint, DockerTrouble, ProbeEnd, ProbeRun

LABEL = "triton-doctor.probe"
FIRST_ANSWER = 3.0  # seconds for the first answer: a socket that accepts and stays silent
ANSWER = 8.0  # seconds for each later one; a registry behind the daemon may be slow
GATHERED = 256 << 10  # bytes of a log that are handed on together
STALE = 60.0  # seconds after which a probe container of a killed run is swept up


class DockerApi:
    """The Docker protocol on a real engine."""

    def __init__(self, endpoint: DockerEndpoint) -> None:
        self._endpoint = endpoint
        self._run = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._idle = threading.Condition()
        self._client: Any = None
        self._making = 0
        self._numbers = iter(range(1, 10_000))
        self._closed = False

    # ---- questions ------------------------------------------------------------------------

    def version(self) -> dict[str, Any]:
        with self._told():
            client = self._api()
            return dict(getattr(client, "told", None) or client.version())

    def info(self) -> dict[str, Any]:
        return dict(self._ask("info"))

    def containers(self) -> list[dict[str, Any]]:
        return list(self._ask("containers", all=True))

    def inspect(self, container: str) -> dict[str, Any] | None:
        return self._ask_or_none("inspect_container", container)

    def logs(self, container: str, tail: int) -> bytes:
        return bytes(self._ask("logs", container, tail=tail))

    def log_stream(self, container: str, follow: bool) -> Iterator[bytes]:
        """The output from its beginning, block by block; follow: wait for more while it runs.

        It has a connection of its own, without a time limit: a server may say nothing for hours.
        """
        with self._told():
            client = connect(self._endpoint)
        try:
            with self._told():
                client.timeout = None if follow else client.timeout
                stream = client.logs(container, stream=True, follow=follow)
                yield from stream if follow else gathered(stream)
        finally:
            client.close()

    def events(self, since: float, until: float, containers: Sequence[str]) -> list[dict[str, Any]]:
        """What befell containers of these names or ids, or of ones that begin so; oldest first."""
        wanted = {"type": ["container"], "container": list(containers)}
        with self._told():
            # Whole seconds would leave out what happened in the one that is running.
            stream = self._api().events(
                since=int(since), until=f"{until:.6f}", filters=wanted, decode=True
            )
            return list(stream)

    def images(self) -> list[dict[str, Any]]:
        return list(self._ask("images"))

    def image(self, reference: str) -> dict[str, Any] | None:
        return self._ask_or_none("inspect_image", reference)

    def distribution(self, reference: str) -> dict[str, Any]:
        return dict(self._ask("inspect_distribution", reference))

    def volume(self, name: str) -> dict[str, Any] | None:
        return self._ask_or_none("inspect_volume", name)

    def paths_in_image(self, reference: str, paths: Sequence[str]) -> dict[str, bool]:
        """Which paths the image has; looked up in a container that is never started."""
        with self._told(), self._container(ProbeRun(reference, ("true",))) as name:
            api = self._api()
            address = f"{api.base_url}/v{api.api_version}/containers/{name}/archive"
            codes = {
                path: api.head(address, params={"path": path}, timeout=ANSWER).status_code
                for path in paths
            }
        return {path: code == 200 for path, code in codes.items()}

    def probe(self, run: ProbeRun) -> ProbeEnd:
        """Run a probe container to its end. A refusal of the daemon is a DockerTrouble."""
        with self._told(), self._container(run, ends=True) as name:
            return run_probe(self._api(), name, run)

    # ---- probe containers -----------------------------------------------------------------

    @contextmanager
    def _container(self, run: ProbeRun, *, ends: bool = False) -> Iterator[str]:
        """A probe container by name, made but not started, and removed at the end.

        ends: where all goes well it ends by itself, and the engine removes it.
        """
        api, well = self._api(), False
        with self._idle:
            if self._closed:
                raise DockerTrouble("lost", "the run is ending")
            self._making += 1
            name = f"triton-doctor-probe-{self._run}-{next(self._numbers)}"
        try:
            api.create_container(**self._recipe(api, run), name=name)
            yield name
            well = True
        finally:
            if not (ends and well):
                with suppress(*REFUSALS):  # close() looks again for what is left
                    _remove(api, name)
            with self._idle:
                self._making -= 1
                self._idle.notify_all()

    def _recipe(self, api: Any, run: ProbeRun) -> dict[str, Any]:
        mounts = [
            docker.types.Mount(target, source, type="bind", read_only=True)
            for source, target in run.mounts
        ]
        mounts += [
            # An empty volume would be filled with what the image has there, were it not told.
            docker.types.Mount(target, name, type="volume", read_only=True, no_copy=True)
            for name, target in run.volumes
        ]
        host = api.create_host_config(
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            auto_remove=True,
            pids_limit=64,
            mounts=mounts,
            device_requests=_gpus(run.gpus),
        )
        return {
            "image": run.image,
            "entrypoint": list(run.argv[:1]),
            "command": list(run.argv[1:]),
            "user": run.user or None,
            "environment": dict(run.env),
            "labels": {LABEL: self._run},
            "host_config": host,
        }

    def close(self) -> None:
        """End the run: make no more containers, wait for those in the making, sweep, hang up."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: self._making == 0, timeout=0.05)
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(*REFUSALS):  # an engine that is gone has nothing that we could remove
            self._sweep(client)
        client.close()

    def _sweep(self, api: Any) -> None:
        """Remove this run's probe containers, and those a killed run left behind."""
        api.timeout = FIRST_ANSWER
        deadline = time.monotonic() + FIRST_ANSWER
        while time.monotonic() < deadline:
            left = api.containers(all=True, filters={"label": LABEL})
            ours = [seen for seen in left if seen["Labels"][LABEL] == self._run]
            stale = [seen for seen in left if time.time() - seen["Created"] > STALE]
            for seen in [*ours, *stale]:
                with suppress(APIError):
                    _remove(api, seen["Id"])
            with self._idle:
                if self._making == 0 and not ours:
                    return
                self._idle.wait(timeout=0.003)

    # ---- the connection -------------------------------------------------------------------

    def _api(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = connect(self._endpoint)
            return self._client

    def _ask(self, call: str, *args: object, **options: object) -> Any:
        with self._told():
            return getattr(self._api(), call)(*args, **options)

    def _ask_or_none(self, call: str, *args: object) -> dict[str, Any] | None:
        try:
            return dict(self._ask(call, *args))
        except DockerTrouble as error:
            if error.status == 404:
                return None
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except REFUSALS as error:
            raise trouble(error) from error


class _Client(docker.APIClient):
    """The SDK's client, which asks for the engine's version as it connects: its answer is kept."""

    def _retrieve_server_version(self) -> str:
        self.told = self.version(api_version=False)
        return str(self.told["ApiVersion"])


def connect(endpoint: DockerEndpoint) -> Any:
    tls: Any = False
    if endpoint.certs:
        own = (f"{endpoint.certs}/cert.pem", f"{endpoint.certs}/key.pem")
        # As the docker client does: it shows no certificate of its own where it has none.
        tls = docker.tls.TLSConfig(
            client_cert=own if all(Path(path).is_file() for path in own) else None,
            ca_cert=f"{endpoint.certs}/ca.pem",
            verify=endpoint.verify,
        )
    client = _Client(
        base_url=endpoint.url,
        version="auto",
        timeout=cast("int", FIRST_ANSWER),  # requests takes seconds as a float too
        tls=tls,
        use_ssh_client=endpoint.url.startswith("ssh://"),
    )
    client.timeout = cast("int", ANSWER)
    return client


def _gpus(wanted: str | None) -> list[Any]:
    """The device request of `--gpus`: all, or device numbers."""
    if wanted is None:
        return []
    chosen: dict[str, Any] = {"count": -1} if wanted == "all" else {"device_ids": wanted.split(",")}
    return [docker.types.DeviceRequest(capabilities=[["gpu"]], **chosen)]


def _remove(api: Any, name: str) -> None:
    try:
        api.remove_container(name, force=True, v=True)
    except APIError as error:
        # 404: gone already; 409: the daemon is removing it, as it was told when it was made.
        if error.status_code not in (404, 409):
            raise


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The engine sends a line at a time, and each piece has its price where it is looked at."""
    some, size = list[bytes](), 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= GATHERED:
            yield b"".join(some)
            some, size = [], 0
    if some:
        yield b"".join(some)
