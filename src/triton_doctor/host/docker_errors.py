"""What went wrong on the way to the engine, out of nested exceptions of four libraries."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import requests
from docker.errors import APIError

from triton_doctor.host.protocol import DockerTrouble, Trouble

# Looked at in this order: the innermost cause says more than its wrappers.
_KINDS: list[tuple[type[BaseException], Trouble]] = [
    (PermissionError, "denied"),
    (FileNotFoundError, "missing"),
    (ConnectionRefusedError, "refused"),
    (ssl.SSLError, "tls"),
    (requests.exceptions.SSLError, "tls"),
    (socket.gaierror, "unresolved"),
    (requests.exceptions.Timeout, "silent"),
    (TimeoutError, "silent"),
    (ConnectionError, "lost"),
    (requests.exceptions.ConnectionError, "lost"),
]
# docker-py raises DockerException with the cause in its text alone.
_TEXTS: list[tuple[str, Trouble]] = [
    ("PermissionError", "denied"),
    ("FileNotFoundError", "missing"),
    ("ConnectionRefusedError", "refused"),
    ("NameResolutionError", "unresolved"),
    ("getaddrinfo", "unresolved"),
    ("certificate", "tls"),
    ("SSL", "tls"),
    ("timed out", "silent"),
    ("Connection aborted", "lost"),
    ("RemoteDisconnected", "lost"),
]


def trouble(error: BaseException) -> DockerTrouble:
    """The one DockerTrouble that an exception of the SDK stands for."""
    if isinstance(error, APIError):
        return DockerTrouble("api", (error.explanation or str(error)).strip(), error.status_code)
    chain = list(_chain(error))
    for wanted, kind in _KINDS:
        for one in chain:
            if isinstance(one, wanted):
                return DockerTrouble(kind, str(one))
    words = str(error)
    kind = next((kind for text, kind in _TEXTS if text in words), "unusable")
    return DockerTrouble(kind, words)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, its causes, and exceptions that stand among their arguments."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None)]
        waiting += [argument for argument in one.args if isinstance(argument, BaseException)]
        waiting += [
            inner
            for argument in one.args
            if isinstance(argument, tuple)
            for inner in argument
            if isinstance(inner, BaseException)
        ]
