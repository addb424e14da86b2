"""Events are read from any bytes, cut at any place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_doctor.launching.events import LIMIT, Events, Gathered, Piece, TooLong, read


def whole(data: bytes) -> list[bytes]:
    events = Events()
    return [*events.feed(data), *events.close()]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"data: a\n\n", [b"a"]),
        (b"data: a\n\n\ndata: b\n\n", [b"a", b"b"]),
        (b"data:a\r\n\r\ndata:b\r\r", [b"a", b"b"]),
        (b"data: a\ndata:  b\n\n", [b"a\n b"]),
        (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
        (b": a comment\nevent: x\nid: 7\nretry: 1\ndata: a\n\n", [b"a"]),
        (b"event: x\n\n", []),
        (b"data\n\n", [b""]),
        (b"data: the last, without its end", [b"the last, without its end"]),
        (b"data: x\n\ndata: \n\n", [b"x", b""]),
        (b"data: a:b: c\n\n", [b"a:b: c"]),
        (b"<html>\n<p>data: no</p>\n\n", []),
        (b"dataset: x\n\n", []),
    ],
)
def test_events(data: bytes, expected: list[bytes]) -> None:
    assert whole(data) == expected


@given(st.binary(), st.lists(st.integers(0, 200)))
def test_where_bytes_are_cut_makes_no_difference(data: bytes, places: list[int]) -> None:
    cuts = sorted({min(one, len(data)) for one in places})
    events, found = Events(), list[bytes]()
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        found += events.feed(data[start:end])
    assert [*found, *events.close()] == whole(data)


@given(st.lists(st.text().map(lambda one: json.dumps({"text_output": one}))), st.integers(1, 9))
def test_what_is_sent_arrives(sent: list[str], step: int) -> None:
    stream = "".join(f"data: {one}\r\n\r\n" for one in sent).encode()
    events, found = Events(), list[bytes]()
    for place in range(0, len(stream), step):
        found += events.feed(stream[place : place + step])
    assert [read(one).text for one in found] == [json.loads(one)["text_output"] for one in sent]


@pytest.mark.parametrize("block", [b"data: " + b"x" * 65536 + b"\n", b"x" * 65536])
def test_an_event_without_an_end_is_given_up(block: bytes) -> None:
    events = Events()
    with pytest.raises(TooLong):
        [list(events.feed(block)) for _ in range(LIMIT // 65536 + 2)]


@pytest.mark.parametrize(
    ("data", "piece"),
    [
        (b'{"text_output": " a"}', Piece(" a")),
        (b'{"text_output": ["a", "b"]}', Piece("a\n\nb")),
        (b'{"text_output": "a", "num_output_tokens": 3}', Piece("a", tokens=3)),
        (b'{"text_output": "a", "num_output_tokens": [1, 2]}', Piece("a", tokens=3)),
        (b'{"text_output": "a", "num_output_tokens": true}', Piece("a")),
        (b'{"error": "no"}', Piece(error="no")),
        (b'{"error": {"message": "no", "code": 1}}', Piece(error="no")),
        (b'{"error": [1]}', Piece(error="[1]")),
        (b'{"text_output": 1}', Piece()),
        (b'{"other": "x"}', Piece()),
        (b"{}", Piece()),
        (b"[DONE]", Piece(sound=False)),
        (b"[]", Piece(sound=False)),
        (b"", Piece(sound=False)),
        (b"[" * 100_000, Piece(sound=False)),
        (b'{"text_output": "a\xff"}', Piece("a\ufffd", sound=False)),
        (b'\xff\xfe{"a": 1}', Piece(sound=False)),
    ],
)
def test_pieces(data: bytes, piece: Piece) -> None:
    assert read(data) == piece


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    assert isinstance(read(data), Piece)


def gathered(prompt: str, pieces: list[str], *, old: bool) -> tuple[list[str], Gathered]:
    found = Gathered(prompt, lambda: old)
    return [found.take(Piece(one)) for one in pieces], found


@pytest.mark.parametrize(
    ("prompt", "pieces", "old", "shown"),
    [
        ("Hi", ["The", " doctor", ""], False, ["The", " doctor", ""]),
        # Before 24.03 each piece repeats the prompt and all that was said.
        ("Hi", ["Hi the", "Hi the doctor", "Hi the doctor"], True, [" the", " doctor", ""]),
        ("Hi", ["Hi", " there"], False, ["Hi", " there"]),
        ("Hi", ["", "Hi", "Hi there"], True, ["", "", " there"]),
        ("Hi", ["Ho", "Hi"], True, ["Ho", "Hi"]),
    ],
)
def test_the_prompt_is_left_out(
    prompt: str, pieces: list[str], old: bool, shown: list[str]
) -> None:
    told, found = gathered(prompt, pieces, old=old)
    assert told == shown
    assert found.text == "".join(shown)


def test_the_server_is_asked_for_its_age_only_where_it_matters() -> None:
    def asked() -> bool:
        raise AssertionError("nobody needs to know")

    found = Gathered("Hi", asked)
    for one in ("The", "Hi", "Hi"):
        found.take(Piece(one))
    assert found.text == "TheHiHi"


def test_what_cannot_be_read_is_counted() -> None:
    found = Gathered("Hi", lambda: False)
    for one in (Piece("a"), Piece(sound=False), Piece("b\ufffd", sound=False), Piece(error="x")):
        found.take(one)
    assert (found.text, found.junk, found.pieces) == ("ab\ufffd", 2, 2)
