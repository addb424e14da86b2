"""A slow line to a registry, that stops in the middle where a test wants it, and can be cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_SLOW = 0.15  # s for each piece of a download
_PIECE = 1 << 16


class Line:
    """address: of its near end; cut() ends what goes over it, and lets nothing more through.

    hold: bytes of downloads after which it stops, until free() lets the rest through fast; or 0.
    """

    def __init__(self, server: socket.socket, far: tuple[str, int], hold: int) -> None:
        self._server, self._far, self._hold = server, far, hold
        self._open: list[socket.socket] = []
        self._passed = 0
        self._held, self._free = threading.Event(), threading.Event()
        self.address = f"127.0.0.1:{server.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(self._far)
            self._open += [near, far]
            for source, target, down in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._copy, args=(source, target, down), daemon=True
                ).start()

    def until_held(self) -> None:
        assert self._held.wait(120), "so much was never downloaded"

    def free(self) -> None:
        self._free.set()

    def cut(self) -> None:
        for one in (self._server, *self._open):
            with suppress(OSError):  # its other end was first
                one.shutdown(socket.SHUT_RDWR)
        self._free.set()

    def _copy(self, source: socket.socket, target: socket.socket, down: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                target.sendall(piece)
                if down and len(piece) > _PIECE // 8:
                    self._wait(len(piece))
            target.shutdown(socket.SHUT_WR)

    def _wait(self, size: int) -> None:
        self._passed += size
        if self._free.is_set():
            return
        time.sleep(_SLOW)  # else Docker tells nothing of how far it is
        if 0 < self._hold <= self._passed:
            self._held.set()
            self._free.wait()


@contextmanager
def hindered(address: str, hold: int = 0) -> Iterator[Line]:
    """A line that leads to a registry, and hinders what is longer than a manifest."""
    host, _, port = address.partition(":")
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = Line(server, (host, int(port)), hold)
        threading.Thread(target=one.serve, daemon=True).start()
        yield one
        one.cut()
