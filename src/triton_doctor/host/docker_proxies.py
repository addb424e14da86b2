"""The proxies that the docker command puts into every container that it makes. Pure."""

from __future__ import annotations

from typing import Any

# https://docs.docker.com/engine/cli/proxy/: keys of `proxies` there, and the variables they become.
VARIABLES = {
    "httpProxy": "HTTP_PROXY",
    "httpsProxy": "HTTPS_PROXY",
    "ftpProxy": "FTP_PROXY",
    "noProxy": "NO_PROXY",
    "allProxy": "ALL_PROXY",
}


def proxies(config: Any, engine: str) -> dict[str, str]:
    """Those for an engine's address by their variables, out of the client's config.json as read.

    Empty where there are none, or where a hand has written something else.
    """
    known = _part(_part(config, "proxies"), engine, "default")
    return {
        name: value
        for key, name in VARIABLES.items()
        if isinstance(value := known.get(key), str) and value
    }


def _part(config: Any, *names: str) -> dict[str, Any]:
    for name in names if isinstance(config, dict) else ():
        if isinstance(config.get(name), dict):
            return dict(config[name])
    return {}
