"""Asking for a token: its shape, the Hub's word, and that it is shown nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from triton_doctor.commands.fix_token import NoToken, TokenAsking, odd, tried
from triton_doctor.host.local import LocalHost
from triton_doctor.knowledge.house import phrases
from triton_doctor.lines import Line
from triton_doctor.probes.token_shape import shape
from triton_doctor.repairs import Applicability, AskToken, Fix, Step

GOOD, REVOKED = "hf_" + "aB3dE5gH7jK9mN1pQ3" * 2, "hf_" + "zY8xW6vU4tS2rQ0pO8" * 2
FIX = Fix("Keep a token", Applicability.ASK, (Step("f", AskToken("/home/ada/token")),))


class Hub(BaseHTTPRequestHandler):
    """Knows one token and no more; whatever is asked for is gated."""

    status = 200
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        given = self.headers["Authorization"]
        code = 401 if given != f"Bearer {GOOD}" else self.status
        body = b"{}"
        self.send_response(code)
        if given is None:
            self.send_header("X-Error-Code", "GatedRepo")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@contextmanager
def serving() -> Iterator[str]:
    """The Hub's address."""
    server = HTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    monkeypatch.setattr(Hub, "asked", [])
    monkeypatch.setattr(Hub, "status", 200)
    with serving() as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield Hub


def asking(*answers: str) -> tuple[TokenAsking, list[str]]:
    """Somebody who gives these answers one after the other, and what is said to him."""
    said: list[str] = []
    waiting = list(answers)

    def write(lines: Iterable[Line]) -> None:
        said.append(" ".join(one.text for one in lines))

    def asks(_question: str) -> str:
        return waiting.pop(0)

    return TokenAsking(LocalHost(), phrases(), asks, write, 80), said


def test_a_token_that_the_hub_knows(hub: type[Hub]) -> None:
    tokens, said = asking(GOOD)
    assert tokens.answers(FIX, offline=False) == {"/home/ada/token": GOOD}
    assert hub.asked == ["/api/whoami-v2"]
    assert said[-1] == "The Hub knows this token."


def test_one_that_is_refused_is_asked_for_again(hub: type[Hub]) -> None:
    tokens, said = asking(REVOKED, GOOD)
    assert tokens.answers(FIX, offline=False) == {"/home/ada/token": GOOD}
    assert [one for one in said if "refuses" in one]
    assert not [one for one in said if GOOD in one or REVOKED in one]


def test_what_is_no_token_is_never_sent(hub: type[Hub]) -> None:
    wrong = (
        "$HF_TOKEN",
        "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        f'"{GOOD}"',
        "nvapi-" + "a1" * 20,
    )
    tokens, said = asking(*wrong, GOOD)
    tokens.answers(FIX, offline=False)
    assert len(hub.asked) == 1
    assert len([one for one in said if "does not look like a token" in one]) == len(wrong)
    assert not [one for one in said if "nvapi" in one or GOOD in one]


def test_nothing_given_is_a_reason(hub: type[Hub]) -> None:
    tokens, _ = asking("")
    with pytest.raises(NoToken, match="No token was given"):
        tokens.answers(FIX, offline=False)


def test_offline_the_hub_is_not_asked(hub: type[Hub]) -> None:
    tokens, said = asking(GOOD)
    assert tokens.answers(FIX, offline=True) == {"/home/ada/token": GOOD}
    assert (hub.asked, said[-1]) == (
        [],
        "Whether the Hub knows this token could not be tested (--offline).",
    )


def test_a_hub_that_does_not_answer_lets_the_token_through(
    hub: type[Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "status", 503)
    assert tried(LocalHost(), GOOD) == ("untested", "HTTP 503")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    told, why = tried(LocalHost(), GOOD)
    assert told == "untested"
    assert "refused" in why
    assert GOOD not in why


def test_where_nobody_is_there_a_token_is_not_asked_for() -> None:
    tokens = TokenAsking(LocalHost(), phrases(), None, lambda _: None, 80)
    with pytest.raises(NoToken, match="terminal"):
        tokens.answers(FIX, offline=False)
    assert tokens.answers(Fix("x", Applicability.SAFE, ()), offline=False) == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD, None),
        ("api_org_" + "aB3dE5gH7j" * 3, None),
        ("$HF_TOKEN", "variable"),
        ("hf_your_token_here", "placeholder"),
        ("hf_abc", "short"),
        ("hf_" + "aB3dE5gH7j" * 30, "long"),
        (f"{GOOD[:20]} {GOOD[20:]}", "blank"),
        (GOOD[:-1] + "é", "signs"),
        ("ghp_" + "aB3dE5gH7j" * 4, "other-service"),
    ],
)
def test_what_speaks_against_a_text_being_a_token(text: str, fault: str | None) -> None:
    assert odd(shape(text)) == fault
    say = phrases()
    assert fault is None or say("token", fault)
