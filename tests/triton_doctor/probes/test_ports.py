"""Trying ports: on this machine for real, and with Windows' answers written down."""

from __future__ import annotations

import os
import socket

import pytest

from tests.fakes import FakeHost, ask
from tests.ports import free
from triton_doctor.host.local import LocalHost
from triton_doctor.host.protocol import Listener, Process, Ran
from triton_doctor.probes.ports import Holder, Port, ports, ranges

# As a German Windows 11 prints it; the heading's language differs, the rows do not.
NETSH = """
Portausschlussbereiche für das Protokoll tcp

Startport      Endport
----------    --------
      5357        5357
      7951        8050
     50000       50059     *

* - Verwaltete Portausschlüsse.
"""


def test_a_port_that_this_process_holds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        number = held.getsockname()[1]
        fact = ask(ports, LocalHost(), deployment={"http_port": number})
    (port,) = (one for one in fact.ports if one.number == number)
    assert port.state == "busy"
    assert [holder.pid for holder in port.holders] == [os.getpid()]
    assert port.holders[0].name


def test_a_free_port_is_free() -> None:
    number = free()
    fact = ask(ports, LocalHost(), deployment={"http_port": number})
    assert Port(number, "free") in fact.ports


def test_the_ranges_of_windows() -> None:
    assert ranges(NETSH) == ((5357, 5357), (7951, 8050), (50000, 50059))


@pytest.mark.parametrize("program", ["netsh", "netsh.exe"])
def test_windows_is_asked_for_its_ranges(program: str) -> None:
    host = FakeHost(programs={program: program}, outputs={program: Ran(0, NETSH, "")})
    assert (7951, 8050) in ask(ports, host).excluded


def test_windows_may_not_answer() -> None:
    host = FakeHost(programs={"netsh": "x"}, outputs={"netsh": TimeoutError("no answer")})
    assert ask(ports, host).excluded == ()


def test_a_process_on_two_addresses_is_named_once() -> None:
    host = FakeHost(
        binds={8000: "busy"},
        sockets=[Listener("0.0.0.0", 8000, 7), Listener("::", 8000, 7), Listener("::", 22, 1)],
        processes={7: Process(7, "python3", "ada", 5.0)},
    )
    fact = ask(ports, host)
    assert fact.ports[0].holders == (Holder("0.0.0.0", 7, "python3", "ada", 5.0),)


def test_a_holder_that_this_user_may_not_see() -> None:
    host = FakeHost(binds={8000: "busy"}, sockets=[Listener("0.0.0.0", 8000, None)])
    assert ask(ports, host).ports[0].holders == (Holder("0.0.0.0"),)


def test_a_port_given_twice_is_tried_once() -> None:
    fact = ask(ports, FakeHost(), deployment={"metrics_port": 8000})
    assert [port.number for port in fact.ports] == [8000, 8001]


def test_other_ports_are_free_ones() -> None:
    assert ask(ports, FakeHost(binds={8010: "busy"})).free == (8011, 8012, 8013)


def test_the_first_port_for_everybody() -> None:
    path = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
    assert ask(ports, FakeHost(files={path: b"80\n"})).unprivileged == 80
    assert ask(ports, FakeHost()).unprivileged == 1024
    assert ask(ports, FakeHost(os="Darwin")).unprivileged == 0
