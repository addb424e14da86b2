"""A STAND-IN for servers that answer oddly: it sends the bytes that a test gives it, and listens.

A real Triton, a proxy or a web server in these states cannot be had on demand.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType

EVENTS = b"Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
HANG = 300.0  # s; a number among the bytes is a pause
Script = Sequence[bytes | float]


def reply(status: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"text_output": text}).encode() + b"\n\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def stream(*parts: bytes | float, ends: bool = True) -> Script:
    """A streamed answer: its parts in chunks, with pauses."""
    head = b"HTTP/1.1 200 OK\r\n" + EVENTS + b"\r\n"
    body = [one if isinstance(one, float) else chunk(one) for one in parts]
    return [head, *body, *([chunk(b"")] if ends else [])]


class StandIn:
    """paths: what is said to `POST /x` or `GET /x`, by the end of the request's first line; others
    get `default`. closed: set when a client has hung up."""

    def __init__(self, default: Script, paths: Mapping[str, Script] | None = None) -> None:
        self._default, self._paths = default, dict(paths or {})
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.requests: list[bytes] = []
        self.hung_up = threading.Event()
        self._spawn(self._listen)

    def __enter__(self) -> StandIn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._socket.close()

    @property
    def asked(self) -> dict[str, object]:
        """The body of the first request."""
        told: dict[str, object] = json.loads(self.requests[0].partition(b"\r\n\r\n")[2])
        return told

    def say(self, line: str, script: Script) -> None:
        """From now on, to this line."""
        self._paths[line] = script

    def _spawn(self, work: Callable[[], None]) -> None:
        threading.Thread(target=work, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self._spawn(lambda client=client: self._answer(client))

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            request = self._request(client)
            self.requests.append(request)
            line = request.split(b"\r\n")[0].decode("latin-1").rpartition(" ")[0]
            for part in self._paths.get(line, self._default):
                if isinstance(part, float):
                    self._pause(client, part)
                else:
                    client.sendall(part)

    def _request(self, client: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += client.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        sizes = [one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")]
        size = int(sizes[0].partition(b":")[2]) if sizes else 0
        while len(body) < size:
            body += client.recv(65536)
        return head + b"\r\n\r\n" + body

    def _pause(self, client: socket.socket, seconds: float) -> None:
        """Wait, and notice a client that goes."""
        ended = select.select([client], [], [], seconds)[0]
        with suppress(ConnectionError):
            if ended and client.recv(1):
                return
        if ended:
            self.hung_up.set()
