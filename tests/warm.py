"""Starts of the doctor that need not load it anew, which is half of what a short run costs.

A process that has loaded the program waits, and forks one for each run, which goes on from there as
one that was started anew would: with its own arguments, folder, variables and streams. The first
starts of each kind are real ones, and so is every one that coverage measures, and every one behind
another program.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

# Begin the names of variables that are read before a line of the doctor's own is run: with some
# every start is a real one, and for each set of the others' values there is a process of its own.
_REAL = ("COVERAGE", "LD_", "PYTHON")
_EARLY = ("LANG", "LC_", "TZ")
_TOO = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
_FEW = 3  # real starts of a kind, before it is worth a process that waits
_FORKS = Path(__file__).with_name("warm_forks.py")
_LARGEST = 1 << 17  # bytes of arguments and variables
_PIPE = 1 << 16  # bytes that a pipe holds while nobody reads

_Kind = tuple[tuple[str, str], ...]
_met: Counter[_Kind | None] = Counter()
_warm: dict[_Kind, tuple[socket.socket, subprocess.Popen[bytes]]] = {}


def run(
    arguments: Sequence[str | bytes],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
    input: bytes | None = None,  # noqa: A002 - as subprocess has it
    before: Sequence[str] = (),
) -> subprocess.CompletedProcess[bytes]:
    """`python -m triton_doctor` with these arguments; without `input` it has no standard input.

    before: words that go before the program's own, as of `unshare`.

    Raises subprocess.TimeoutExpired with what it had written, after it was killed with its group.
    """
    asked = json.dumps([[os.fsdecode(one) for one in arguments], os.fspath(cwd), dict(env)])
    large = len(asked) > _LARGEST or len(input or b"") > _PIPE
    kind = None if before or large else _kind(env)
    _met[kind] += 1
    if kind is None or _met[kind] <= _FEW:
        line = [*before, sys.executable, "-m", "triton_doctor", *arguments]
        process: _Forked | subprocess.Popen[bytes] = _real(line, cwd, env, input)
    else:
        if kind not in _warm:
            _warm[kind] = _begin(kind, env.get("PATH", os.defpath))
        process, input = _Forked(_warm[kind][0], asked, input), None  # noqa: A001
    try:
        out, err = process.communicate(input, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        error.output, error.stderr = process.communicate()
        raise
    return subprocess.CompletedProcess(list(arguments), process.returncode, out, err)


def _real(
    line: Sequence[str | bytes], cwd: Path, env: Mapping[str, str], given: bytes | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        line,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _kind(env: Mapping[str, str]) -> _Kind | None:
    """What those have in common that can go on from one process; None: it must be a real start."""
    if any(name.startswith(_REAL) and name not in _TOO for name in env):
        return None
    # The lab moves this thread, and what it starts, to a network of its own.
    network = str(Path("/proc/thread-self/ns/net").readlink())
    early = sorted((name, env[name]) for name in env if name.startswith(_EARLY) or name in _TOO)
    return (("network", network), *early)


def _begin(kind: _Kind, path: str) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Such a process, and the channel to it, with whose end it ends."""
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with far:
        process = subprocess.Popen(
            [sys.executable, str(_FORKS), str(far.fileno())],
            env={"PATH": path, **dict(kind[1:])},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[far.fileno()],
            start_new_session=True,
        )
    return near, process


@atexit.register
def _end() -> None:
    for channel, process in _warm.values():
        channel.close()
        process.kill()
        process.wait()


class _Forked:
    """The part of subprocess.Popen that `run` uses."""

    returncode = -1

    def __init__(self, channel: socket.socket, asked: str, given_in: bytes | None) -> None:
        (report, told), (out, out_far), (err, err_far) = (os.pipe() for _ in range(3))
        if given_in is None:
            source = os.open(os.devnull, os.O_RDONLY)
        else:
            source, sink = os.pipe()
            os.write(sink, given_in)
            os.close(sink)
        given = [source, out_far, err_far, told]
        socket.send_fds(channel, [asked.encode()], given)
        for one in given:
            os.close(one)
        self._read = {out: bytearray(), err: bytearray(), report: bytearray()}
        self._open = set(self._read)
        number = b""
        while not number.endswith(b"\n"):
            piece = os.read(report, 1)
            assert piece, "the process that has loaded the doctor is gone"
            number += piece
        self.pid = int(number)

    def communicate(self, _given: None = None, timeout: float | None = None) -> tuple[bytes, bytes]:
        end = None if timeout is None else time.monotonic() + timeout
        with selectors.DefaultSelector() as waiting:
            for one in self._open:
                waiting.register(one, selectors.EVENT_READ)
            while self._open:
                ready = waiting.select(None if end is None else max(0.0, end - time.monotonic()))
                if not ready:
                    raise subprocess.TimeoutExpired("triton-doctor", timeout or 0.0)
                for key, _ in ready:
                    piece = os.read(key.fd, 1 << 16)
                    self._read[key.fd] += piece
                    if not piece:
                        waiting.unregister(key.fd)
                        self._open.remove(key.fd)
                        os.close(key.fd)
        out, err, status = map(bytes, self._read.values())
        self.returncode = int(status)
        return out, err
