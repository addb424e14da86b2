"""Which API versions a Docker version speaks, from the table that is shipped with the doctor."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_client import docker_client
from triton_doctor.record import Record


class ClientApi(Record, frozen=True):
    """What the docker command can speak. api: its newest API version, None where not known.

    gpus_api, gpus_version: the API version and the client with which `--gpus` came.
    """

    api: str | None
    gpus_api: str
    gpus_version: str


@probe("client-api", doing="looking up the docker command's version")
def client_api(ask: Asking) -> ClientApi:
    """The API version that goes with the client on PATH."""
    import tomli

    source = resources.files("triton_doctor.probes") / "data" / "docker_versions.toml"
    table = tomli.loads(source.read_text("utf-8"))
    client = ask.fact(docker_client)
    api = None if client.podman else _newest_api(client.version, table)
    return ClientApi(api, table["gpus_api"], table["gpus_version"])


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparing: `20.10.24+dfsg1` is (20, 10, 24)."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _newest_api(version: str, table: dict[str, Any]) -> str | None:
    """The row at or below a version. Rows are listed newest first."""
    mine = numbers(version)
    for row in table["version"]:
        if mine and mine >= numbers(row["since"]):
            return str(row["max"])
    return None
