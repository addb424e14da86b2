"""Verdicts about the docker command and its engine, on made-up facts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.docker_client import DockerClient
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.docker_versions import ClientApi
from triton_doctor.probes.system import System, SystemKind

CLIENT = DockerClient("/usr/bin/docker", "28.1.1")
DEFAULT = "unix:///var/run/docker.sock"


def machine(
    kind: SystemKind = "linux", distribution: str = "debian", in_container: bool = False
) -> System:
    return System(kind, in_container, distribution, "", "x86_64", "6.1", 1 << 35, 1 << 34)


def engine(**values: Any) -> DockerEngine:
    told: dict[str, Any] = {
        "endpoint": DEFAULT,
        "source": "default",
        "version": "28.1.1",
        "api_version": "1.49",
        "min_api_version": "1.24",
        "system": "linux",
        "data_root": "/var/lib/docker",
    }
    return DockerEngine(**{**told, **values})


def dead(trouble: str = "missing", **values: Any) -> DockerEngine:
    told = {"endpoint": DEFAULT, "source": "default", "error": "no such file or directory"}
    return DockerEngine(**{**told, "trouble": trouble, **values})


def judged(
    seen: DockerEngine,
    client: DockerClient = CLIENT,
    here: System | None = None,
    api: str | None = "1.49",
    **options: Any,
) -> JudgeResult:
    facts = {
        "docker-engine": seen,
        "docker-client": client,
        "client-api": ClientApi(api, "1.40", "19.03"),
        "system": here or machine(),
    }
    return judge("docker", facts=facts, **options)


def test_the_healthy_lines() -> None:
    assert judged(engine()).healthy == "Docker 28.1.1 (context default), API 1.49"
    assert "Docker Desktop" in judged(engine(kind="desktop", context="desktop-linux")).healthy
    assert judged(engine(kind="podman")).healthy.startswith("Podman 28.1.1 answers")
    named = judged(engine(source="DOCKER_HOST", endpoint="unix:///x.sock"))
    assert "at unix:///x.sock (from DOCKER_HOST)" in named.healthy
    assert "NVIDIA runtime" in judged(engine(runtimes=("nvidia", "runc"))).healthy
    assert "2 CDI devices" in judged(engine(cdi_devices=("nvidia.com/gpu=0", "x"))).healthy


@pytest.mark.parametrize(
    ("here", "words"),
    [
        (machine(), "apt-get install -y docker.io"),
        (machine(distribution="fedora"), "get.docker.com"),
        (machine("wsl2", "ubuntu"), "WSL integration"),
        (machine("windows", ""), "winget install"),
        (machine("macos", ""), "brew install"),
        (machine(in_container=True), "on the machine itself"),
    ],
)
def test_nothing_installed(here: System, words: str) -> None:
    """docker/not-installed: neither a command nor a socket."""
    finding = judged(dead(), DockerClient(None), here).only()
    assert (finding.problem, finding.severity) == ("docker/not-installed", Severity.ERROR)
    assert words in finding.remedy
    assert finding.blocks


def test_the_stub_in_wsl_is_no_docker() -> None:
    stub = DockerClient("/usr/bin/docker", wsl_stub=True, error="The command 'docker' could not be")
    finding = judged(dead(), stub, machine("wsl2")).only()
    assert (finding.problem, finding.evidence) == ("docker/not-installed", (stub.error,))


def test_an_engine_without_a_command_lets_other_checks_go_on() -> None:
    result = judged(engine(), DockerClient(None))
    finding = result.only()
    assert (finding.problem, finding.severity) == ("docker/not-installed", Severity.WARNING)
    assert not finding.blocks
    assert not result.result.blocks
    assert result.healthy


@pytest.mark.parametrize(
    ("seen", "here", "words"),
    [
        (dead(), machine(), "sudo systemctl start docker"),
        (dead("refused"), machine("wsl2"), "sudo service docker start"),
        (dead(), machine("windows"), "docker desktop start"),
        (dead(), machine("macos"), "open -a Docker"),
        (dead(others=("unix:///run/user/1/docker.sock",)), machine(), "docker context ls"),
        (dead(source="config", endpoint="unix:///run/user/1/docker.sock"), machine(), "--user"),
        (
            dead(source="config", endpoint="unix:///h/.docker/desktop/docker.sock"),
            machine(),
            "docker-desktop",
        ),
        (dead("refused", source="DOCKER_HOST"), machine(), "unset DOCKER_HOST"),
        (dead("unresolved", source="DOCKER_HOST"), machine(), "typing error"),
        (dead("unusable", fault="bare-path", endpoint="/x"), machine(), "DOCKER_HOST=unix:///x"),
        (dead("unusable", fault="scheme"), machine(), "tcp://"),
        (
            dead("unusable", fault="context", source="DOCKER_CONTEXT"),
            machine(),
            "unset DOCKER_CONTEXT",
        ),
        (dead("unusable", fault="context", source="config"), machine(), "context use default"),
        (dead("tls", fault="certificates"), machine(), "unset DOCKER_TLS_VERIFY"),
        (dead("tls", source="DOCKER_HOST"), machine(), "export DOCKER_TLS_VERIFY=1"),
        (dead("refused", endpoint="ssh://ada@box"), machine(), "ssh-add -l"),
        (dead("api", source="DOCKER_HOST"), machine(), "See where the address comes from"),
        (dead("unusable"), machine(), "See where the address comes from"),
    ],
)
def test_a_daemon_that_is_down(seen: DockerEngine, here: System, words: str) -> None:
    """docker/daemon-down, with the advice that fits the address and the system."""
    finding = judged(seen, here=here).only()
    assert (finding.problem, finding.blocks) == ("docker/daemon-down", True)
    assert words in finding.remedy
    assert seen.error in finding.evidence


def test_podman_without_its_service() -> None:
    finding = judged(dead(), DockerClient("/usr/bin/docker", "4.9.3", podman=True)).only()
    assert finding.problem == "docker/daemon-down"
    assert "podman.socket" in finding.remedy


def test_a_silent_socket_is_not_judged() -> None:
    result = judged(dead("silent", error="no answer in time"))
    assert (result.outcome, result.ids) == (Outcome.COULD_NOT_TELL, [])
    assert result.result.blocks
    assert result.doubts[0].fix is not None


@pytest.mark.parametrize(
    ("values", "here", "words"),
    [
        ({}, machine(), 'usermod -aG docker "$USER"'),
        ({"in_group": True}, machine(), "Log out and in again"),
        ({"endpoint": "unix:///run/user/5/docker.sock"}, machine(), "whose it is"),
        ({}, machine(in_container=True), "--group-add"),
    ],
)
def test_a_socket_that_is_denied(values: dict[str, Any], here: System, words: str) -> None:
    """docker/permission-denied, and what helps against it."""
    finding = judged(dead("denied", **values), here=here).only()
    assert finding.problem == "docker/permission-denied"
    assert words in finding.remedy


@pytest.mark.parametrize(
    ("seen", "client", "api", "title"),
    [
        (engine(min_api_version="1.44"), CLIENT, "1.41", "API 1.41, wanted 1.44"),
        (engine(), DockerClient("/d", "28.1.1", pinned="1.10"), "1.49", "wants 1.24 or newer"),
        (engine(), DockerClient("/d", "28.1.1", pinned="1.50"), "1.49", "knows 1.49 at most"),
        (engine(api_version="1.39"), CLIENT, "1.49", "engine is too old for --gpus"),
        (engine(), DockerClient("/d", "18.09.1"), "1.39", "too old for --gpus: version 18.09.1"),
    ],
)
def test_too_old_on_either_side(
    seen: DockerEngine, client: DockerClient, api: str, title: str
) -> None:
    """docker/too-old: client and engine apart, or --gpus unknown to one of them."""
    finding = judged(seen, client, api=api).only()
    assert finding.problem == "docker/too-old"
    assert title in finding.title


def test_gpus_are_no_matter_where_none_are_asked_for() -> None:
    old = judged(engine(api_version="1.39"), deployment={"gpus": "none"})
    assert (old.ids, old.outcome) == ([], Outcome.PASSED)


def test_versions_that_are_not_known_are_not_judged() -> None:
    assert judged(engine(min_api_version=""), api=None).ids == []


def test_a_client_that_hangs_is_not_green() -> None:
    result = judged(engine(), DockerClient("/usr/bin/docker", error="no answer in 3 s"))
    assert result.outcome is Outcome.COULD_NOT_TELL
    assert not result.result.blocks


@pytest.mark.parametrize(
    ("values", "problem", "severity"),
    [
        ({"snap": True}, "docker/snap", Severity.WARNING),
        ({"kind": "podman"}, "docker/podman", Severity.WARNING),
        ({"remote": True, "endpoint": "ssh://box"}, "docker/remote", Severity.NOTE),
        ({"rootless": True}, "docker/rootless", Severity.NOTE),
        ({"userns": True}, "docker/userns", Severity.NOTE),
        ({"system": "windows"}, "docker/windows-containers", Severity.ERROR),
        ({"config_error": "not valid JSON (line 3)"}, "docker/bad-config", Severity.WARNING),
    ],
)
def test_engines_with_a_peculiarity(
    values: dict[str, Any], problem: str, severity: Severity
) -> None:
    finding = judged(engine(**values)).only()
    assert (finding.problem, finding.severity) == (problem, severity)


def test_a_bad_config_file_is_told_beside_a_dead_daemon() -> None:
    result = judged(dead(config_path="/c", config_error="permission denied"))
    assert sorted(result.ids) == ["docker/bad-config", "docker/daemon-down"]
