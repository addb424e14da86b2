"""One HTTP request, with the standard library: no proxy, no redirect, and an end in good time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from triton_doctor.host.protocol import HttpReply

_BODY_LIMIT = 1 << 20


def request(
    method: str, url: str, timeout: float, headers: Mapping[str, str], body: bytes | None
) -> HttpReply:
    """OSError where there is no answer: TimeoutError once the time is over, whatever drips in."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        with _ends(connection, timeout):
            connection.request(method, target or "/", body, dict(headers))
            reply = connection.getresponse()
            names = {name.lower(): value for name, value in reply.getheaders()}
            return HttpReply(reply.status, names, reply.read(_BODY_LIMIT))
    except HTTPException as error:
        raise ConnectionError(f"no HTTP answer: {type(error).__name__}") from error
    finally:
        connection.close()


@contextmanager
def _ends(connection: HTTPConnection, timeout: float) -> Iterator[None]:
    """Connect, and hang up after so long: a socket's own limit begins anew with each byte."""
    connection.connect()
    sock, late = connection.sock, threading.Event()

    def hang_up() -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (HTTPException, OSError, ValueError):
        if not late.is_set():
            raise
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError(f"no whole answer within {timeout:g} s")
