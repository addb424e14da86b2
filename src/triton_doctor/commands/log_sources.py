"""Where a log comes from: a file, standard input, or a container of the Docker engine."""

from __future__ import annotations

import gzip
import os
import sys
import time
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from triton_doctor.context import Context, asking
from triton_doctor.errors import FactUnavailable, UsageError
from triton_doctor.host.protocol import Docker, DockerTrouble, Host
from triton_doctor.probes.containers import OURS
from triton_doctor.probes.docker_engine import connected
from triton_doctor.record import Record
from triton_doctor.redact import clean

BLOCK = 1 << 20
PAUSE = 0.2  # seconds between two looks at a file that may have grown
STDIN = "-"
_GZIP = b"\x1f\x8b"


class Source(Record, frozen=True):
    """A log that is there; `blocks` reads it. OSError and DockerTrouble become a UsageError."""

    name: str
    blocks: Callable[[], Iterator[bytes]]


def sources(names: tuple[str, ...], host: Host, context: Context, *, follow: bool) -> list[Source]:
    """Each name as a log; UsageError for one that is neither a file nor a container."""
    return [_source(name, host, context, follow) for name in names]


def _source(name: str, host: Host, context: Context, follow: bool) -> Source:
    if name == STDIN:
        return Source(name, _stdin)
    path = Path(name)
    try:
        if path.is_dir():
            raise UsageError("is a folder", where=name, hint="Name a file in it, or a container.")
        there = path.exists()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=name) from None
    if there:
        return Source(name, lambda: _file(path, follow))
    return _container(name, host, context, follow)


def _stdin() -> Iterator[bytes]:
    stream = cast("BufferedReader", sys.stdin.buffer)
    while block := stream.read1(BLOCK):
        yield block


def _file(path: Path, follow: bool) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            if stream.peek(len(_GZIP)).startswith(_GZIP):  # a pipe cannot be wound back
                yield from _unpacked(path, stream)
            elif follow:
                yield from _growing(path, stream)
            else:
                while block := stream.read(BLOCK):
                    yield block
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot be read: {reason}", where=str(path)) from None


def _unpacked(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    """What a .gz holds; of one that was cut off, what is there."""
    began = False
    with gzip.GzipFile(fileobj=stream) as opened:
        try:
            while block := opened.read1(BLOCK):
                began = True
                yield block
        except (EOFError, OSError) as error:
            if not began:
                raise UsageError(f"is no whole gzip file: {error}", where=str(path)) from None


def _growing(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    """A file and what is added to it, until Ctrl-C; one that was emptied is read from its start."""
    while True:
        if block := stream.read(BLOCK):
            yield block
            continue
        yield b""
        time.sleep(PAUSE)
        if path.exists() and path.stat().st_size < stream.tell():
            stream.seek(0)


def _container(name: str, host: Host, context: Context, follow: bool) -> Source:
    try:
        docker = connected(asking(context, host))
        known = docker.inspect(name)
    except (FactUnavailable, DockerTrouble) as error:
        raise UsageError(
            "is no file here, and containers cannot be looked up",
            where=name,
            hint=clean(str(error)),
        ) from None
    if known is None:
        raise UsageError(
            "is neither a file here nor a container of the engine", where=name, hint=_others(docker)
        )
    running = bool((known.get("State") or {}).get("Running"))
    return Source(name, lambda: _output(name, docker, follow and running))


def _output(name: str, docker: Docker, follow: bool) -> Iterator[bytes]:
    try:
        yield from docker.log_stream(name, follow)
    except DockerTrouble as error:
        raise UsageError(
            f"its log cannot be read: {clean(error.text)}", where=name, hint=_DRIVERS
        ) from None


_DRIVERS = (
    "The engine keeps no log where the container was started with a log driver of another kind:\n"
    "see `docker inspect --format '{{.HostConfig.LogConfig.Type}}'`."
)


def _others(docker: Docker) -> str:
    """What there is, and what becomes of a log with --rm."""
    gone = "A container that was started with --rm takes its log along when it ends."
    try:
        listed = docker.containers()
    except DockerTrouble:
        return gone
    names = [str(name).lstrip("/") for one in listed for name in (one.get("Names") or ())[:1]]
    names = [clean(name) for name in names if not name.startswith(OURS)]
    return f"Containers: {', '.join(names[:12])}.\n{gone}" if names else f"No containers.\n{gone}"


def is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
