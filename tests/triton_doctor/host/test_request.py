"""One request: its answer, and servers that never come to an end."""

from __future__ import annotations

import time

import pytest

from tests.stand_in_server import HANG, Script, StandIn, reply
from triton_doctor.host.local import LocalHost

CLOSES = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"


def drip(*start: bytes) -> Script:
    """A byte every tenth of a second, so that no single wait is long."""
    return [*start, *[part for _ in range(3000) for part in (b"x", 0.1)]]


def test_an_answer_with_its_head() -> None:
    with StandIn([reply("404 Not Found", b"none", "X-Word: one")]) as server:
        seen = LocalHost().http("GET", f"{server.url}/a?b=c", 5)
    assert (seen.status, seen.headers["x-word"], seen.body) == (404, "one", b"none")
    assert server.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "script", [drip(LONG), drip(CLOSES), drip(b"HTTP/1.1 200 OK\r\nX-Long: "), [HANG]]
)
def test_one_that_drips_or_is_silent_is_given_up(script: Script) -> None:
    began = time.monotonic()
    with StandIn(script) as server, pytest.raises(TimeoutError):
        LocalHost().http("GET", server.url, 0.6)
    assert time.monotonic() - began < 120


def test_what_is_no_http_is_no_answer() -> None:
    with (
        StandIn([b"SSH-2.0-OpenSSH_9.2\r\n"]) as server,
        pytest.raises(ConnectionError, match="no HTTP answer: BadStatusLine"),
    ):
        LocalHost().http("GET", server.url, 5)
