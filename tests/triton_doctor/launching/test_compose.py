"""Compose files taken apart: what they say, where, and what they do not know."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.command.reading import taken, verdict
from triton_doctor.deployment import Deployment
from triton_doctor.launching.compose import read_compose
from triton_doctor.launching.compose_nodes import interpolated
from triton_doctor.launching.deploying import deployment

GOOD = """services:
  cache:
    image: redis:7
  triton:
    image: nvcr.io/nvidia/tritonserver:${TAG:-25.06}-vllm-python-py3
    container_name: server
    command: >-
      tritonserver --model-repository=/models
      --model-control-mode=explicit --load-model=gemma
    ports: ["8100:8000", "127.0.0.1:8001:8001", {target: 8002, published: 8002}]
    environment:
      - HF_TOKEN
    volumes:
      - ./model_repository:/models
      - type: volume
        source: weights
        target: /root/.cache/huggingface
    shm_size: 1g
    deploy:
      resources:
        reservations:
          devices:
            - {driver: nvidia, device_ids: ["0", "1"], capabilities: [gpu]}
"""


def test_it_becomes_a_deployment() -> None:
    given = read_compose(GOOD, "srv/compose.yaml", "posix")
    assert verdict(given).ids == []
    assert deployment(given, Deployment()) == Deployment(
        repository="srv/model_repository",
        name="server",
        http_port=8100,
        gpus="0,1",
        cache_volume="weights",
        shm_size="1g",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("--model-control-mode=explicit ", "", ["launch/load-without-explicit"]),
        ("- HF_TOKEN", "- HF_TOKEN=hf_aB3dE5gH7jaB3dE5gH7j", ["command/token-in-clear"]),
        ("- HF_TOKEN", "- HF_API_TOKEN", ["token/missing"]),
        ("- HF_TOKEN", "- HF_TOKEN=${HF_TOKEN}", []),
        ("./model_repository:", "model_repository:", ["mount/bad-path"]),
        ("./model_repository:/models", "./m:/repo", ["mount/not-mounted"]),
        ("[gpu]", "[tpu]", []),
        ("    deploy:", "    unused:", ["gpu/not-visible"]),
        ("    deploy:", "    gpus: all\n    unused:", []),
        ("8100:8000", "8100:9000", ["command/port-unused", "request/connection-refused"]),
        ("-vllm-python", "", ["image/wrong-variant"]),
        ("tritonserver --model-rep", "--model-rep", ["launch/bad-flag"]),
        ("    shm_size: 1g", "    shm_size: lots", ["docker/bad-command"]),
    ],
)
def test_what_is_wrong_with_one(old: str, new: str, expected: list[str]) -> None:
    assert old in GOOD
    assert sorted(verdict(taken(GOOD.replace(old, new, 1))).ids) == expected


def test_a_volume_that_is_declared_is_meant() -> None:
    text = GOOD.replace("./model_repository:", "models:") + "volumes:\n  models:\n"
    assert verdict(read_compose(text, "", "posix")).ids == []


def test_places_are_those_of_the_file() -> None:
    text = GOOD.replace('"8100:8000"', '"8100:8000", "9:9"')
    (finding,) = verdict(read_compose(text, "compose.yaml", "posix")).findings
    assert finding.where == "compose.yaml:10:26"
    assert finding.fix is None


def test_a_mapping_anchors_and_merges() -> None:
    text = """x-base: &base
  image: a/tritonserver:vllm
  gpus: all
services:
  t:
    <<: *base
    command: [tritonserver, "--model-repository=/models"]
    environment: {HF_TOKEN: , OTHER: "1"}
    ports: ["8000:8000"]
    volumes: ["/srv:/models"]
"""
    given = read_compose(text, "", "posix")
    assert [(one.name, one.value) for one in given.variables] == [
        ("HF_TOKEN", None),
        ("OTHER", "1"),
    ]
    assert verdict(given).ids == []
    assert deployment(given, Deployment()).model == ("*",)


@pytest.mark.parametrize(
    ("text", "trouble", "said"),
    [
        ("services:\n  a:\n    image: [x\n", "yaml", "line 4, column 1"),
        ("services:\n\ta: b\n", "yaml", "line 2, column 1"),
        ("services:\n  a: {image: x}\n  b: {image: y}\n", "no-service", ""),
        ("services:\n", "no-service", ""),
    ],
)
def test_what_cannot_be_read(text: str, trouble: str, said: str) -> None:
    given = read_compose(text, "", "posix")
    assert given.trouble == trouble
    assert said in given.said


def test_no_secret_is_kept() -> None:
    secret = "hf_" + "aB3dE5gH7j" * 3
    for line in (f"- HF_TOKEN={secret}", f"- MY_PASSWORD={secret[3:]}"):
        assert secret[3:] not in repr(taken(GOOD.replace("- HF_TOKEN", line)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a$$b", ("a$b", ())),
        ("${A:-x}${B-y}", ("xy", ())),
        ("${A}-$B", ("${A}-$B", ("A", "B"))),
        ("${PWD}/m", ("./m", ())),
        ("${A:?must be set}", ("${A:?must be set}", ("A",))),
    ],
)
def test_parameters(text: str, expected: tuple[str, tuple[str, ...]]) -> None:
    assert interpolated(text) == expected
