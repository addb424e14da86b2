"""Ports for tests: one that refuses every connection, and one that is free to be taken.

A port that the kernel gave and that was closed again may be another process's a moment later.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

# Below what Linux gives to whoever asks for any port (ip_local_port_range, from 32,768).
_CHOSEN = range(20_000, 32_000)
_untried = iter(random.SystemRandom().sample(_CHOSEN, len(_CHOSEN)))


@contextmanager
def refusing() -> Iterator[int]:
    """One of 127.0.0.1 that is held, and at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def free() -> int:
    """One that no process listens at, nor will by chance; another each time."""
    for number in _untried:
        with suppress(OSError), closing(socket.socket()) as tried:
            tried.bind(("", number))
            return number
    raise AssertionError("no port is free")
