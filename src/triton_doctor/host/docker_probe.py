"""Running one probe container: attach, start, read to the end, ask for the exit code.

The container was made with auto-remove, so that the daemon takes it away even if the doctor is
killed. Its output is therefore read while it runs, and its end awaited from before the start, as
the docker client does for `--rm`.
"""

from __future__ import annotations

import struct
import threading
import time
from contextlib import suppress
from typing import Any

from docker.errors import APIError, DockerException

from triton_doctor.host.protocol import ProbeEnd, ProbeRun


def run_probe(api: Any, name: str, run: ProbeRun) -> ProbeEnd:
    """Start a made container and read it to its end, `run.timeout` seconds at the most."""
    deadline = time.monotonic() + run.timeout
    codes: list[int] = []
    waiter = threading.Thread(target=_await_end, args=(api, name, run.timeout, codes), daemon=True)
    stream = api.attach_socket(name, params={"stdout": 1, "stderr": 1, "stream": 1})
    try:
        if run.code:
            waiter.start()
        api.start(name)
        out, err = _read(stream, deadline, run.output)
    finally:
        stream.close()
    if run.code:
        waiter.join(max(0.0, deadline - time.monotonic()))
    return ProbeEnd(codes[0] if codes else -1, out, err)


def _await_end(api: Any, name: str, timeout: float, codes: list[int]) -> None:
    # A container that never starts has no end: the start itself says why.
    with suppress(APIError, DockerException, OSError):
        codes.append(int(api.wait(name, timeout=timeout, condition="next-exit")["StatusCode"]))


def _read(stream: Any, deadline: float, limit: int) -> tuple[bytes, bytes]:
    """Both outputs, out of the engine's frames: kind, three zeros, length (big-endian), bytes."""
    outputs = {1: bytearray(), 2: bytearray()}
    raw = getattr(stream, "_sock", stream)  # unix sockets come wrapped in a SocketIO
    while header := _exactly(raw, 8, deadline):
        kind, length = struct.unpack(">BxxxL", header)
        data = _exactly(raw, length, deadline)
        kept = outputs.get(kind, bytearray())
        if len(kept) < limit:
            kept += data
    return bytes(outputs[1]), bytes(outputs[2])


def _exactly(raw: Any, count: int, deadline: float) -> bytes:
    """`count` bytes, or nothing at the end of the stream."""
    data = bytearray()
    while len(data) < count:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the probe container did not end in time")
        raw.settimeout(left)
        more = raw.recv(count - len(data))
        if not more:
            return b""
        data += more
    return bytes(data)
