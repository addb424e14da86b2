"""Through which proxy the server will ask the Hub, and through which one this machine does.

A container has no variable of the shell unless it is handed on. But the docker command and Compose
put those of `proxies` in the client's config.json into every container that they make.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.docker_proxies import proxies
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.env_files import env_files
from triton_doctor.probes.given_command import given_command
from triton_doctor.probes.hub_door import endpoint, variables
from triton_doctor.record import Record
from triton_doctor.redact import keep_secret

Place = Literal["", "container", "image", "command", "file", "config"]
_LIMIT = 1 << 20


class ServerProxy(Record, frozen=True):
    """Proxies as HOST:PORT, never with a password. here: of this machine, for the Hub's address;
    there: of the server; place: that hands it to the server, there_in: by its name; all are empty
    where there is none.
    """

    here: str = ""
    there: str = ""
    place: Place = ""
    there_in: str = ""


def loops(proxy: str) -> bool:
    """Whether the address is, in a container, the container itself, where no proxy is."""
    name = urlsplit(f"//{proxy}").hostname or ""
    return name in ("localhost", "::1") or name.startswith("127.")


@probe("server-proxy", doing="looking for a proxy that the server has", timeout=9.0)
def server_proxy(ask: Asking) -> ServerProxy:
    """The container as it was made; else the command that makes it, on top of client and image."""
    parts = urlsplit(endpoint(ask.host))
    names = (f"{parts.scheme}_proxy", "all_proxy", "no_proxy")
    shell = {name: value for name in names if (value := _of_shell(ask, name))}
    here = _through(shell, parts.scheme, parts.hostname or "")
    sources = [(place, named, _lower(found)) for place, named, found in _sources(ask, shell)]
    every = {name: value for *_, found in reversed(sources) for name, value in found.items()}
    there = _through(every, parts.scheme, parts.hostname or "")
    for place, named, found in sources if there else ():
        if any(name in found for name in names[:2]):
            return ServerProxy(here, there, place, named)
    return ServerProxy(here)


def _of_shell(ask: Asking, name: str) -> str:
    value = ask.host.env(name) or ask.host.env(name.upper()) or ""
    if "@" in value:
        from triton_doctor.redact.known import secret_values

        for secret in secret_values([(name, value)]):
            keep_secret(secret)
    return value


def _sources(ask: Asking, shell: Mapping[str, str]) -> list[tuple[Place, str, Mapping[str, str]]]:
    """What may give the server a proxy, what wins first. A container that is there has it all."""
    made, image = _engine(ask)
    if made is not None:
        return [("container", ask.deployment.name, made)]
    found: list[tuple[Place, str, Mapping[str, str]]] = []
    try:
        given = ask.fact(given_command)
        told = {
            one.name: shell.get(one.name.lower(), "") if one.value is None else one.value
            for one in given.variables
        }
        found.append(("command", "the command", told))
        found += [("file", one.path, one.proxies) for one in ask.fact(env_files)]
    except FactUnavailable:
        pass
    path, kept = _config(ask)
    return [*found, ("config", path, kept), ("image", ask.deployment.image, image)]


def _engine(ask: Asking) -> tuple[Mapping[str, str] | None, Mapping[str, str]]:
    """Variables of the deployment's container, None without one, and of its image."""
    try:
        docker = connected(ask)
        seen = docker.inspect(ask.deployment.name)
        image = None if seen else docker.image(ask.deployment.image)
    except (DockerTrouble, FactUnavailable):
        return None, {}
    return (variables(seen) if seen else None), (variables(image) if image else {})


def _config(ask: Asking) -> tuple[str, Mapping[str, str]]:
    """The proxies that the docker command puts into containers, and where it has them from."""
    folder = ask.host.env("DOCKER_CONFIG") or f"{ask.host.home()}/.docker"
    path = f"{folder.rstrip('/')}/config.json"
    try:
        told = json.loads(ask.host.read(ask.host.absolute(path), _LIMIT))
    except (OSError, ValueError):
        return path, {}
    return path, proxies(told, ask.host.env("DOCKER_HOST") or "")


def _lower(found: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in found.items() if value}


def _through(found: Mapping[str, str], scheme: str, host: str) -> str:
    """The proxy for this host as HOST:PORT, by the rules of Python's own libraries."""
    value = found.get(f"{scheme}_proxy") or found.get("all_proxy") or ""
    if not value or _left_out(host, found.get("no_proxy", "")):
        return ""
    try:
        parts = urlsplit(value if "://" in value else f"//{value}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    keep_secret(parts.password or "")
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{name}{port}" if name else ""


def _left_out(host: str, value: str) -> bool:
    """Names, and domains with or without a dot, as in NO_PROXY; `*` is every one."""
    for one in value.split(","):
        name = one.strip().lower().lstrip(".")
        if name == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
    return False
