"""The engine's API where the connection breaks off, as when the engine is restarted."""

from __future__ import annotations

import json
import socket
import struct

import pytest

from tests.stand_in_server import Script, StandIn, chunk, reply
from triton_doctor.host.launcher import Launcher
from triton_doctor.host.protocol import DockerEndpoint, DockerTrouble

VERSION: Script = [reply("200 OK", b'{"ApiVersion": "1.41"}', "Connection: close"), 0.2]
BEGUN: Script = [
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    chunk(json.dumps({"status": "Downloading"}).encode() + b"\n"),
    0.3,
]


class Resetting(StandIn):
    """One that ends its connections as a killed process does."""

    def _answer(self, client: socket.socket) -> None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        super()._answer(client)


def test_an_engine_that_goes_away_in_the_middle_of_an_answer() -> None:
    with Resetting(BEGUN, {"GET /version": VERSION}) as engine:
        endpoint = DockerEndpoint(f"tcp://127.0.0.1:{engine.port}")
        with pytest.raises(DockerTrouble) as caught:
            list(Launcher(endpoint).pull("image"))
    assert (caught.value.kind, caught.value.text) == ("lost", "connection reset by peer")
