"""Which of the deployment's host ports are free, and which processes hold the others."""

from __future__ import annotations

import re
from itertools import islice

from triton_doctor.probes.base import Asking, probe
from triton_doctor.record import Record

_NETSH = ("interface", "ipv4", "show", "excludedportrange", "protocol=tcp")
_RANGE = re.compile(r"^\s*(\d+)\s+(\d+)\s*\*?\s*$", re.MULTILINE)
# Linux' own default where /proc does not say otherwise: ports below are for root.
_UNPRIVILEGED = 1024
_UNPRIVILEGED_FILE = "/proc/sys/net/ipv4/ip_unprivileged_port_start"


class Holder(Record, frozen=True):
    """A process that listens; name is empty and pid None where the system does not tell us."""

    address: str
    pid: int | None = None
    name: str = ""
    user: str = ""
    started: float = 0.0


class Port(Record, frozen=True):
    """state: free, busy or forbidden, as a bind on all addresses was answered."""

    number: int
    state: str
    holders: tuple[Holder, ...] = ()


class Ports(Record, frozen=True):
    """The deployment's host ports, each once. excluded: ranges that Windows keeps for itself.

    unprivileged: the first port that an ordinary user may bind; free: some more ports that are
    free, in case others are wanted; now: epoch s.
    """

    ports: tuple[Port, ...]
    excluded: tuple[tuple[int, int], ...]
    unprivileged: int
    free: tuple[int, ...]
    now: float


@probe("ports", doing="trying the host ports", timeout=5.0)
def ports(ask: Asking) -> Ports:
    """Bind each port for a moment, never listening; look who holds those that are taken."""
    numbers = sorted(set(ask.deployment.ports.values()))
    states = {number: ask.host.bind(number) for number in numbers}
    busy = {number for number, state in states.items() if state == "busy"}
    holders = _holders(ask, busy) if busy else {}
    return Ports(
        ports=tuple(Port(number, states[number], holders.get(number, ())) for number in numbers),
        excluded=_excluded(ask),
        unprivileged=_unprivileged(ask),
        free=_free(ask, numbers),
        now=ask.host.now(),
    )


def _holders(ask: Asking, wanted: set[int]) -> dict[int, tuple[Holder, ...]]:
    """By port, one holder a process: a process that listens on two addresses is named once."""
    found: dict[int, dict[int | str, Holder]] = {}
    for listener in ask.host.listeners():
        if listener.port in wanted:
            seen = ask.host.process(listener.pid) if listener.pid is not None else None
            holder = Holder(listener.address, listener.pid)
            if seen:
                holder = Holder(listener.address, seen.pid, seen.name, seen.user, seen.started)
            found.setdefault(listener.port, {}).setdefault(listener.pid or "?", holder)
    return {port: tuple(by_process.values()) for port, by_process in found.items()}


def _excluded(ask: Asking) -> tuple[tuple[int, int], ...]:
    """The ranges that Windows (Hyper-V, winnat) has taken out; asked from WSL as well."""
    program = next((one for one in ("netsh.exe", "netsh") if ask.host.which(one)), None)
    if program is None:
        return ()
    try:
        told = ask.host.run([program, *_NETSH], timeout=3.0)
    except (OSError, TimeoutError):
        return ()
    return ranges(told.out)


def ranges(text: str) -> tuple[tuple[int, int], ...]:
    """The rows of netsh's table, whatever the language of its heading."""
    return tuple((int(first), int(last)) for first, last in _RANGE.findall(text))


def _unprivileged(ask: Asking) -> int:
    if ask.host.system() != "Linux":
        return 0  # neither macOS nor Windows keeps low ports for administrators any more
    try:
        return int(ask.host.read(_UNPRIVILEGED_FILE, 16))
    except (OSError, ValueError):
        return _UNPRIVILEGED


def _free(ask: Asking, wanted: list[int]) -> tuple[int, ...]:
    """As many other ports as the deployment has, a little above its own."""
    first = max(wanted) + 8
    candidates = range(first, min(first + 500, 65535))
    free = (number for number in candidates if ask.host.bind(number) == "free")
    return tuple(islice(free, len(ask.deployment.ports)))
