"""The way to the Hub: the real library fails on loopback in each way that it can, and is judged."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.kit import JudgeResult, judge
from tests.ports import refusing
from tests.stand_in_hub import Answer, Repo, StandInHub
from tests.stand_in_server import StandIn, reply
from tests.triton_doctor_checks.command.reading import taken
from tests.triton_doctor_checks.command.test_commands import TOKEN as HANDED
from tests.triton_doctor_checks.command.test_commands import guide
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.env_files import EnvFile
from triton_doctor.probes.hub_models import hub_models
from triton_doctor.probes.token_reach import TokenReach

pytestmark = pytest.mark.usefixtures("bare")
OPEN = "facebook/opt-125m"
TOKEN = "hf_" + "cAnArYhUb7qW" * 3


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    return serving(tmp_path / "repository", OPEN)


def serving(folder: Path, name: str) -> Path:
    (folder / "gemma/1").mkdir(parents=True)
    (folder / "gemma/config.pbtxt").write_text('backend: "vllm"')
    (folder / "gemma/1/model.json").write_text(json.dumps({"model": name}))
    return folder


def judged(folder: Path, offline: bool = False, timeout: float = 60.0, **facts: Any) -> JudgeResult:
    given, settings = {"repository": str(folder)}, {"offline": offline}
    asked = Settings(offline=offline, timeout=timeout)
    context = Context(LocalHost(), Deployment(repository=str(folder)), asked)
    context.fact(hub_models)
    known = {name: fact for name, fact in context.facts().items() if name == "hub-models"}
    result = judge("network", facts={**known, **facts}, deployment=given, settings=settings)
    assert TOKEN not in repr((known, result))
    return result


def unreachable(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The title of what was found."""
    monkeypatch.setenv("HF_ENDPOINT", address)
    result = judged(folder)
    first = result.findings[0]
    assert (first.problem, first.severity) == ("network/hub-unreachable", Severity.ERROR)
    assert not result.healthy
    return first.title


def test_a_hub_that_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInHub({OPEN: Repo()}) as hub:  # it does not know the token, which is another matter
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        result = judged(folder)
    assert result.ids == ["network/mirror-not-handed"]
    assert result.healthy == f"The Hub at {hub.url[7:]} answers"
    assert result.only().severity is Severity.NOTE


def test_an_answer_that_any_server_gives(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInHub(always=Answer(404, b"Not Found")) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        result = judged(folder)
    assert (result.ids, result.healthy) == (["network/mirror-not-handed"], "")
    assert "with HTTP 404, and whether it is the Hub cannot be told" in result.doubts[0].reason


def test_a_mirror_that_the_container_knows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInHub({OPEN: Repo()}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", f"{hub.url}/")
        reach = TokenReach(True, "server", "running", endpoint=hub.url)
        assert judged(folder, **{"token-reach": reach}).outcome is Outcome.PASSED


def test_a_mirror_that_the_command_hands_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = taken(guide((f"--env {HANDED}", "--env HF_ENDPOINT")))
    in_file = taken(guide((f"--env {HANDED}", "--env-file x.env")))
    with StandInHub({OPEN: Repo()}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        for command, files in ((given, ()), (in_file, (EnvFile("x.env", endpoint=True),))):
            facts = {"given-command": command, "env-files": files}
            assert judged(folder, **facts).outcome is Outcome.PASSED


def test_a_server_that_asks_another_hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInHub({OPEN: Repo()}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        reach = TokenReach(True, "server", "running", endpoint="https://hf-mirror.example")
        result = judged(folder, **{"token-reach": reach})
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert "The server asks the Hub at hf-mirror.example" in result.doubts[0].reason


def test_no_name_and_no_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    title = unreachable(folder, "https://hub.invalid", monkeypatch)
    assert title.startswith("The name hub.invalid cannot be resolved")
    with refusing() as port:
        address = f"127.0.0.1:{port}"
        title = unreachable(folder, f"http://{address}", monkeypatch)
    assert title == f"There is no way to the Hub at {address}: Connection refused"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ([b""], "breaks off"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"], "breaks off"),
        ([b"220 mail.example ESMTP\r\n\r\n"], "that is not the Hub"),
        ([reply("200 OK", b"<html>Sign in", "Content-Type: text/html")], "that is not the Hub"),
        ([reply("302 Found", b"", "Location: /a", "Connection: close")], "that is not the Hub"),
    ],
)
def test_a_server_in_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch, script: list[bytes | float], said: str
) -> None:
    with StandIn(script) as server:
        assert said in unreachable(folder, server.url, monkeypatch)


def test_a_server_that_is_silent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--timeout shortens the wait, as it makes it longer."""
    with StandIn([300.0]) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        began = time.monotonic()
        result = judged(folder, timeout=5.0)
        assert time.monotonic() - began < 120
    assert "gave no answer in time" in result.findings[0].title


DAY, NOW = datetime.timedelta(days=1), datetime.datetime.now(datetime.timezone.utc)
PAST = {"not_before": NOW - 9 * DAY, "not_after": NOW - DAY}


@pytest.mark.parametrize(
    ("known", "options", "said"),
    [
        (False, {}, "is of an authority that is not known here"),
        (True, PAST, "has expired"),
        (True, {"not_before": NOW + DAY}, "is not valid yet"),
        (True, {"name": "other.example"}, "shows the certificate of another host"),
    ],
)
def test_certificates(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    known: bool, options: dict[str, Any], said: str,
) -> None:  # fmt: skip
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "firm.pem"))
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "firm.pem"))
    with StandInHub(tls=authority, **options) as hub:
        assert said in unreachable(folder, hub.url, monkeypatch)
    assert not any(hub.tokens)


def test_plain_http_where_tls_is_meant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInHub() as hub:
        address = hub.url.replace("http:", "https:")
        assert "No encrypted connection" in unreachable(folder, address, monkeypatch)


def test_proxies(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = reply("407 Proxy Authentication Required", b"", "Proxy-Authenticate: Basic")
    with StandIn([asks]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        title = unreachable(folder, "https://hub.example", monkeypatch)
    assert title.startswith("The proxy asks for a name and a password")


def test_a_proxy_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing() as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:pRoXyPaSs@127.0.0.1:{port}")
        title = unreachable(folder, "https://hub.example", monkeypatch)
        assert title.startswith("The proxy gives no way to the Hub at hub.example")
        assert "pRoXyPaSs" not in repr(judged(folder))


@pytest.mark.parametrize("address", ["huggingface.co", "http://[::1"])
def test_an_address_that_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert "cannot even be asked" in unreachable(folder, address, monkeypatch)


def test_offline_mode_of_the_shell(folder: Path, hub_offline: None) -> None:
    result = judged(folder)
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert "HF_HUB_OFFLINE is set in this shell" in result.doubts[0].reason


def test_not_asked_is_not_told(folder: Path, tmp_path: Path) -> None:
    result = judged(folder, offline=True)
    assert (result.outcome, result.healthy) == (Outcome.COULD_NOT_TELL, "")
    local = judged(serving(tmp_path / "local", "/models/weights"))
    assert (local.outcome, local.ids) == (Outcome.SKIPPED, [])


def test_an_engine_elsewhere_has_a_way_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = DockerEngine(endpoint="ssh://gpu-box", source="context", remote=True)
    with refusing() as port:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
        result = judged(folder, **{"docker-engine": engine})
    assert "whether it can from the engine's machine is not known" in result.doubts[0].reason
    assert result.ids == ["network/mirror-not-handed"]
