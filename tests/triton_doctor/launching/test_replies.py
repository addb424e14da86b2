"""What servers say, sorted; the texts are recorded from real ones unless a comment says else."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_doctor.launching import replies
from triton_doctor.launching.replies import Model

LOG = """\
I1122 14:56:01.123456 1 model.py:10] "[vllm] Was trying to create `TritonSamplingParams`, but got \
exception: Unexpected keyword argument 'min_q'"
I1122 14:57:01.123456 1 model.py:10] "[vllm] Was trying to create `TritonSamplingParams`, but got \
exception: Unexpected keyword argument 'max_token'"
I1122 14:57:02.123456 1 http_server.cc:1] "something else"
"""
METADATA = {"name": "triton", "version": "2.51.0", "extensions": ["classification", "sequence"]}


LOOP = """\
Error generating stream: Engine loop is not running. Inspect the stacktrace to find the original \
error: RuntimeError('Engine process (pid 37) died.')."""


@pytest.mark.parametrize(
    ("error", "dead"),
    [
        ("Stub process 'gemma_0_0' is not healthy.", True),
        (LOOP, True),
        ("Error generating stream: 'NoneType' object has no attribute 'lora_name'", False),
        ("The decoder prompt (length 600) is longer than the maximum model length of 128.", False),
    ],
)
def test_dead_engines(error: str, dead: bool) -> None:
    assert replies.is_dead(error) is dead


def test_the_last_reason_in_the_log_counts() -> None:
    reason = replies.sampling_reason(LOG)
    assert reason == "Unexpected keyword argument 'max_token'"
    assert replies.near_field(reason) == "max_tokens"
    assert replies.sampling_reason("nothing of the kind") == ""
    assert replies.near_field("temperature must be non-negative, got -1.0.") == ""


@pytest.mark.parametrize(
    "error",
    [
        "Request for unknown model: 'gemma2' is not found",
        "Request for unknown model: 'gemma' has no available versions",
        "Model version not ready",
    ],
)
def test_models_that_are_not_ready(error: str) -> None:
    assert replies.is_not_ready(error)


def test_whose_answer_it_is() -> None:
    assert replies.is_triton(200, json.dumps(METADATA).encode())
    assert not replies.is_triton(404, json.dumps(METADATA).encode())
    assert not replies.is_triton(200, b"<html>")
    # After the reference of vLLM's own server, and of Prometheus' text format.
    assert replies.is_openai(200, b'{"object": "list", "data": []}')
    assert replies.is_metrics(200, b"# HELP nv_inference_request_success x\n")
    assert not replies.is_metrics(200, b"")


@pytest.mark.parametrize(
    ("text", "grpc", "case"),
    [
        (r"\x00\x00\x12\x04\x00", False, "grpc"),
        ("what", True, "grpc"),
        (r"\x15\x03\x01\x00\x02\x02P", False, "tls"),
        ("SSH-2.0-OpenSSH_9.2", False, None),
    ],
)
def test_what_is_no_http(text: str, grpc: bool, case: str | None) -> None:
    assert replies.protocol(text, grpc) == case


def test_the_index_of_models() -> None:
    body = b'[{"name": "gemma", "version": "1", "state": "READY"}, {"name": "b"}, 3, {"x": 1}]'
    assert replies.models(body) == [Model("gemma", "READY"), Model("b")]
    assert replies.models(b"{}") == []


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("gema", ["gemma", "llama"], "gemma"),
        ("GEMMA", ["gemma"], "gemma"),
        ("gemma", ["gemma-2b", "llama"], "gemma-2b"),
        ("xyz", ["gemma"], ""),
        ("x", [], ""),
    ],
)
def test_a_model_of_nearly_that_name(name: str, known: list[str], near: str) -> None:
    assert replies.near_model(name, [Model(one) for one in known]) == near


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><head><title>502 Bad Gateway</title></head><body>x</body>", "502 Bad Gateway"),
        (b"<h1>Not</h1>\n<p>here", "Not here"),
        (b"404 page not found\n", "404 page not found"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_first_words(body: bytes, words: str) -> None:
    assert replies.first_words(body) == words


@given(st.binary())
def test_any_bytes_are_looked_at(body: bytes) -> None:
    assert len(replies.first_words(body)) <= 120
    replies.models(body)
    replies.is_triton(200, body)
