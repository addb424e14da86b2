"""One request to a model: sent, listened to, and what became of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing

from triton_doctor.host.streaming import Exchange, Head, Lost
from triton_doctor.launching.asking import (
    Answered,
    Failure,
    Sampling,
    address,
    body,
    is_old,
)
from triton_doctor.launching.events import Events, Gathered, TooLong, read
from triton_doctor.record import Mutable, Record

FIRST_WORD = 10.0  # s of silence after which it is told
KEPT = 4096  # bytes of an answer that is none, for a look at whose it is
MOST = 8 << 20  # bytes of an answer that does not come as events
VERSION_TIMEOUT = 2.0


class Waits(Record, frozen=True):
    """longest: s without a word; tell: called with the s so far, after `notice` and whenever they
    have doubled."""

    longest: float = 120.0
    tell: Callable[[float], None] = lambda _seconds: None
    notice: float = FIRST_WORD


class _OutOfTime(Exception):
    """No word for too long."""


class _Clock(Mutable):
    """Waits for what comes, and counts from the last word."""

    waits: Waits
    exchange: Exchange
    began: float
    last: float
    tells: float
    first: float | None = None
    then: int = 0  # tokens that were there with the first word

    def next(self) -> Head | bytes | None:
        while True:
            silent = time.monotonic() - self.last
            if silent >= self.waits.longest:
                raise _OutOfTime
            if silent >= self.tells:
                self.tells *= 2
                self.waits.tell(silent)
            try:
                return self.exchange.next(min(self.tells, self.waits.longest) - silent + 0.01)
            except TimeoutError:
                continue

    def blocks(self) -> Iterator[bytes]:
        while (block := self.next()) is not None:
            if isinstance(block, bytes):
                yield block

    def word(self, tokens: int) -> None:
        self.last, self.tells = time.monotonic(), self.waits.notice
        if self.first is None:
            self.first, self.then = self.last - self.began, tokens


def stream(
    host_url: str,
    model: str,
    prompt: str,
    sampling: Sampling,
    write: Callable[[str], None],
    waits: Waits | None = None,
    streamed: bool = True,
) -> Answered:
    """Ask, and hand on each piece of the answer as it comes; what became of it.

    host_url: as `http://localhost:8000`. Pieces are as the model wrote them: see redact.calm.
    """
    request = json.dumps(body(prompt, sampling, stream=streamed)).encode()
    gathered = Gathered(prompt, lambda: _is_old(host_url))
    began = time.monotonic()
    with closing(Exchange(address(host_url, model, stream=streamed), request)) as exchange:
        waits = waits or Waits()
        clock = _Clock(waits, exchange, began, began, waits.notice)
        try:
            failure = _heard(clock, gathered, write)
        except Lost as lost:
            failure = Failure(lost.why, lost.text)
        except _OutOfTime:
            silent = time.monotonic() - clock.last
            failure = Failure("stalled" if gathered.pieces else "slow", seconds=silent)
    return Answered(
        first_token_s=clock.first if streamed else None,
        seconds=time.monotonic() - began,
        text=gathered.text,
        failure=failure,
        tokens=gathered.counted or (gathered.pieces if streamed else 0),
        counted=bool(gathered.counted),
        junk=gathered.junk,
        at_first=clock.then or 1,
        streamed=streamed,
    )


def _heard(clock: _Clock, gathered: Gathered, write: Callable[[str], None]) -> Failure | None:
    head = clock.next()
    assert isinstance(head, Head)  # noqa: S101 - it comes first, or Lost does
    if 300 <= head.status < 400:
        return Failure("elsewhere", status=head.status, to=head.headers.get("location", ""))
    if head.status == 200 and "event-stream" in head.headers.get("content-type", ""):
        return _events(clock.blocks(), clock, gathered, write)
    data = b""
    for block in clock.blocks():
        data += block
        if len(data) > MOST:
            return Failure("junk", status=head.status, body=data[:KEPT])
    return _whole(head, data, clock, gathered, write)


def _events(
    blocks: Iterator[bytes], clock: _Clock, gathered: Gathered, write: Callable[[str], None]
) -> Failure | None:
    """Events as they come, to the end or to the first error."""
    events, start = Events(), b""

    def said() -> Iterator[bytes]:
        nonlocal start
        for block in blocks:
            start = start if len(start) >= KEPT else (start + block)[:KEPT]
            yield from events.feed(block)
        yield from events.close()

    try:
        for data in said():
            piece = read(data)
            if piece.error is not None:
                return Failure("error", piece.error, status=200)
            if new := gathered.take(piece):
                clock.word(gathered.counted or gathered.pieces)
                write(new)
    except TooLong:
        return Failure("junk", status=200, body=start)
    if gathered.text:
        return None
    junk = gathered.junk or events.strange
    return Failure("junk" if junk else "empty", status=200, body=start)


def _whole(
    head: Head, data: bytes, clock: _Clock, gathered: Gathered, write: Callable[[str], None]
) -> Failure | None:
    """An answer in one piece: the model's, or a refusal, which may be dressed as an event."""
    piece = read(data)
    if not piece.sound and piece.text is None and piece.error is None:
        with_events = list(Events().feed(data + b"\n\n"))
        piece = read(with_events[0]) if with_events else piece
    if piece.error is not None:
        return Failure("error", piece.error, status=head.status, body=data[:KEPT])
    if head.status != 200:
        told = head.headers.get("server", "")
        return Failure("status", told, status=head.status, body=data[:KEPT])
    if piece.text is None:
        return Failure("junk", status=200, body=data[:KEPT])
    if new := gathered.take(piece):
        clock.word(gathered.counted or gathered.pieces)
        write(new)
    return None if gathered.text else Failure("empty", status=200)


def _is_old(host_url: str) -> bool:
    """Whether the server is of before 24.03; no, where it does not say."""
    from triton_doctor.host.local import LocalHost

    try:
        told = json.loads(LocalHost().http("GET", f"{host_url}/v2", VERSION_TIMEOUT).body)
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and is_old(str(told.get("version") or ""))
