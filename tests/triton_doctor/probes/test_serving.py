"""Asking the running server, with replies written down after real ones of Triton 2.51."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeDocker, FakeHost, ask
from triton_doctor.host.protocol import FileStat, HttpReply
from triton_doctor.probes.containers import Container, Published
from triton_doctor.probes.serving import Answer, Serving, address_of, serving

SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)}
HTTP = {"IP": "0.0.0.0", "PrivatePort": 8000, "PublicPort": 9000, "Type": "tcp"}
ROW = {"Id": "a", "Names": ["/triton_vllm_server"], "State": "running", "Ports": [HTTP]}
BASE = "http://127.0.0.1:9000/v2"
OK = HttpReply(200, {}, b"")
PAGES = {
    f"{BASE}/health/live": OK,
    f"{BASE}/health/ready": OK,
    f"{BASE}/models/gemma/ready": OK,
    f"{BASE}/models/gemma/generate_stream": HttpReply(200, {}, b'data: {"text_output":"Hi"}\n\n'),
}


def told(rows: Any = (ROW,), **pages: Any) -> Serving:
    """pages: by the last part of the address."""
    changed = {key: pages.get(key.rpartition("/")[2], page) for key, page in PAGES.items()}
    engine = FakeDocker(version={}, info={}, containers=list(rows))
    fact = ask(serving, FakeHost(engine=engine, stats=SOCKET, pages=changed))
    assert isinstance(fact, Serving)
    return fact


def test_a_server_that_answers() -> None:
    assert told() == Serving("", "127.0.0.1:9000", 200, 200, (Answer("gemma", 200, 200),))


@pytest.mark.parametrize("rows", [(), ({**ROW, "State": "exited"},), ({**ROW, "Names": ["/x"]},)])
def test_only_the_deployments_running_container_is_asked(rows: Any) -> None:
    assert told(rows).trouble == "not-running"


def test_a_port_that_is_not_published() -> None:
    assert told([{**ROW, "Ports": []}]).trouble == "not-published"


@pytest.mark.parametrize("error", [ConnectionRefusedError(), ConnectionResetError()])
def test_a_server_that_does_not_listen_yet(error: OSError) -> None:
    assert told(live=error).trouble == "refused"


def test_a_server_that_says_nothing() -> None:
    assert told(live=TimeoutError()).trouble == "silent"


def test_a_dead_engine_is_seen_by_a_request_alone() -> None:
    body = b'data: {"error":"Stub process \'gemma_0_0\' is not healthy."}'
    answer = told(generate_stream=HttpReply(400, {}, body)).models[0]
    assert (answer.ready, answer.status) == (200, 400)
    assert answer.error == "Stub process 'gemma_0_0' is not healthy."


def test_an_error_in_a_reply_of_status_200_is_an_error() -> None:
    answer = told(generate_stream=HttpReply(200, {}, b'{"error":"a \\"b\\""}')).models[0]
    assert answer.error == 'a "b"'


@pytest.mark.parametrize("plan", [{"model": ("*",)}, {"control_mode": "none"}])
def test_where_all_models_are_loaded_those_that_the_server_has_are_asked(plan: Any) -> None:
    rows = b'[{"name":"a b","state":"READY"},{"name":"x","state":"UNAVAILABLE"},7]'
    answers = {f"{BASE}/models/a%20b/{end}": OK for end in ("ready", "generate_stream")}
    for body, models in ((rows, (Answer("a b", 200, 200),)), (b"[", ()), (b'{"error":""}', ())):
        pages = {**PAGES, **answers, f"{BASE}/repository/index": HttpReply(200, {}, body)}
        engine = FakeDocker(version={}, info={}, containers=[ROW])
        host = FakeHost(engine=engine, stats=SOCKET, pages=pages)
        assert ask(serving, host, deployment=plan).models == models


def test_a_token_in_a_reply_is_hidden() -> None:
    answer = told(generate_stream=HttpReply(500, {}, b"no: hf_abcdefghijkl")).models[0]
    assert answer.error == "no: [hidden]"


def test_a_slow_answer() -> None:
    assert told(generate_stream=TimeoutError()).models[0].trouble == "slow"


def test_a_connection_that_breaks_off() -> None:
    answer = told(generate_stream=ConnectionResetError("reset by peer")).models[0]
    assert (answer.trouble, answer.error) == ("lost", "reset by peer")


@pytest.mark.parametrize(
    ("network", "address", "expected"),
    [
        ("bridge", "0.0.0.0", "127.0.0.1:9000"),
        ("bridge", "::", "127.0.0.1:9000"),
        ("bridge", "10.0.0.5", "10.0.0.5:9000"),
        ("bridge", "fd00::5", "[fd00::5]:9000"),
        ("host", "", "127.0.0.1:8000"),
    ],
)
def test_which_address_leads_there(network: str, address: str, expected: str) -> None:
    ways = (Published(address, 9000, 8000),) if address else ()
    one = Container("a", "s", "i", "running", 0.0, ways, network)
    assert address_of(one) == expected
