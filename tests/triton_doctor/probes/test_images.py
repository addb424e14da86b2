"""Image names, the images that are here, and the table of releases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeDocker, FakeHost, ask
from tests.triton_doctor.probes.test_docker_engine import INFO, SOCKET, VERSION
from triton_doctor.deployment import DEFAULT_IMAGE
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.probes.image_names import Reference, parse
from triton_doctor.probes.images import images
from triton_doctor.probes.release import release

UBUNTU = {"Id": "sha256:1", "Size": 78 << 20, "Os": "linux", "Architecture": "amd64"}
TRITON = {
    "Id": "sha256:2",
    "Size": 25 << 30,
    "Os": "linux",
    "Architecture": "amd64",
    "Config": {
        "Env": [
            "PATH=/bin",
            "SECRET=x",
            "NVIDIA_TRITON_SERVER_VERSION=25.08",
            "TRITON_SERVER_VERSION=2.60.0",
            "CUDA_VISIBLE_DEVICES=1,0",
        ]
    },
}


def machine(known: dict[str, Any], listed: list[dict[str, Any]] | None = None) -> FakeHost:
    engine = FakeDocker(version=VERSION, info=INFO, image=known.get, images=listed or [])
    return FakeHost(stats=SOCKET, engine=engine)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (DEFAULT_IMAGE, ("nvcr.io", "nvidia/tritonserver", "25.06-vllm-python-py3", "")),
        ("ubuntu:24.04", ("docker.io", "library/ubuntu", "24.04", "")),
        ("me/triton", ("docker.io", "me/triton", "", "")),
        ("localhost:5000/triton:x", ("localhost:5000", "triton", "x", "")),
        ("a.example/t@sha256:12ab", ("a.example", "t", "", "sha256:12ab")),
    ],
)
def test_a_reference_taken_apart(name: str, parts: tuple[str, str, str, str]) -> None:
    assert parse(name) == Reference(*parts)


def test_what_a_name_tells_of_triton() -> None:
    assert parse(DEFAULT_IMAGE).release == "25.06"
    assert parse(DEFAULT_IMAGE).says_vllm
    assert not parse("nvcr.io/nvidia/tritonserver:25.06-py3").says_vllm
    assert parse("nvcr.io/nvidia/tritonserver:latest").release == ""
    assert not parse("ubuntu:24.04").is_triton


def test_both_images_here() -> None:
    fact = ask(images, machine({"ubuntu:24.04": UBUNTU, DEFAULT_IMAGE: TRITON}))
    assert fact.platform == "linux/amd64"
    assert fact.for_probes == ("ubuntu:24.04", DEFAULT_IMAGE)
    assert (fact.deployment.release, fact.deployment.triton) == ("25.08", "2.60.0")
    assert fact.deployment.cuda == {"CUDA_VISIBLE_DEVICES": "1,0"}
    assert "SECRET" not in repr(fact)


def test_other_images_only_where_neither_is_here() -> None:
    arm = UBUNTU | {"Architecture": "arm64"}
    known = {"sha256:1": UBUNTU, "sha256:3": UBUNTU, "sha256:9": arm}
    listed = [
        {"Id": "sha256:1", "Size": 9, "RepoTags": ["big:1"]},
        {"Id": "sha256:3", "Size": 5, "RepoTags": ["<none>:<none>"]},
        {"Id": "sha256:9", "Size": 1, "RepoTags": ["arm:1"]},
    ]
    assert ask(images, machine(known, listed)).for_probes == ("sha256:3", "big:1")


def test_an_image_for_another_processor_is_no_probe_image() -> None:
    known = {"ubuntu:24.04": UBUNTU | {"Architecture": "arm64"}}
    assert ask(images, machine(known)).for_probes == ()


def test_a_name_that_is_none() -> None:
    words = "no such image: A:x: invalid reference format: repository name must be lowercase"
    refusal = DockerTrouble("api", words, 404)
    engine = FakeDocker(version=VERSION, info=INFO, image=refusal, images=[])
    fact = ask(images, FakeHost(stats=SOCKET, engine=engine))
    assert fact.deployment.malformed.startswith("invalid reference format")
    assert not fact.deployment.present


def test_the_release_by_name_where_there_is_no_docker() -> None:
    fact = ask(release, FakeHost())
    assert (fact.known, fact.tag, fact.triton, fact.vllm) == (True, "25.06", "2.59.0", "0.9.0rc1")
    assert (fact.min_driver, fact.min_capability, fact.size) == ("575", (7, 5), 10 * 10**9)
    assert fact.architectures == ("amd64", "arm64")
    assert fact.vllm_variant


def test_what_the_image_says_of_itself_wins_over_its_tag() -> None:
    fact = ask(release, machine({DEFAULT_IMAGE: TRITON, "ubuntu:24.04": UBUNTU}))
    assert (fact.tag, fact.vllm) == ("25.08", "0.9.2")


@pytest.mark.parametrize(
    ("image", "known", "tag"),
    [
        ("nvcr.io/nvidia/tritonserver:27.01-vllm-python-py3", False, "27.01"),
        ("nvcr.io/nvidia/tritonserver:latest", False, ""),
        ("me/own:25.06", False, ""),
        ("mirror.example:5000/nvidia/tritonserver:24.05-vllm-python-py3", True, "24.05"),
    ],
)
def test_names_known_and_unknown(image: str, known: bool, tag: str) -> None:
    fact = ask(release, FakeHost(), deployment={"image": image})
    assert (fact.known, fact.tag, fact.newest_known) == (known, tag, "26.08")
