"""A network of the lab's own, so that no port, bridge or packet rule of the machine is touched.

A second dockerd in the machine's own network would rewrite the iptables chains of the first one,
and a test that wants port 8000 busy would meet whoever holds it really. So the test process enters
a network namespace of its own, with one veth pair as the way out; what it starts lives there too.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import subprocess
from collections.abc import Sequence

from tests.lab.forwarding import Forwarding
from tests.lab.leftovers import take_back

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of <sched.h>
_libc = ctypes.CDLL(None, use_errno=True)


class Network:
    """The namespace. `enter` and `leave` move the calling thread, and all it starts afterwards."""

    def __init__(self) -> None:
        self._choose()
        self.rules: list[list[str]] = []  # iptables arguments, as they were given
        self._home: int | None = None
        self._forwarding = Forwarding(self.outside)

    def _choose(self) -> None:
        number = secrets.randbelow(1 << 14)
        # 198.18.0.0/16 is set aside for tests of networks (RFC 2544).
        first = f"198.18.{number >> 6}"
        last = (number & 63) << 2
        self._outer, self._inner = f"{first}.{last + 1}", f"{first}.{last + 2}"
        self._subnet = f"{first}.{last}/30"
        self._link = f"tdlab{number}"

    def enter(self) -> None:
        self._home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _call(_libc.unshare(_NEW_NETWORK), "unshare")
        _run(["ip", "link", "set", "lo", "up"])
        self._way_out()

    def leave(self) -> None:
        if self._home is None:
            return
        _call(_libc.setns(self._home, _NEW_NETWORK), "setns")
        os.close(self._home)
        self._home = None
        take_back(self.rules)
        subprocess.run(["ip", "link", "delete", self._link], capture_output=True)
        self._forwarding.let_go()

    def outside(self, argv: Sequence[str], timeout: float = 600) -> str:
        """Runs a program in the machine's own network and gives what it printed."""
        if self._home is None:
            return _run(argv, timeout=timeout)
        enter = ["nsenter", f"--net=/proc/self/fd/{self._home}", *argv]
        return _run(enter, timeout=timeout, pass_fds=(self._home,))

    def _added(self, peer: Sequence[str]) -> bool:
        try:
            self.outside(["ip", "link", "add", self._link, *peer])
        except RuntimeError as error:
            if "File exists" in str(error):
                return False
            raise
        return True

    def _way_out(self) -> None:
        peer = ["type", "veth", "peer", "name", "uplink", "netns", str(os.getpid())]
        while not self._added(peer):
            self._choose()  # another lab has this one
        self.outside(["ip", "address", "add", f"{self._outer}/30", "dev", self._link])
        self.outside(["ip", "link", "set", self._link, "up"])
        _run(["ip", "address", "add", f"{self._inner}/30", "dev", "uplink"])
        _run(["ip", "link", "set", "uplink", "up"])
        _run(["ip", "route", "add", "default", "via", self._outer])
        self._forwarding.hold()
        for rule in (
            ["-t", "nat", "-I", "POSTROUTING", "-s", self._subnet, "-j", "MASQUERADE"],
            ["-I", "FORWARD", "-i", self._link, "-j", "ACCEPT"],
            ["-I", "FORWARD", "-o", self._link, "-j", "ACCEPT"],
        ):
            self.outside(["iptables", "--wait", *rule])
            self.rules.append(rule)


def _run(argv: Sequence[str], timeout: float = 30, pass_fds: Sequence[int] = ()) -> str:
    done = subprocess.run(
        list(argv), capture_output=True, text=True, timeout=timeout, pass_fds=tuple(pass_fds)
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _call(returned: int, name: str) -> None:
    if returned:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
