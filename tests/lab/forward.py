"""The engine's socket passed on over TCP, as a remote engine would be, with or without TLS."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab import machine


def own_address() -> str:
    """An address of this network that is not the loopback one."""
    shown = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True)
    return next(one for one in shown.stdout.split() if ":" not in one)


def certificate(folder: Path) -> Path:
    """A folder with a key, and a certificate for 127.0.0.1 that vouches for itself (ca.pem)."""
    machine.need("openssl")
    folder.mkdir()
    out = ["-keyout", str(folder / "server-key.pem"), "-out", str(folder / "ca.pem")]
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *out, *name]
    subprocess.run(argv, check=True, capture_output=True)
    return folder


@contextmanager
def forwarded(
    target: Path, address: str = "127.0.0.1", *, certificate: Path | None = None
) -> Iterator[str]:
    """A value of DOCKER_HOST that leads to the unix socket `target`."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "ca.pem", certificate / "server-key.pem")
    with socket.create_server((address, 0)) as server:
        threading.Thread(target=_serve, args=(server, target, context), daemon=True).start()
        yield f"tcp://{address}:{server.getsockname()[1]}"


def _serve(server: socket.socket, target: Path, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            outer, _ = server.accept()
        except OSError:  # closed at the end of the test
            return
        try:
            outer = context.wrap_socket(outer, server_side=True) if context else outer
        except OSError:  # a client that speaks no TLS, or does not trust us
            outer.close()
            continue
        inner = socket.socket(socket.AF_UNIX)
        inner.connect(str(target))
        for pair in ((outer, inner), (inner, outer)):
            threading.Thread(target=_pump, args=pair, daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
