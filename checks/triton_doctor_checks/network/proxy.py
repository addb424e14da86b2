"""Whether the server goes to the Hub through the proxy that was tried from here."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.api import Answer, Context, found, unsure
from triton_doctor.probes.docker_engine import docker_engine
from triton_doctor.probes.given_command import given_command
from triton_doctor.probes.server_proxy import ServerProxy, loops, server_proxy


def proxies(context: Context, host: str) -> Iterator[Answer]:
    """A proxy that the server lacks, that is no proxy in it, or that nobody tried from here."""
    seen, engine = context.known(server_proxy), context.known(docker_engine)
    if seen is None or (engine is not None and engine.remote):
        return
    place = _place(seen)
    if loops(seen.there) and not _host_network(context):
        yield found(
            "proxy-not-handed", case="loopback", where=seen.there_in, proxy=seen.there, place=place,
            host=host,
        )  # fmt: skip
    elif seen.here and not seen.there:
        if engine is not None and engine.kind == "desktop":
            return  # Docker Desktop sends what containers ask through the proxy of its own settings
        yield found(
            "proxy-not-handed", case="loopback-here" if loops(seen.here) else None,
            where="HTTPS_PROXY", proxy=seen.here, place="this shell", host=host,
        )  # fmt: skip
    elif seen.there and seen.there != seen.here:
        way = f"through the proxy at {seen.here}" if seen.here else "without a proxy"
        yield unsure("other-proxy", there=seen.there, place=place, host=host, way=way)


def _place(seen: ServerProxy) -> str:
    """Where the server has it from, as it is called in a sentence."""
    kinds = {"container": "the container ", "image": "the image "}
    return kinds.get(seen.place, "") + seen.there_in


def _host_network(context: Context) -> bool:
    """With the network of the machine, its own address leads to its own proxy."""
    given = context.known(given_command)
    options = given.options if given else ()
    return any(one.name in ("network", "net") and one.value == "host" for one in options)
