"""A request whose answer comes bit by bit, over real sockets."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from tests.ports import refusing
from tests.stand_in_server import HANG, Script, StandIn, chunk, reply, stream
from triton_doctor.host.streaming import Exchange, Head, Lost


def all_of(exchange: Exchange) -> bytes:
    data = b""
    while (block := exchange.next(60)) is not None:
        data += block if isinstance(block, bytes) else b""
    return data


def why(url: str) -> str:
    exchange = Exchange(url, b"{}")
    with pytest.raises(Lost) as raised:
        all_of(exchange)
    return raised.value.why


def test_head_blocks_and_end() -> None:
    with StandIn(stream(b"one", 0.2, b"two")) as server:
        exchange = Exchange(server.url + "/x", b'{"a": 1}')
        head = exchange.next(60)
        assert isinstance(head, Head)
        assert (head.status, head.headers["transfer-encoding"]) == (200, "chunked")
        assert exchange.next(60) == b"one"
        assert all_of(exchange) == b"two"
    assert server.asked == {"a": 1}
    assert server.requests[0].startswith(b"POST /x HTTP/1.1")


def test_silence_can_be_waited_out() -> None:
    with StandIn([4.0, reply("200 OK", b"x")]) as server:
        exchange = Exchange(server.url, b"")
        with pytest.raises(TimeoutError):
            exchange.next(0.05)
        assert isinstance(exchange.next(60), Head)
        assert all_of(exchange) == b"x"


@pytest.mark.parametrize(
    "script",
    [
        stream(b"one", HANG),
        [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"one", HANG],
    ],
)
def test_hanging_up_is_noticed_and_leaves_no_thread(script: Script) -> None:
    with StandIn(script) as server:
        exchange = Exchange(server.url, b"")
        exchange.next(60)
        exchange.close()
        assert server.hung_up.wait(60)
    end = time.monotonic() + 60
    while any(one.name == "request" for one in threading.enumerate()):
        assert time.monotonic() < end


def test_more_than_is_asked_for_waits() -> None:
    """The reader takes so much ahead and no more; the rest stays with the server."""
    with StandIn(stream(*[b"x" * 9000] * 400)) as server:
        exchange = Exchange(server.url, b"")
        time.sleep(0.3)
        assert len(all_of(exchange)) == 9000 * 400


def test_refused() -> None:
    with refusing() as port:
        assert why(f"http://127.0.0.1:{port}") == "refused"


def test_unresolved() -> None:
    assert why("http://no-such-host.invalid") == "unresolved"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ([], "lost"),
        ([b"SSH-2.0-OpenSSH\r\n"], "strange"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99_999], "strange"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"], "broken"),
        (stream(b"one", ends=False), "broken"),
        ([*stream(ends=False), b"zz\r\n"], "broken"),
        ([*stream(ends=False), chunk(b"abc")[:4]], "broken"),
    ],
)
def test_how_an_exchange_is_lost(script: list[bytes], kind: str) -> None:
    with StandIn(script) as server:
        assert why(server.url) == kind


def test_plain_http_where_tls_was_wanted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(65536)
                client.sendall(reply("400 Bad Request", b""))

        threading.Thread(target=answer, daemon=True).start()
        assert why(f"https://127.0.0.1:{server.getsockname()[1]}") == "certificate"
