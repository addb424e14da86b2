"""What a bundle takes along of the deployment's containers: their logs, and how they were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from triton_doctor.commands.log_reading import patterns
from triton_doctor.commands.report_inspect import cut_to, secrets_of
from triton_doctor.context import Context, asking
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Docker, DockerTrouble, Host
from triton_doctor.logs.encoding import as_utf8
from triton_doctor.logs.reader import Reader
from triton_doctor.probes.docker_engine import connected
from triton_doctor.probes.launched import launches
from triton_doctor.readings import Reading
from triton_doctor.record import Record

HEAD, TAIL = 256 << 10, 1 << 20  # bytes of a log that are kept where it is larger
LINE = 16 << 10  # signs of a line that are kept


class Kept(Record, frozen=True):
    """One container. log: its output as text, head and end where it is long; cut: bytes between;
    reading: what all of it tells; inspect: by allow-list; secrets: values seen in how it was made;
    trouble: why there is no log."""

    name: str
    log: str
    cut: int
    reading: Reading | None
    inspect: Mapping[str, Any]
    secrets: tuple[str, ...]
    trouble: str = ""


def containers(host: Host, context: Context) -> list[Kept]:
    """The deployment's containers, as far as the engine tells of them."""
    try:
        docker = connected(asking(context, host))
        found = context.fact(launches).containers
    except FactUnavailable:
        return []
    return [kept for one in found if (kept := _kept(docker, one.id, one.name))]


def _kept(docker: Docker, container: str, name: str) -> Kept | None:
    try:
        known = docker.inspect(container)
    except DockerTrouble as error:
        return Kept(name, "", 0, None, {}, (), error.text)
    if known is None:
        return None
    secrets = tuple(secrets_of(known))
    try:
        log, cut, reading = read(docker.log_stream(container, False))
    except DockerTrouble as error:
        return Kept(name, "", 0, None, cut_to(known), secrets, error.text)
    return Kept(name, log, cut, reading, cut_to(known), secrets)


def read(blocks: Iterable[bytes]) -> tuple[str, int, Reading]:
    """A log's text, how many bytes of its middle were left out, and what all of it tells.

    Memory does not grow with the log.
    """
    reader, head, tail, size, cut = Reader(patterns()), bytearray(), deque[bytes](), 0, 0
    for block in as_utf8(iter(blocks)):
        reader.feed(block)
        room = max(0, HEAD - len(head))
        head += block[:room]
        rest = block[room:]
        if rest:
            tail.append(rest)
            size += len(rest)
        while tail and size - len(tail[0]) >= TAIL:
            cut += len(tail[0])
            size -= len(tail.popleft())
    end = b"".join(tail)
    if len(end) > TAIL:
        cut += len(end) - TAIL
        end = end[-TAIL:]
    if not cut:
        return _shown(bytes(head) + end), 0, reader.finish()
    first, _, lost = bytes(head).rpartition(b"\n")
    gone, _, last = end.partition(b"\n")
    first, lost = (first, lost) if first else (bytes(head), b"")
    cut += len(lost) + len(gone)
    note = f"\n[{cut} bytes of this log are left out here]\n"
    return _shown(first) + note + _shown(last or gone[-LINE:]), cut, reader.finish()


def _shown(data: bytes) -> str:
    """What a terminal would show of it: a progress bar is drawn over itself."""
    lines = data.decode("utf-8", "replace").split("\n")
    return "\n".join(_line(line.rstrip().rpartition("\r")[2]) for line in lines)


def _line(line: str) -> str:
    if len(line) <= LINE:
        return line
    return f"{line[:LINE]} [{len(line) - LINE} signs of this line are left out]"
