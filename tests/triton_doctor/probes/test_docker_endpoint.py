"""Where the docker client would go, on made-up machines."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.fakes import FakeHost
from triton_doctor.context import Context, _Machine
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.protocol import DockerEndpoint
from triton_doctor.probes.docker_endpoint import Resolved, resolve

_CONFIG = "/home/ada/.docker/config.json"


def resolved(host: FakeHost) -> Resolved:
    return resolve(_Machine(Context(host, Deployment(), Settings()), host))


def with_context(name: str, **endpoint: Any) -> dict[str, Any]:
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}).encode()
    return {f"/home/ada/.docker/contexts/meta/{key}/meta.json": meta}


@pytest.mark.parametrize(
    ("os", "address"),
    [
        ("Linux", "unix:///var/run/docker.sock"),
        ("Darwin", "unix:///var/run/docker.sock"),
        ("Windows", "npipe:////./pipe/docker_engine"),
    ],
)
def test_the_default_is_the_platforms(os: Any, address: str) -> None:
    found = resolved(FakeHost(os=os))
    assert (found.address, found.source, found.fault, found.remote) == (
        address,
        "default",
        "",
        False,
    )


@pytest.mark.parametrize(
    ("value", "address", "remote"),
    [
        ("unix:///run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock", False),
        ("tcp://10.0.0.5", "tcp://10.0.0.5:2375", True),
        ("tcp://", "tcp://localhost:2375", False),
        ("tcp://[::1]:2376", "tcp://[::1]:2376", False),
        ("127.0.0.1:4243", "tcp://127.0.0.1:4243", False),
        ("ssh://ada@gpu-box", "ssh://ada@gpu-box", True),
    ],
)
def test_docker_host_is_read_as_the_client_reads_it(value: str, address: str, remote: bool) -> None:
    found = resolved(FakeHost(variables={"DOCKER_HOST": value, "DOCKER_CONTEXT": "ignored"}))
    assert (found.address, found.source, found.remote) == (address, "DOCKER_HOST", remote)
    assert found.fault == ""


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("/var/run/docker.sock", "bare-path"),
        ("unix:/var/run/docker.sock", "bare-path"),
        ("http://localhost:2375", "scheme"),
        ("tcp://[fd00::5:2375", "scheme"),
        ("tcp://gpu-box:port", "scheme"),
        ("gpu-box:99999", "scheme"),
    ],
)
def test_an_address_of_no_use_is_told_apart(value: str, fault: str) -> None:
    found = resolved(FakeHost(variables={"DOCKER_HOST": value}))
    assert (found.fault, found.remote) == (fault, False)


def test_the_config_files_context_and_its_certificates() -> None:
    files = with_context("gpu", Host="tcp://gpu-box:2376", SkipTLSVerify=True)
    key = hashlib.sha256(b"gpu").hexdigest()
    certs = f"/home/ada/.docker/contexts/tls/{key}/docker"
    files |= {_CONFIG: b'{"currentContext": "gpu"}', f"{certs}/ca.pem": b"x"}
    found = resolved(FakeHost(files=files))
    assert (found.source, found.context, found.remote) == ("config", "gpu", True)
    assert found.endpoint == DockerEndpoint("tcp://gpu-box:2376", certs, verify=False)


def test_the_variable_wins_over_the_config_file() -> None:
    files = with_context("one", Host="unix:///one.sock") | with_context("two", Host="tcp://two")
    files[_CONFIG] = b'{"currentContext": "two"}'
    found = resolved(FakeHost(files=files, variables={"DOCKER_CONTEXT": "one"}))
    assert (found.address, found.source) == ("unix:///one.sock", "DOCKER_CONTEXT")
    back = resolved(FakeHost(files=files, variables={"DOCKER_CONTEXT": "default"}))
    assert (back.address, back.source) == ("unix:///var/run/docker.sock", "default")


def test_an_unknown_context() -> None:
    found = resolved(FakeHost(variables={"DOCKER_CONTEXT": "nope"}))
    assert (found.fault, found.error) == ("context", 'context "nope": context not found')


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{bad", "not valid JSON (line 1)"),
        (b"\xff\xfe{", "not valid JSON (its bytes)"),
        (b"[]", "not a JSON object"),
        (PermissionError(13, "Permission denied"), "permission denied"),
        (b'{"auths": {"nvcr.io": {"auth": "c2VjcmV0"}}}', ""),
    ],
)
def test_a_config_file_that_cannot_be_read_costs_only_itself(content: Any, error: str) -> None:
    found = resolved(FakeHost(files={_CONFIG: content}))
    assert (found.address, found.config_error) == ("unix:///var/run/docker.sock", error)
    assert "c2VjcmV0" not in repr(found)


def test_tls_without_certificates_stops_even_a_socket() -> None:
    found = resolved(FakeHost(variables={"DOCKER_TLS_VERIFY": "1"}))
    assert (found.fault, found.error) == (
        "certificates",
        "open /home/ada/.docker/ca.pem: no such file or directory",
    )


def test_tls_with_certificates() -> None:
    variables = {"DOCKER_HOST": "tcp://box:2376", "DOCKER_TLS": "1", "DOCKER_CERT_PATH": "/certs"}
    found = resolved(FakeHost(variables=variables, files={"/certs/ca.pem": b"x"}))
    assert found.endpoint == DockerEndpoint("tcp://box:2376", "/certs", verify=False)
