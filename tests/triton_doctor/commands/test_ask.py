"""`ask` beside servers that answer oddly. They are STAND-INS; the lab has a real Triton."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.ports import refusing
from tests.stand_in_server import HANG, Script, StandIn, event, reply, stream
from tests.triton_doctor.commands.asking import GENERATE, NOT_FOUND, PAGE, WELL, ask, data
from triton_doctor.cli_server import ask as ask_command

TRITON = reply("200 OK", b'{"name":"triton","version":"2.59.0","extensions":["classification"]}')
OPENAI = {
    "GET /v1/models": [reply("200 OK", b'{"object":"list","data":[]}')],
}
# What a gRPC server says first: an empty SETTINGS frame of HTTP/2.
SETTINGS = b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18
ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


def only(told: dict[str, Any]) -> dict[str, Any]:
    """The finding about the request; others are of this machine."""
    (one,) = [one for one in told["findings"] if one["check"] == "request"]
    return dict(one)


@pytest.mark.parametrize(
    ("script", "paths", "problem", "title"),
    [
        (WELL[:2], {}, "request/broken-off", "the connection was closed"),
        (stream(event("The"), ends=False), {}, "request/broken-off", "the connection was closed"),
        (stream(event("The"), HANG), {}, "request/broken-off", "nothing came for"),
        (stream(HANG), {}, "request/no-answer", "said nothing for 1 s"),
        ([HANG], {}, "request/no-answer", "said nothing"),
        (stream(event("")), {}, "request/empty-answer", "without a single word"),
        (stream(), {}, "request/empty-answer", "without a single word"),
        (stream(b"data: \xff\xfe\n\n"), {"GET /v2": [TRITON]}, "request/unreadable-answer", "vLLM"),
        (
            stream(b'data: {"OUT": 1}\n\n'),
            {"GET /v2": [TRITON]},
            "request/unreadable-answer",
            "vLLM",
        ),
        (stream(b"<html>what</html>\n\n"), {}, "request/other-program", "what"),
        (stream(b"x" * 70_000 * 70), {"GET /v2": [TRITON]}, "request/unreadable-answer", "vLLM"),
        (stream(b"data: [DONE]\n\n"), OPENAI, "request/other-program", "OpenAI"),
        (NOT_FOUND, OPENAI, "request/other-program", "OpenAI"),
        (NOT_FOUND, {"GET /v2": [TRITON]}, "request/wrong-endpoint", "no such address"),
        (
            [reply("405 Not Allowed", b'{"error":"Method Not Allowed"}')],
            {},
            "request/other-program",
            "405",
        ),
        ([reply("502 Bad Gateway", PAGE)], {}, "request/other-program", "in front of the server"),
        (
            [reply("407 Proxy Authentication Required", b"")],
            {},
            "request/other-program",
            "in front",
        ),
        (
            [reply("200 OK", b"<h1>Welcome to nginx</h1>")],
            {},
            "request/other-program",
            "Welcome to nginx",
        ),
        (
            [reply("302 Found", b"", "Location: https://login/")],
            {},
            "request/redirected",
            "https://login/",
        ),
        ([SETTINGS], {}, "request/other-program", "gRPC"),
        ([ALERT], {}, "request/other-program", "TLS"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], {}, "request/other-program", "SSH"),
        ([], {}, "request/connection-refused", "nothing accepts connections"),
        (
            [reply("400 Bad Request", b'{"error":"never seen"}')],
            {},
            "request/refused",
            "never seen",
        ),
        (stream(b'data: {"error":"never seen"}\n\n'), {}, "request/refused", "never seen"),
        (
            [reply("400 Bad Request", b'data: {"error":"never seen"}\n\n')],
            {},
            "request/refused",
            "never",
        ),
        (
            [reply("200 OK", b'{"error":"generate expects model to produce exactly 1 response"}')],
            {},
            "request/wrong-endpoint",
            "exactly 1 response",
        ),
    ],
)
def test_each_failure_is_named(
    script: Script, paths: dict[str, Script], problem: str, title: str, tmp_path: Path
) -> None:
    told = data(script, tmp_path, "--timeout", "1", paths=paths)
    found = only(told)
    assert (told["exit_code"], found["problem"]) == (1, problem)
    assert title.lower() in found["title"].lower()
    assert found["remedy"]


def test_a_dead_engine(tmp_path: Path) -> None:
    dead = [reply("400 Bad Request", b'{"error":"Stub process \'gemma_0_0\' is not healthy."}')]
    told = data(dead, tmp_path)
    assert "engine/crashed" in [one["problem"] for one in told["findings"]]


def test_a_parameter_that_was_refused_without_a_log_to_look_into(tmp_path: Path) -> None:
    words = (
        b"{\"error\":\"Error generating stream: 'NoneType' object has no attribute 'lora_name'\"}"
    )
    found = only(data([reply("400 Bad Request", words)], tmp_path))
    assert found["problem"] == "request/bad-input"
    assert "sampling parameter" in found["title"]


def test_a_model_that_is_not_there_and_those_that_are(tmp_path: Path) -> None:
    words = b'{"error":"Request for unknown model: \'gemma\' is not found"}'
    index = b'[{"name":"gemma-2b","version":"1","state":"UNAVAILABLE","reason":"no memory"}]'
    paths = {"POST /v2/repository/index": [reply("200 OK", index)]}
    with StandIn(NOT_FOUND, {GENERATE: [reply("404 Not Found", words)], **paths}) as server:
        done = ask(server.url, "Hi", cwd=tmp_path)
    assert done.returncode == 1
    assert "gemma-2b  UNAVAILABLE  no memory" in done.stderr
    assert "Did you mean gemma-2b?" in done.stderr


def test_nobody_listens(tmp_path: Path) -> None:
    with refusing() as port:
        done = ask(f"localhost:{port}", "--format", "json", "Hi", cwd=tmp_path)
    assert only(json.loads(done.stdout))["problem"] == "request/connection-refused"


def test_a_name_that_is_not_known(tmp_path: Path) -> None:
    done = ask("http://no-such-host.invalid", "--format", "json", "Hi", cwd=tmp_path)
    assert only(json.loads(done.stdout))["problem"] == "request/unreachable"


def test_the_quotes_around_a_question_may_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    done = CliRunner().invoke(ask_command, ["What", "is", "Triton?", "--show-request"])
    assert '"text_input": "What is Triton?"' in done.stdout
