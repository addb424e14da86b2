"""One request as other flows use it, beside servers that STAND IN for real ones."""

from __future__ import annotations

import pytest

from tests.stand_in_server import HANG, Script, StandIn, event, reply, stream
from triton_doctor.commands import ask_request
from triton_doctor.commands.ask_request import Waits
from triton_doctor.launching.asking import Answered, Sampling

TOKENS = [b'data: {"text_output":"a b c","num_output_tokens":3}\n\n']


def ask(script: Script, waits: Waits | None = None, streamed: bool = True) -> Answered:
    with StandIn(script) as server:
        words: list[str] = []
        answered = ask_request.stream(
            server.url, "gemma", "Hi", Sampling(), words.append, waits, streamed
        )
    assert "".join(words) == answered.text
    return answered


def test_words_and_times() -> None:
    answered = ask(stream(0.2, event("a"), 0.2, event(" b"), 0.2, event(" c"), event("")))
    assert (answered.text, answered.tokens, answered.counted) == ("a b c", 3, False)
    assert answered.failure is None
    assert answered.first_token_s is not None
    assert answered.first_token_s > 0.15
    later = answered.seconds - answered.first_token_s
    assert later > 0.35
    assert answered.per_second == pytest.approx(2 / later)


def test_tokens_are_those_that_the_server_counts() -> None:
    answered = ask(stream(*TOKENS, *TOKENS))
    assert (answered.tokens, answered.counted) == (6, True)
    whole = ask([reply("200 OK", b'{"text_output":"a b","num_output_tokens":2}')], streamed=False)
    assert (whole.text, whole.tokens, whole.first_token_s) == ("a b", 2, None)
    untold = ask([reply("200 OK", b'{"text_output":"a b"}')], streamed=False)
    assert (untold.text, untold.tokens) == ("a b", 0)


def test_silence_is_told_at_growing_distances() -> None:
    told: list[float] = []
    answered = ask(stream(event("a"), HANG), Waits(1.0, told.append, notice=0.1))
    assert len(told) == 4
    assert all(one >= least for one, least in zip(told, (0.1, 0.2, 0.4, 0.8), strict=True))
    assert answered.failure is not None
    assert (answered.failure.kind, answered.text) == ("stalled", "a")
    assert 1.0 <= answered.failure.seconds < HANG / 2


def test_each_word_begins_the_waiting_anew() -> None:
    answered = ask(stream(*[part for _ in range(6) for part in (event("a"), 0.3)]), Waits(0.8))
    assert (answered.text, answered.failure) == ("aaaaaa", None)


def test_comments_that_keep_a_connection_alive_are_no_words() -> None:
    alive = stream(*[part for _ in range(40) for part in (b": still here\n\n", 0.1)])
    answered = ask(alive, Waits(0.5))
    assert answered.failure is not None
    assert answered.failure.kind == "slow"
    assert answered.first_token_s is None


@pytest.mark.parametrize("body", [b'{"text_output":""}', b'{"text_output":"Hi"}'])
def test_a_whole_answer(body: bytes) -> None:
    answered = ask([reply("200 OK", body)], streamed=False)
    assert (answered.failure is None) == bool(answered.text)
