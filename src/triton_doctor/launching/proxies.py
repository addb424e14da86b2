"""Whether the environment sends requests for an address through a proxy. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network

NAMES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name alone."""
    if host.lower().rstrip(".") == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False


def catching(host: str, environ: Mapping[str, str]) -> str:
    """The variable that sends plain requests for a host to a proxy; empty where none does.

    As curl, Python's requests and urllib read them, each a little otherwise: what catches one of
    them is told. NO_PROXY: names, domains with or without a dot, addresses, networks, or `*`.
    """
    left_out = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if any(_fits(host.lower(), one.strip().lower()) for one in left_out.split(",")):
        return ""
    return next((name for name in NAMES if environ.get(name)), "")


def _fits(host: str, entry: str) -> bool:
    name = entry.rpartition(":")[0] if entry.count(":") == 1 else entry
    name = name.strip("[]").lstrip(".")
    if not name:
        return False
    if name == "*" or host == name or host.endswith(f".{name}"):
        return True
    try:
        return ip_address(host) in ip_network(name, strict=False)
    except (ValueError, TypeError):
        return False
