"""The Hub through the real huggingface_hub, spoken to by HTTP on loopback.

This file and test_hub_way.py are run twice: with the newest major version and, in a process of its
own, with 0.x.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ports import refusing
from tests.stand_in_hub import (
    LOGGED_OUT,
    NO_GATED_RIGHT,
    NOT_ACCEPTED,
    PENDING,
    Account,
    Answer,
    StandInHub,
    said,
)
from tests.stand_in_server import HANG, StandIn, reply
from tests.triton_doctor.host.hubs import GATED, OPEN, SOON, TOKEN, Ask, there, trouble
from triton_doctor.host.hub import HubFile, HubTrouble, Secret
from triton_doctor.host.hub_errors import answered
from triton_doctor.host.local import LocalHost

pytestmark = pytest.mark.usefixtures("bare")


def test_what_it_says_of_a_model_and_an_account(hub: StandInHub, tmp_path: Path) -> None:
    asked = there(hub.url)
    assert asked.whoami(SOON)["auth"]["accessToken"]["role"] == "read"
    assert asked.model(GATED, SOON)["gated"] == "manual"
    assert asked.model(OPEN, SOON, "main")["sha"]
    asked.readable(OPEN, SOON)
    assert json.loads(asked.read(OPEN, "config.json", SOON)) == {"model_type": "opt"}
    assert asked.read(OPEN, "config.json", SOON, limit=3) == b'{"m'
    assert asked.files(OPEN, SOON).files == (
        HubFile("config.json", 21),
        HubFile("model.safetensors", 10240),
    )
    assert asked.read(OPEN, "model.safetensors", SOON, limit=10) == bytes(range(10))
    assert asked.search("gemma", SOON, "google") == [GATED]
    assert asked.quantized(OPEN, SOON) == []
    assert set(hub.tokens) == {TOKEN}
    assert not (tmp_path / "hf").exists()


def test_whose_token_it_is_is_asked_once(hub: StandInHub) -> None:
    host = LocalHost()
    for token in (TOKEN, TOKEN, "hf_" + "bAd" * 12, "hf_" + "bAd" * 12):
        with suppress(HubTrouble):
            assert host.hub(hub.url, Secret(token)).whoami(SOON)["name"] == "ada"
    assert len(hub.asked) == 2


def test_nothing_else_is_asked_and_nothing_is_kept(hub: StandInHub, tmp_path: Path) -> None:
    """In a process of its own, since the library looks at its variables as it is loaded."""
    program = (
        "from triton_doctor.host.local import LocalHost;"
        f" LocalHost().hub({hub.url!r}).model({OPEN!r}, 9.0)"
    )
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home), "AI_AGENT": "x"}
    env.pop("HF_HOME")
    subprocess.run([sys.executable, "-c", program], env=env, check=True)
    assert hub.asked == [f"/api/models/{OPEN}"]
    assert hub.tokens == [""]
    assert list(home.rglob("*")) == []


def test_without_a_token_none_is_sent_from_anywhere(hub: StandInHub) -> None:
    asked = there(hub.url, token=None)
    asked.model(OPEN, SOON)
    asked.read(OPEN, "config.json", SOON)
    assert hub.tokens == ["", ""]
    assert trouble(hub.url, lambda hub: hub.whoami(SOON), None).status == 401


@pytest.mark.parametrize(
    ("ask", "token", "expected"),
    [
        (lambda hub: hub.readable(GATED, SOON), None, (401, "GatedRepo", LOGGED_OUT)),
        (lambda hub: hub.readable(GATED, SOON), TOKEN, (403, "GatedRepo", NOT_ACCEPTED)),
        (lambda hub: hub.model("a/b", SOON), None, (401, "", "Invalid username or password.")),
        (lambda hub: hub.model("a/b", SOON), TOKEN, (404, "RepoNotFound", "Repository not found")),
        (
            lambda hub: hub.model(OPEN, SOON),
            "hf_" + "bAd" * 12,
            (401, "", "Invalid credentials in Authorization header"),
        ),
        (
            lambda hub: hub.model(OPEN, SOON, "v9"),
            TOKEN,
            (404, "RevisionNotFound", "Invalid rev id: v9"),
        ),
        (
            lambda hub: hub.read(OPEN, "no.json", SOON),
            TOKEN,
            (404, "EntryNotFound", "Entry not found"),
        ),
    ],
)
def test_refusals(
    hub: StandInHub, ask: Ask, token: str | None, expected: tuple[int, str, str]
) -> None:
    seen = trouble(hub.url, ask, token)
    assert (seen.kind, seen.status, seen.code) == ("answer", *expected[:2])
    assert seen.text == expected[2].format(id=GATED)


def test_what_a_request_for_access_has_come_to(hub: StandInHub) -> None:
    hub.accounts = {TOKEN: Account(may={GATED: "pending"})}
    assert trouble(hub.url, lambda hub: hub.readable(GATED, SOON)).text == PENDING.format(id=GATED)
    hub.accounts = {TOKEN: Account(role="fineGrained", reads_gated=False)}
    seen = trouble(hub.url, lambda hub: hub.read(GATED, "config.json", SOON))
    assert (seen.status, seen.code, seen.text) == (403, "", NO_GATED_RIGHT)
    hub.accounts = {TOKEN: Account(may={GATED: "accepted"})}
    there(hub.url).readable(GATED, SOON)


LIMIT = {"RateLimit": '"api";r=0;t=55', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
DATED = {"Retry-After": "Sun, 29 Nov 2026 12:01:30 GMT", "Date": "Sun, 29 Nov 2026 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({}, None), (LIMIT, 55), ({"Retry-After": "7"}, 7), ({"Retry-After": "soon"}, None)],
)
def test_a_limit_is_told_at_once(headers: dict[str, str], wait: float | None) -> None:
    with StandInHub(always=Answer(429, b"We had to rate limit you", headers)) as hub:
        seen = trouble(hub.url)
    assert (seen.status, seen.wait, seen.text) == (429, wait, "We had to rate limit you")
    assert len(hub.asked) == 1


def test_offline_mode_of_the_shell(hub: StandInHub, hub_offline: None) -> None:
    assert trouble(hub.url).kind == "offline"
    assert hub.asked == []


def test_a_limit_that_is_told_as_a_date() -> None:
    assert answered(429, DATED, "").wait == 90


def test_the_hub_in_trouble_is_asked_once() -> None:
    with StandInHub(always=Answer(503, b"<html>Bad</html>", {"Content-Type": "text/html"})) as hub:
        assert trouble(hub.url).status == 503
        assert trouble(hub.url, lambda hub: hub.files(OPEN, SOON)).status == 503
    assert len(hub.asked) == 2


def test_a_server_that_repeats_the_token() -> None:
    with StandInHub(always=said(401, f"unknown: {TOKEN}")) as hub:
        assert trouble(hub.url).text == "unknown: [hidden]"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ([b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], "garbage"),
        ([reply("200 OK", b"<html>Sign in to the hotel</html>")], "garbage"),
        ([reply("200 OK", b"{}", "Content-Type: text/html; charset=utf-8")], "garbage"),
        ([reply("200 OK", b'["not", "a", "model"]')], "garbage"),
        ([reply("200 OK", b"\xff\xfe{")], "garbage"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"], "cut"),
        ([b""], "cut"),
        ([reply("302 Found", b"", "Location: /a", "Connection: close")], "redirects"),
    ],
)
def test_what_is_not_the_hub(script: list[bytes], kind: str) -> None:
    with StandIn(script) as server:
        assert trouble(server.url).kind == kind


def test_a_slow_server_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    drip: list[bytes | float] = [b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"]
    drip += [part for _ in range(3000) for part in (b"{", 0.1)]
    for script in ([HANG], drip):
        with StandIn(script) as server:
            assert trouble(server.url, lambda hub: hub.model(OPEN, 0.6)).kind == "silent"
    assert time.monotonic() - began < 120


def test_a_name_that_is_never_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = trouble("http://hub.invalid")
    assert unknown.kind == "unresolved"

    def hangs(*_: object, **__: object) -> object:
        time.sleep(60)
        raise AssertionError("nobody waits for this")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    assert trouble("http://hub.example", lambda hub: hub.model(OPEN, 0.5)).kind == "silent"


def test_nobody_listens() -> None:
    with refusing() as port:
        assert trouble(f"http://127.0.0.1:{port}").kind == "refused"


@pytest.mark.parametrize("url", ["huggingface.co", "ftp://hub.example", "http://[::1", "https://"])
def test_an_address_that_is_none(url: str) -> None:
    assert trouble(url).kind == "unusable"


@pytest.mark.parametrize("token", ["hf_ключ", "hf_two\nlines"])
def test_a_token_that_cannot_be_sent(hub: StandInHub, token: str) -> None:
    assert trouble(hub.url, token=token).kind == "unusable"
    assert hub.asked == []


def test_a_redirect_to_another_host_takes_no_token_along(hub: StandInHub) -> None:
    moved = Answer(307, b"", {"Location": f"{hub.url}/api/models/{OPEN}"})
    with StandInHub(always=moved) as first:
        there(first.url.replace("127.0.0.1", "localhost")).model(OPEN, SOON)
    assert first.tokens == [TOKEN]
    assert TOKEN not in hub.tokens
