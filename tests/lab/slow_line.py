"""A slow line to a registry, that a test can cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_SLOW = 0.15  # s for each piece of a download
_PIECE = 1 << 16


class Line:
    """address: of its near end; cut() ends what goes over it, and lets nothing more through."""

    def __init__(self, server: socket.socket, far: tuple[str, int]) -> None:
        self._server, self._far = server, far
        self._open: list[socket.socket] = []
        self.address = f"127.0.0.1:{server.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(self._far)
            self._open += [near, far]
            for source, target, wait in ((near, far, 0.0), (far, near, _SLOW)):
                threading.Thread(target=_copy, args=(source, target, wait), daemon=True).start()

    def cut(self) -> None:
        for one in (self._server, *self._open):
            with suppress(OSError):  # its other end was first
                one.shutdown(socket.SHUT_RDWR)


@contextmanager
def slowly(address: str) -> Iterator[Line]:
    """A line that leads to a registry, and is slow on what is longer than a manifest."""
    host, _, port = address.partition(":")
    with socket.create_server(("127.0.0.1", 0)) as server:
        line = Line(server, (host, int(port)))
        threading.Thread(target=line.serve, daemon=True).start()
        yield line
        line.cut()


def _copy(source: socket.socket, target: socket.socket, wait: float) -> None:
    try:
        while piece := source.recv(_PIECE):
            target.sendall(piece)
            time.sleep(wait if len(piece) > _PIECE // 8 else 0)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
