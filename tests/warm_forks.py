"""The process that has loaded the doctor and forks one a request: see warm.py, which starts it."""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import socket
import sys
from importlib import import_module
from typing import NoReturn

_LARGEST = 1 << 18  # bytes of a request
# It reads its variables when it is loaded, so that is left to each run.
_LIBRARY = "huggingface_hub"


def _serve(channel: socket.socket) -> None:
    """Forks one doctor a request, each with a process that waits for it and tells its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries those that waited
    while True:
        asked, given, _, _ = socket.recv_fds(channel, _LARGEST, 4)
        if not asked:
            return
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            channel.close()
            _wait_for_one(asked, given)
        for one in given:
            os.close(one)


def _wait_for_one(asked: bytes, given: list[int]) -> NoReturn:
    *streams, report = given
    child = os.fork()
    if child == 0:
        os.close(report)
        _go_on(asked, streams)
    for one in streams:
        os.close(one)
    os.write(report, f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    os.write(report, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _go_on(asked: bytes, streams: list[int]) -> NoReturn:
    """As `python -m triton_doctor` from here on."""
    from triton_doctor import __main__ as program

    arguments, folder, env = json.loads(asked)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    for number, one in enumerate(streams):
        os.dup2(one, number)
        os.close(one)
    sys.path[0] = folder
    sys.argv = [str(program.__file__), *arguments]
    try:
        program.main()
    finally:
        os._exit(1)


def _load() -> None:
    """All modules of the doctor's, what they load, and its words."""
    import triton_doctor
    import triton_doctor_checks
    from triton_doctor.registry import load_catalogue

    for package in (triton_doctor, triton_doctor_checks):
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(one.name)
    load_catalogue()
    assert _LIBRARY not in sys.modules


if __name__ == "__main__":
    sys.path[0] = "/"
    _load()
    _serve(socket.socket(fileno=int(sys.argv[1])))
