"""The engine's list of containers, from answers written by hand after real ones."""

from __future__ import annotations

import pytest

from tests.fakes import NOW, FakeDocker, FakeHost, ask
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble, FileStat
from triton_doctor.probes.containers import Containers, Published, containers

SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)}
PORTS = [
    {"IP": "0.0.0.0", "PrivatePort": 8000, "PublicPort": 9000, "Type": "tcp"},
    {"IP": "::", "PrivatePort": 8000, "PublicPort": 9000, "Type": "tcp"},
    {"PrivatePort": 8001, "Type": "tcp"},
    {"IP": "0.0.0.0", "PrivatePort": 53, "PublicPort": 53, "Type": "udp"},
]
ROW = {
    "Id": "a" * 64,
    "Names": ["/proxy/server", "/server"],
    "Image": "tritonserver",
    "State": "running",
    "Created": 100,
    "Ports": PORTS,
    "Command": "serve --token secret",
    "Labels": {"key": "secret"},
    "HostConfig": {"NetworkMode": "bridge"},
}


def listed(rows: object) -> Containers:
    engine = FakeDocker(version={}, info={}, containers=rows)
    fact = ask(containers, FakeHost(engine=engine, stats=SOCKET))
    assert isinstance(fact, Containers)
    return fact


def test_a_container_is_read() -> None:
    one = listed([ROW]).seen[0]
    assert (one.id, one.name, one.image, one.state) == (
        "a" * 12,
        "server",
        "tritonserver",
        "running",
    )
    assert one.published == (Published("0.0.0.0", 9000, 8000), Published("::", 9000, 8000))
    assert one.network == "bridge"


def test_nothing_secret_is_kept() -> None:
    assert "secret" not in repr(listed([ROW]))


def test_newest_first_and_none_of_the_doctors_own() -> None:
    rows = [
        ROW,
        {**ROW, "Names": ["/b"], "Created": 200},
        {**ROW, "Names": ["/triton-doctor-probe-1"]},
    ]
    fact = listed(rows)
    assert [one.name for one in fact.seen] == ["b", "server"]
    assert fact.now == NOW


def test_who_holds_a_port() -> None:
    fact = listed([ROW, {**ROW, "Names": ["/old"], "State": "exited"}])
    holder = fact.holding(9000)
    assert holder is not None
    assert holder.name == "server"
    assert fact.holding(8000) is None
    assert fact.holding(53) is None


def test_an_engine_that_does_not_list_is_no_fact() -> None:
    with pytest.raises(FactUnavailable, match="boom"):
        listed(DockerTrouble("api", "boom", 500))
