"""The values of docker's options, the two grammars, and what becomes the deployment."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.command.reading import taken, typed
from triton_doctor.deployment import Deployment
from triton_doctor.launching.arguments import port, split_volume
from triton_doctor.launching.deploying import deployment
from triton_doctor.launching.grammar import docker_options, looks_like_image, triton_options

SERVER = ("x/tritonserver:1", "tritonserver", "--model-repository=/models")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("/a:/b", ["/a", "/b"]),
        ("/a:/b:ro", ["/a", "/b", "ro"]),
        ("C:\\a:/b", ["C:\\a", "/b"]),
        ("C:/a:/b:ro", ["C:/a", "/b", "ro"]),
        ("m:/x", ["m", "/x"]),
        ("m:/x:ro", ["m", "/x", "ro"]),
        ("/x", ["/x"]),
    ],
)
def test_the_parts_of_a_volume(value: str, expected: list[str]) -> None:
    assert split_volume(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("8000:8000", (8000, 8000)),
        ("8000", (0, 8000)),
        ("127.0.0.1:80:8000/tcp", (80, 8000)),
        ("127.0.0.1::8000", (0, 8000)),
        ("[::1]:80:8000", (80, 8000)),
        ("8000-8002:8000-8002", (8000, 8000)),
        ("53:53/udp", None),
        ("x:y", None),
    ],
)
def test_ports(value: str, expected: tuple[int, int] | None) -> None:
    found = port(value, 0, 1)
    assert (None if found is None else (found.host, found.inside)) == expected


def test_the_grammars_are_those_of_the_real_programs() -> None:
    docker, triton = docker_options(), triton_options()
    assert len(docker) > 100
    assert (docker["gpus"]["value"], docker["rm"]["value"], docker["env"]["short"]) == (
        "gpu-request",
        "",
        "e",
    )
    assert docker["annotation"]["versions"] == ["26.1.5", "28.2.2"]
    assert "net" in docker
    assert len(triton) > 80
    assert triton["load-model"] == "string"
    assert triton["disable-auto-complete-config"] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3", True),
        ("tritonserver:mine", True),
        ("localhost:5000/me/vllm:1", True),
        ("tritonserver", False),
        ("8000:8000", False),
        ("triton_vllm_server", False),
    ],
)
def test_an_image_is_told_from_a_value(text: str, expected: bool) -> None:
    assert looks_like_image(text) is expected


@pytest.mark.parametrize(
    ("argv", "field", "expected"),
    [
        (("--gpus", "2"), "gpus", "0,1"),
        (("--gpus", '"device=1,2"'), "gpus", "1,2"),
        (("--runtime", "nvidia"), "gpus", "all"),
        ((), "gpus", "none"),
        (("-p", "9000:8000"), "http_port", 9000),
        (("--network", "host"), "http_port", 8000),
        (("-e", "HF_TOKEN"), "token_env", "HF_TOKEN"),
        (("--shm-size", "2g"), "shm_size", "2g"),
        (("--shm-size", "lots"), "shm_size", None),
        (("-v", "/srv/m:/models"), "repository", "/srv/m"),
        (("-v", "/srv:/models", "-v", "w:/root/.cache/huggingface"), "cache_volume", "w"),
        (("-v", "named:/models"), "repository", "model_repository"),
    ],
)
def test_it_becomes_a_deployment(argv: tuple[str, ...], field: str, expected: object) -> None:
    given = typed("docker", "run", *argv, *SERVER)
    assert getattr(deployment(given, Deployment()), field) == expected


def test_the_variable_behind_the_token_and_the_folder_below_the_mount() -> None:
    given = taken(
        "docker run -e HUGGING_FACE_HUB_TOKEN=$MY_TOKEN -v /srv:/data x/tritonserver:1 "
        "tritonserver --model-repository=/data/a --model-repository /data/b --http-port 9000 "
        "--model-control-mode explicit --load-model=m --load-model n"
    )
    plan = deployment(given, Deployment())
    assert (plan.token_env, plan.repository, plan.more_repositories) == (
        "MY_TOKEN",
        "/srv/a",
        ("/srv/b",),
    )
    assert (plan.control_mode, plan.model) == ("explicit", ("m", "n"))
    assert given.inside("http") == 9000
