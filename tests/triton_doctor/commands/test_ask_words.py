"""What `ask` shows of an answer, and where; beside servers that STAND IN for real ones."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.stand_in_server import HANG, StandIn, chunk, event, reply, stream
from tests.terminal import CTRL_C, PROGRAM, Terminal
from tests.triton_doctor.commands.asking import GENERATE, NOT_FOUND, PAGE, WELL, ask, data
from tests.triton_doctor.test_cli import environment

OLD = reply("200 OK", b'{"name":"triton","version":"2.43.0","extensions":["classification"]}')


def test_the_answer_alone_goes_to_stdout(tmp_path: Path) -> None:
    with StandIn(WELL) as server:
        done = ask(server.url, "Hi", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "The doctor\n")
    assert "First token after" in done.stderr
    assert "2 tokens" in done.stderr
    assert server.asked["text_input"] == "Hi"


def test_what_is_typed_is_what_is_sent(tmp_path: Path) -> None:
    given = ["--temperature", "0", "--top-p", "0.9", "--top-k", "3", "--seed", "7", "--stop", "\n"]
    with StandIn(WELL) as server:
        ask(
            server.url,
            *given,
            "--param",
            "n=2",
            "--max-tokens",
            "5",
            "-",
            cwd=tmp_path,
            stdin=b"H\xc3\xa4\n",
        )
    asked = server.asked
    assert asked["text_input"] == "Hä"
    fields = {"max_tokens": 5, "temperature": 0.0, "top_p": 0.9, "top_k": 3, "seed": 7, "n": 2}
    assert json.loads(str(asked["sampling_parameters"])) == {**fields, "stop": ["\n"]}
    assert asked["stream"] is False, "the pieces of two answers would be mixed"


def test_nothing_in_an_answer_steers_the_terminal(tmp_path: Path) -> None:
    evil = ["\x1b]0;owned\x07", "\x1b[", "2J", "\r\x08", "\u202eback", "[red]x[/red]", "\x9b31m"]
    with StandIn(stream(*map(event, evil))) as server:
        done = ask(server.url, "Hi", cwd=tmp_path)
    assert not {sign for sign in done.stdout if sign < " " or "\x7f" <= sign < "\xa0"} - {"\n"}
    assert "\u202e" not in done.stdout
    assert "[red]x[/red]" in done.stdout


def test_a_terminal_of_few_signs(tmp_path: Path) -> None:
    with StandIn(stream(event("naïve → 日"), event("\ud83d"))) as server:
        done = ask(server.url, "Hi", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout == "na\\xefve -> \\u65e5\\ud83d\n"


def test_a_server_of_before_2024_repeats_the_prompt_and_is_not_shown_so(tmp_path: Path) -> None:
    repeats = stream(event("Hi the"), event("Hi the doctor"), event("Hi the doctor"))
    with StandIn(NOT_FOUND, {GENERATE: repeats, "GET /v2": [OLD]}) as server:
        done = ask(server.url, "Hi", cwd=tmp_path)
    assert done.stdout == " the doctor\n"


def test_junk_among_the_words_is_counted(tmp_path: Path) -> None:
    told = data(stream(event("a"), b"data: {\n\n", event("b")), tmp_path)
    assert (told["exit_code"], told["answer"], told["unreadable_pieces"]) == (0, "ab", 1)


def test_a_cut_answer_is_told(tmp_path: Path) -> None:
    with StandIn(WELL) as server:
        done = ask(server.url, "--max-tokens", "2", "Hi", cwd=tmp_path)
    assert "cut after 2 tokens" in done.stderr


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
def test_no_proxy_stands_between_us_and_this_machine(name: str, tmp_path: Path) -> None:
    with StandIn([reply("502 Bad Gateway", PAGE)]) as proxy, StandIn(WELL) as server:
        done = ask(server.url, "Hi", cwd=tmp_path, env={name: proxy.url})
        shown = ask(server.url, "--show-request", "Hi", cwd=tmp_path, env={name: proxy.url})
    assert (done.returncode, done.stdout) == (0, "The doctor\n")
    assert "NO_PROXY" in done.stderr
    assert name in done.stderr
    assert "--noproxy" in shown.stdout
    assert proxy.requests == []


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([""], "the prompt is empty"),
        (["  "], "the prompt is empty"),
        (["--param", "x", "Hi"], "--param: expected KEY=JSON"),
        (["--temperature", "nan", "Hi"], "--temperature"),
        (["--max-tokens", "0", "Hi"], "--max-tokens"),
        (["--timeout", "0", "Hi"], "--timeout"),
        (["--url", "ftp://x", "Hi"], "--url ftp://x: expected an address"),
        (["--model", "*", "Hi"], "which model"),
        ([b"\xff"], "is not UTF-8"),
    ],
)
def test_wrong_usage(args: list[Any], says: str, tmp_path: Path) -> None:
    done = ask("localhost:1", *args, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr


def test_standard_input_that_is_no_text(tmp_path: Path) -> None:
    done = ask("localhost:1", "-", cwd=tmp_path, stdin=b"\xff\xfe")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not UTF-8 (byte 0)" in done.stderr


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    many = stream(*[part for _ in range(600) for part in (event("word\n"), 0.1)], HANG)
    with StandIn(many) as server:
        line = f"{' '.join(PROGRAM)} ask --url {server.url} Hi | head -n 1; echo ${{PIPESTATUS[0]}}"
        slow = ["bash", "-c", line]
        done = subprocess.run(
            slow, cwd=tmp_path, env=environment(), capture_output=True, timeout=120
        )
    assert done.stdout.split() == [b"word", b"0"], done
    assert b"Traceback" not in done.stderr


def test_words_stand_on_the_screen_as_they_come_and_ctrl_c_hangs_up(tmp_path: Path) -> None:
    with StandIn(stream(event("Wait"), event(" for it"), HANG)) as server:
        env = environment(LANG="C.UTF-8")
        with Terminal("ask", "--url", server.url, "Hi", cwd=tmp_path, env=env) as terminal:
            terminal.until("Wait for it")
            terminal.press(CTRL_C)
            assert terminal.code() == 130
            assert "stopped; the request was ended" in terminal.flat
            assert "Traceback" not in terminal.text
        assert server.hung_up.wait(60)


def test_ctrl_c_before_the_first_word(tmp_path: Path) -> None:
    with (
        StandIn([HANG]) as server,
        Terminal("ask", "--url", server.url, "Hi", cwd=tmp_path, env=environment()) as terminal,
    ):
        while not server.requests:
            terminal._read(0.1)
        terminal.press(CTRL_C)
        assert terminal.code() == 130
        assert server.hung_up.wait(60)


def test_chunks_cut_in_the_middle_of_a_sign(tmp_path: Path) -> None:
    whole = "".join(
        f"data: {json.dumps({'text_output': one}, ensure_ascii=False)}\n\n" for one in "äöü日"
    )
    head, *_ = stream()
    script = [head, *[chunk(bytes([one])) for one in whole.encode()], chunk(b"")]
    assert data(script, tmp_path)["answer"] == "äöü日"
