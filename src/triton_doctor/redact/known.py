"""Gathers what this machine must not tell, from where it is kept. The values are shown nowhere."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from triton_doctor.deployment import Deployment
from triton_doctor.host.names import Names
from triton_doctor.host.protocol import Host
from triton_doctor.redact.literals import SHORTEST, Known

SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|api_?key|access_?key|private_?key|credential|_auth$|_pat$"
    r"|_pass$|_pwd$|_pw$|^auth|hub_key|license_key|signing_key|encryption_key|connection_string"
    r"|webhook",
    re.IGNORECASE,
)
_PLACE = re.compile(r"_(?:PATH|FILE|DIR|URL|URI|ENV|NAME|TYPE|USER|ID)$", re.IGNORECASE)
# A value that is a key by its looks, whatever its name; digests and numbers of builds look so too.
_LOOKS = re.compile(
    r"(?:[A-Za-z]{1,8}[-_])?(?=(?:\D*\d){3})(?=(?:[^A-Za-z]*[A-Za-z]){3})[A-Za-z0-9+]{20,}=*"
)
_DIGEST = re.compile(r"sha\d*|commit|digest|hash|checksum|version|build|revision", re.IGNORECASE)
_PROXY = re.compile(r"://([^\s/@:]*):([^\s/@]+)@")
_BARE = re.compile(r"^\s*(?:[\w+.-]+://)?([^\s/@:]*):(\S+)@")  # a proxy's scheme may be left out
_ASSIGNED = re.compile(
    r"^\s*(?:hf_token|apikey|api_key|password|_authToken)\s*[=:]\s*(\S+)",
    re.MULTILINE | re.IGNORECASE,
)
_NETRC = re.compile(r"\bpassword\s+(\S+)")
_LIMIT = 64 << 10


def known_here(
    host: Host, deployment: Deployment, environ: Mapping[str, str], names: Names
) -> Known:
    """Values of variables that are named after secrets, of token files, and of docker's logins."""
    found = [*secret_values(environ.items(), (deployment.token_env,)), *_files(host, deployment)]
    return Known(_worth(found), names.hosts, names.users, names.homes)


def more(known: Known, secrets: Iterable[str]) -> Known:
    """The same and some more secrets."""
    return Known(_worth((*known.secrets, *secrets)), known.hosts, known.users, known.homes)


def secret_values(
    variables: Iterable[tuple[str, str]], names: tuple[str, ...] = ()
) -> Iterator[str]:
    """The values of variables that are secrets by their name or their looks, and passwords in
    addresses."""
    for name, value in variables:
        if name in names or (SECRET_NAME.search(name) and not _PLACE.search(name)):
            yield value.strip().strip("\"'")
        elif _LOOKS.fullmatch(value) and not _PLACE.search(name) and not _DIGEST.search(name):
            yield value
        pattern = _BARE if name.lower().endswith("_proxy") else _PROXY
        yield from (hit[2] for hit in pattern.finditer(value))


def _worth(found: Iterable[str]) -> tuple[str, ...]:
    """Long ones first, since a short one may be a part of them; without what is none."""
    kept = {one for one in found if len(one) >= SHORTEST and not one.startswith("$")}
    kept -= {"true", "false", "None", "null", "none"}
    return tuple(sorted(kept, key=lambda one: (-len(one), one)))


def _files(host: Host, deployment: Deployment) -> Iterator[str]:
    home = host.home()
    cache = host.env("HF_HOME") or f"{host.env('XDG_CACHE_HOME') or f'{home}/.cache'}/huggingface"
    volume = deployment.cache_volume
    paths = [f"{cache}/token", host.env("HF_TOKEN_PATH"), deployment.token_file]
    paths += [f"{volume}/token"] if volume.startswith(("/", "~", ".")) else []
    for path in paths:
        if path:
            yield _text(host, path).strip()
    for name in (f"{cache}/stored_tokens", f"{home}/.ngc/config", f"{home}/.npmrc"):
        yield from _ASSIGNED.findall(_text(host, name))
    yield from _NETRC.findall(_text(host, f"{home}/.netrc"))
    folder = host.env("DOCKER_CONFIG") or f"{home}/.docker"
    yield from logins(_text(host, f"{folder}/config.json"))


def logins(text: str) -> Iterator[str]:
    """Passwords and tokens in docker's config.json."""
    with suppress(ValueError):
        config = json.loads(text)
        auths = config.get("auths") if isinstance(config, dict) else None
        for entry in (auths or {}).values():
            yield from _login(entry)


def _login(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        return
    yield from (
        str(entry[key]) for key in ("identitytoken", "registrytoken", "password") if entry.get(key)
    )
    auth = str(entry.get("auth") or "")
    if auth:
        yield auth
        with suppress(binascii.Error, ValueError):
            yield base64.b64decode(auth, validate=True).decode("utf-8").partition(":")[2]


def _text(host: Host, path: str) -> str:
    try:
        return host.read(host.absolute(path), _LIMIT).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
