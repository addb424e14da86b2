"""What registries' answers mean, by sentences that real daemons passed on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeDocker, FakeHost, ask
from tests.triton_doctor.probes.test_docker_engine import INFO, SOCKET, VERSION
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.registry_image import RegistryImage, registry_image


def asked(answer: Any) -> RegistryImage:
    engine = FakeDocker(version=VERSION, info=INFO, distribution=answer)
    fact: RegistryImage = ask(registry_image, FakeHost(stats=SOCKET, engine=engine))
    assert fact.registry == "nvcr.io"
    return fact


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("manifest unknown: manifest unknown", "not-found"),
        ("errors:\ndenied: requested access to the resource is denied\n", "denied"),
        ("toomanyrequests: You have reached your pull rate limit.", "denied"),
        ("unauthorized: authentication required", "denied"),
        ('Get "http://127.0.0.1:5000/v2/x/manifests/1": no basic auth credentials', "denied"),
        ("pull access denied, repository does not exist or may require authorization", "denied"),
        ('Get "https://nvcr.io/v2/": dial tcp: lookup nvcr.io: no such host', "unreachable"),
        ('Get "https://nvcr.io/v2/": x509: certificate signed by unknown authority', "unreachable"),
        ('Get "https://nvcr.io/v2/": proxyconnect tcp: EOF', "unreachable"),
        ("Get https://nvcr.io/v2/: net/http: TLS handshake timeout", "unreachable"),
        ("received unexpected HTTP status: 502 Bad Gateway", "unclear"),
    ],
)
def test_what_a_sentence_means(text: str, state: str) -> None:
    fact = asked(DockerTrouble("api", text, 500))
    assert fact.state == state
    assert "\n" not in fact.error


def test_a_daemon_that_waits_for_the_registry_in_vain() -> None:
    assert asked(DockerTrouble("silent", "no answer in time")).state == "unreachable"
    assert asked(DockerTrouble("lost", "connection reset by peer")).state == "unclear"


def test_the_platforms_without_attestations() -> None:
    platforms = [
        {"os": "linux", "architecture": "amd64"},
        {"os": "linux", "architecture": "arm64", "variant": "v8"},
        {"os": "unknown", "architecture": "unknown"},
    ]
    fact = asked({"Platforms": platforms})
    assert (fact.state, fact.platforms) == ("found", ("linux/amd64", "linux/arm64"))
