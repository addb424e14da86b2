"""What is said where the server's proxy is not the one that was tried from here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kit import JudgeResult
from tests.stand_in_hub import Repo, StandInHub
from tests.triton_doctor_checks.command.reading import taken
from tests.triton_doctor_checks.command.test_commands import TOKEN as HANDED
from tests.triton_doctor_checks.command.test_commands import guide
from tests.triton_doctor_checks.network.test_network import OPEN, judged, serving
from triton_doctor.model import Severity
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.server_proxy import ServerProxy
from triton_doctor.probes.token_reach import TokenReach

pytestmark = pytest.mark.usefixtures("bare")
LOOP = ServerProxy("localhost:3128", "localhost:3128", "config", "/home/ada/.docker/config.json")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = serving(tmp_path / "repository", OPEN)

    def judge_with(seen: ServerProxy, **facts: Any) -> JudgeResult:
        with StandInHub({OPEN: Repo()}) as hub:
            monkeypatch.setenv("HF_ENDPOINT", hub.url)
            reach = TokenReach(True, endpoint=hub.url)
            return judged(folder, **{"server-proxy": seen, "token-reach": reach, **facts})

    return judge_with


def test_the_same_proxy_is_no_matter(said: Any) -> None:
    same = ServerProxy("proxy.example:3128", "proxy.example:3128", "container", "server")
    for seen in (ServerProxy(), same):
        result = said(seen)
        assert (result.ids, result.doubts) == ([], ())


def test_a_proxy_that_is_not_handed_on(said: Any) -> None:
    finding = said(ServerProxy("proxy.example:3128")).only()
    assert (finding.problem, finding.severity) == ("network/proxy-not-handed", Severity.WARNING)
    assert "the proxy at proxy.example:3128, and the server is not given it" in finding.title


def test_a_proxy_on_this_machine_is_none_in_the_container(said: Any) -> None:
    finding = said(LOOP).only()
    assert finding.title.startswith("The server is given the proxy at localhost:3128")
    assert finding.where == "/home/ada/.docker/config.json"
    given = taken(guide((f"--env {HANDED}", "--network host")))
    assert said(LOOP, **{"given-command": given}).ids == []
    finding = said(ServerProxy("127.0.0.1:3128")).only()
    assert finding.title.endswith("the proxy at 127.0.0.1:3128, which is no proxy in a container")


def test_a_proxy_that_only_the_server_has(said: Any) -> None:
    result = said(ServerProxy("", "proxy.example:3128", "container", "server"))
    assert (result.ids, len(result.doubts)) == ([], 1)
    told = "(the container server), and from here it was asked without a proxy"
    assert told in result.doubts[0].reason


def test_an_engine_elsewhere_is_another_machine_s_matter(said: Any) -> None:
    remote = DockerEngine("tcp://far:2375", "DOCKER_HOST", remote=True)
    assert said(ServerProxy("proxy.example:3128"), **{"docker-engine": remote}).ids == []


def test_docker_desktop_has_proxies_of_its_own(said: Any) -> None:
    desktop = DockerEngine("unix:///x", "default", kind="desktop")
    assert said(ServerProxy("proxy.example:3128"), **{"docker-engine": desktop}).ids == []
