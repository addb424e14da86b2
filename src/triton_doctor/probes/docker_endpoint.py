"""Where the docker client would go: DOCKER_HOST, DOCKER_CONTEXT, the config file, the default.

The order and the sentences are those of the docker command line client (docker/cli, and seen with
the clients 20.10 and 28.2).
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Literal
from urllib.parse import urlsplit

from triton_doctor.host.protocol import DockerEndpoint
from triton_doctor.probes.base import Asking
from triton_doctor.record import Record, replace
from triton_doctor.redact import keep_secret
from triton_doctor.spots import spot

Source = Literal["DOCKER_HOST", "DOCKER_CONTEXT", "config", "default"]
SCHEMES = ("unix", "tcp", "ssh", "npipe", "fd")
DEFAULTS = {"Windows": "npipe:////./pipe/docker_engine"}
DEFAULT = "unix:///var/run/docker.sock"


class Resolved(Record, frozen=True):
    """An endpoint before anybody has asked there.

    address: as the user would write it; fault: why it cannot be used (bare-path, scheme, context,
    certificates), else empty; error: the sentence; config_error: why the config file is not read;
    chosen_at: line and column of the context's name in the config file, where that names it.
    """

    address: str
    source: Source
    context: str = "default"
    certs: str | None = None
    verify: bool = True
    fault: str = ""
    error: str = ""
    config_path: str = ""
    config_error: str = ""
    chosen_at: tuple[int, int] | None = None

    @property
    def endpoint(self) -> DockerEndpoint:
        return DockerEndpoint(self.address, self.certs, self.verify)

    @property
    def socket(self) -> str | None:
        """The path of a unix socket, if it is one."""
        return self.address[len("unix://") :] if self.address.startswith("unix://") else None

    @property
    def remote(self) -> bool:
        """Another machine's engine; a tunnel that ends on this machine looks like a local one."""
        if not _whole(self.address):
            return False
        parts = urlsplit(self.address)
        if parts.scheme == "ssh":
            return True
        name = parts.hostname or ""
        local = name in ("", "localhost", "::1", "0.0.0.0") or name.startswith("127.")  # noqa: S104 - compared, never bound
        return parts.scheme == "tcp" and not local


def resolve(ask: Asking) -> Resolved:
    """The endpoint in use. Nothing is asked of it yet."""
    folder = ask.host.env("DOCKER_CONFIG") or f"{ask.host.home()}/.docker"
    path = f"{folder}/config.json"
    config, text, error = _config(ask, path)
    if '"auth' in text:
        from triton_doctor.redact.known import logins

        for secret in logins(text):
            keep_secret(secret)
    found = _choose(ask, folder, config)
    at = _chosen_at(text, found.context) if found.source == "config" else None
    return replace(found, config_path=path, config_error=error, chosen_at=at)


def _chosen_at(text: str, name: str) -> tuple[int, int] | None:
    """Line and column of the quoted name; None where it is not written plainly, or twice."""
    places = list(re.finditer(rf'"currentContext"\s*:\s*("{re.escape(name)}")', text))
    return spot(text, places[0].start(1)) if len(places) == 1 else None


def _choose(ask: Asking, folder: str, config: dict[str, Any]) -> Resolved:
    address = ask.host.env("DOCKER_HOST")
    if address:
        return _with_tls(ask, folder, _address(address.strip(), "DOCKER_HOST"))
    name, source = ask.host.env("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
    if not name:
        name, source = str(config.get("currentContext") or ""), "config"
    if name and name != "default":
        return _context(ask, folder, name, "DOCKER_CONTEXT" if source != "config" else "config")
    default = DEFAULTS.get(ask.host.system(), DEFAULT)
    return _with_tls(ask, folder, Resolved(default, "default"))


def _address(text: str, source: Source) -> Resolved:
    """An address as the client reads it; whatever has no scheme is taken as host and port."""
    scheme, mark, rest = text.partition("://")
    if mark and scheme in SCHEMES:
        if scheme == "tcp":
            text = f"tcp://{_host_and_port(rest)}"
        return _usable(text, source)
    if mark:
        error = f"invalid bind address format: {text}"
        return Resolved(text, source, fault="scheme", error=error)
    if "/" in text or text.startswith("unix:"):
        error = f"{text} has no unix:// before it, so that Docker takes it for a host name"
        return Resolved(text.removeprefix("unix:"), source, fault="bare-path", error=error)
    return _usable(f"tcp://{_host_and_port(text)}", source)


def _usable(address: str, source: Source) -> Resolved:
    if _whole(address):
        return Resolved(address, source)
    error = f"unable to parse docker host `{address}`"
    return Resolved(address, source, fault="scheme", error=error)


def _whole(address: str) -> bool:
    """Whether host and port can be told: brackets are closed, and the port is a number."""
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _host_and_port(rest: str) -> str:
    """`host:port` with the client's defaults, localhost and 2375."""
    host, slash, path = rest.partition("/")
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, ""
    return f"{name or 'localhost'}:{port or '2375'}{slash}{path}"


def _with_tls(ask: Asking, folder: str, found: Resolved) -> Resolved:
    """DOCKER_TLS_VERIFY and DOCKER_TLS count wherever no named context is in use."""
    verify = bool(ask.host.env("DOCKER_TLS_VERIFY"))
    if found.fault or not (verify or ask.host.env("DOCKER_TLS")):
        return found
    certs = ask.host.env("DOCKER_CERT_PATH") or folder
    try:
        ask.host.stat(f"{certs}/ca.pem")
    except OSError as error:
        text = f"open {certs}/ca.pem: {(error.strerror or str(error)).lower()}"
        return replace(found, fault="certificates", error=text)
    if not found.address.startswith("tcp://"):
        return found
    return replace(found, certs=certs, verify=verify)


def _context(ask: Asking, folder: str, name: str, source: Source) -> Resolved:
    """A named context: its metadata lie in a folder named by the SHA-256 of its name."""
    key = hashlib.sha256(name.encode()).hexdigest()
    path = f"{folder}/contexts/meta/{key}/meta.json"
    try:
        meta = json.loads(ask.host.read(path))
        endpoint = meta["Endpoints"]["docker"]
        address = str(endpoint["Host"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = "context not found" if isinstance(error, FileNotFoundError) else f"unreadable: {path}"
        return Resolved("", source, name, fault="context", error=f'context "{name}": {why}')
    found = replace(_address(address, source), context=name)
    certs = f"{folder}/contexts/tls/{key}/docker"
    try:
        ask.host.stat(f"{certs}/ca.pem")
    except OSError:
        return found
    return replace(found, certs=certs, verify=not endpoint.get("SkipTLSVerify"))


def _config(ask: Asking, path: str) -> tuple[dict[str, Any], str, str]:
    """The config file, its text, and why the client will not read it. Secrets stay in here."""
    try:
        data = ask.host.read(path)
        config = json.loads(data)
    except FileNotFoundError:
        return {}, "", ""
    except OSError as error:
        return {}, "", (error.strerror or str(error)).lower()
    except ValueError as error:
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "its bytes"
        return {}, "", f"not valid JSON ({place})"
    if not isinstance(config, dict):
        return {}, "", "not a JSON object"
    return config, data.decode("utf-8", "replace"), ""
