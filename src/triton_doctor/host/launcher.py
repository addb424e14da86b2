"""The engine's calls that start a server, watch it and take it away again.

Each call that waits has a connection of its own, since a connection carries one at a time. What the
engine refuses is a DockerTrouble, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from docker.errors import APIError
from docker.utils.config import load_general_config

from triton_doctor.host.docker_api import connect
from triton_doctor.host.docker_errors import REFUSALS, trouble
from triton_doctor.host.docker_proxies import proxies
from triton_doctor.host.protocol import DockerEndpoint, DockerTrouble, Usage

SLOW = 120.0  # s for creating, starting and removing: an engine under load takes its time
GRACE = 10  # s that a server has to end by itself before it is killed


class Launcher:
    """One engine. Safe to use from several threads: no connection is shared."""

    def __init__(self, endpoint: DockerEndpoint) -> None:
        self._endpoint = endpoint

    def has_image(self, reference: str) -> bool:
        with self._api() as api:
            try:
                api.inspect_image(reference)
            except APIError as error:
                if error.status_code == 404:
                    return False
                raise
        return True

    def pull(self, reference: str) -> Iterator[dict[str, Any]]:
        """The engine's own lines of progress; a refusal in the middle is a DockerTrouble too."""
        with self._api(timeout=None) as api:
            for item in api.pull(reference, stream=True, decode=True):
                if item.get("error"):
                    raise DockerTrouble("api", str(item["error"]))
                yield dict(item)

    def create(self, name: str, body: Mapping[str, Any]) -> str:
        """The id of a new container; body: as POST /containers/create takes it.

        It gets the proxies of the client's config.json too, as from the docker command, which puts
        them in every container that it makes.
        """
        whole = {**body, "Env": with_proxies(body.get("Env") or (), self._endpoint.url)}
        with self._api() as api:
            return str(api.create_container_from_config(whole, name=name)["Id"])

    def start(self, container: str) -> None:
        with self._api() as api:
            api.start(container)

    def inspect(self, container: str) -> dict[str, Any] | None:
        """None where there is no such container."""
        with self._api() as api:
            try:
                return dict(api.inspect_container(container))
            except APIError as error:
                if error.status_code == 404:
                    return None
                raise

    def labelled(self, label: str) -> list[str]:
        """The ids of all containers with a label, as `name=value`."""
        with self._api() as api:
            return [str(one["Id"]) for one in api.containers(all=True, filters={"label": label})]

    def wait(self, container: str) -> int:
        """Its exit code, as soon as it has ended."""
        with self._api(timeout=None) as api:
            return int(api.wait(container)["StatusCode"])

    def follow(self, container: str) -> Iterator[bytes]:
        """Both its outputs from the beginning to its end, block by block."""
        with self._api(timeout=None) as api:
            yield from api.logs(container, stream=True, follow=True)

    def log(self, container: str) -> bytes:
        """Both its outputs so far."""
        with self._api() as api:
            return bytes(api.logs(container))

    def usage(self, container: str) -> Usage:
        with self._api() as api:
            quick = {"one_shot": True} if _number(api.api_version) >= (1, 41) else {}
            told = api.stats(container, stream=False, **quick)
        networks = (told.get("networks") or {}).values()
        disks = (told.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
        return Usage(
            cpu=int(told["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9,
            received=sum(int(one.get("rx_bytes") or 0) for one in networks),
            read=sum(int(one["value"]) for one in disks if str(one.get("op")).lower() == "read"),
        )

    def stop(self, container: str, grace: int = GRACE) -> None:
        """In good order, with a signal and time to end; its log stays. One that is gone is none."""
        with self._api() as api:
            try:
                api.stop(container, timeout=grace)
            except APIError as error:
                if error.status_code != 404:
                    raise

    def remove(self, container: str) -> None:
        """At once, also while it runs. One that is gone already is no trouble."""
        with self._api() as api:
            try:
                api.remove_container(container, force=True, v=True)
            except APIError as error:
                if error.status_code not in (404, 409):  # 409: it is being removed
                    raise

    @contextmanager
    def _api(self, timeout: float | None = SLOW) -> Iterator[Any]:
        try:
            with closing(connect(self._endpoint)) as api:
                api.timeout = timeout
                yield api
        except REFUSALS as error:
            raise trouble(error) from error


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def with_proxies(given: Sequence[str], engine: str) -> list[str]:
    """Variables as NAME=VALUE, and those of `proxies` for this engine that are not given."""
    names = {one.partition("=")[0] for one in given}
    added = [
        f"{name}={value}"
        for upper, value in proxies(load_general_config(), engine).items()
        for name in (upper, upper.lower())
        if name not in names
    ]
    return [*added, *given]
