"""The image area on a real engine and a real registry."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.ports import refusing

_SERVER = {"opt/tritonserver/bin/tritonserver": "#!/bin/sh\n"}
_ONLY = "image,network/registry-unreachable,docker/bad-command"
_TAG = "25.06-vllm-python-py3"


@pytest.fixture
def clean(lab: Lab) -> Iterator[Lab]:
    """Images that a test makes are named image-area/... and taken away."""
    yield lab
    listed = lab.docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    ours = [name for name in listed if "image-area/" in name]
    if ours:
        lab.docker("rmi", "--force", *ours)


def image_only(lab: Lab, image: str, *options: str) -> DoctorRun:
    # A registry out of reach is of the area network, which other runs of the lab leave out.
    env = {"TRITON_DOCTOR_IGNORE": None}
    return lab.doctor("--select", _ONLY, "--image", image, *options, env=env)


def nothing_left(lab: Lab) -> bool:
    probes = lab.docker("ps", "--all", "--quiet", "--filter", "label=triton-doctor.probe")
    return probes.stdout == ""


class _Closed(BaseHTTPRequestHandler):
    """A registry that asks everybody for a password."""

    def do_GET(self) -> None:
        body = b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}'
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="lab"')
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - as http.server has it

    def log_message(self, *_: object) -> None:
        """Say nothing on the tests' standard error."""


@contextmanager
def unauthorized() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Closed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_image_with_all_that_is_needed(clean: Lab) -> None:
    name = f"image-area/tritonserver:{_TAG}"
    clean.fake_vllm_image(name)
    run = image_only(clean, name)
    assert (run.code, run.ids, run.outcome("image")) == (0, [], "passed"), run
    assert (
        "Triton 2.59.0"
        in clean.doctor("--select", "image", "--image", name, "--format", "text").out
    )
    assert nothing_left(clean)


def test_the_images_own_word_wins_over_its_tag(clean: Lab) -> None:
    name = clean.image(
        "image-area/tritonserver:25.06",
        {**_SERVER, "opt/tritonserver/backends/vllm/model.py": ""},
        changes=["ENV NVIDIA_TRITON_SERVER_VERSION=25.08"],
    )
    run = image_only(clean, name)
    assert run.json["facts"]["release"]["tag"] == "25.08", run


@pytest.mark.parametrize(
    ("files", "title"), [(_SERVER, "no vLLM in it"), ({"x": ""}, "no Triton server")]
)
def test_a_name_that_promises_more_than_is_in_it(
    clean: Lab, files: dict[str, str], title: str
) -> None:
    """image/wrong-variant: the image is asked, not its name."""
    name = clean.image(f"image-area/tritonserver:{_TAG}", files)
    run = image_only(clean, name)
    assert (run.code, run.ids) == (1, ["image/wrong-variant"]), run
    assert title in run.finding("image/wrong-variant")["title"]
    assert nothing_left(clean)


def test_an_image_for_another_processor(clean: Lab) -> None:
    """image/wrong-platform, for one that is here."""
    name = clean.image(f"image-area/tritonserver:{_TAG}", platform="linux/s390x")
    run = image_only(clean, name)
    assert (run.code, run.ids) == (1, ["image/wrong-platform"]), run
    assert "linux/s390x" in run.finding("image/wrong-platform")["title"]


def test_an_unknown_release(clean: Lab) -> None:
    """image/unknown-release, a note."""
    clean.fake_vllm_image("image-area/tritonserver:99.01-vllm-python-py3")
    run = image_only(clean, "image-area/tritonserver:99.01-vllm-python-py3")
    assert (run.code, run.ids) == (0, ["image/unknown-release"]), run


def test_what_the_registry_has(clean: Lab) -> None:
    """image/not-pulled, image/not-found, and image/wrong-platform before a pull."""
    there = clean.registry.push(clean.ubuntu, f"image-area/tritonserver:{_TAG}")
    run = image_only(clean, there)
    assert (run.code, run.ids) == (0, ["image/not-pulled"]), run
    assert "10 GB" in run.finding("image/not-pulled")["title"]
    misspelt = there.replace("25.06", "25.6")
    assert image_only(clean, misspelt).ids == ["image/not-found"]
    clean.image("image-area/arm:1", platform="linux/s390x")
    other = clean.registry.push("image-area/arm:1", f"image-area/arm:{_TAG}")
    assert image_only(clean, other).ids == ["image/wrong-platform"]
    listed = clean.docker("images", "--format", "{{.Repository}}").stdout
    assert "image-area/tritonserver" not in listed  # nothing was pulled


def test_a_variant_without_vllm_before_a_pull(clean: Lab) -> None:
    there = clean.registry.push(clean.ubuntu, "image-area/tritonserver:25.06-py3")
    run = image_only(clean, there)
    assert sorted(run.ids) == ["image/not-pulled", "image/wrong-variant"], run
    assert run.finding("image/wrong-variant")["severity"] == "warning"


def test_a_registry_that_is_not_there(clean: Lab) -> None:
    """network/registry-unreachable; offline it is not asked at all."""
    with refusing() as port:
        name = f"127.0.0.1:{port}/image-area/tritonserver:{_TAG}"
        run = image_only(clean, name)
        assert (run.code, run.ids) == (1, ["network/registry-unreachable"]), run
        offline = image_only(clean, name, "--offline")
    assert (offline.code, offline.ids, offline.outcome("image")) == (3, [], "could-not-tell")
    assert "registry-image" not in offline.json["facts"]


def test_a_registry_that_wants_a_login(clean: Lab) -> None:
    """image/pull-denied, from a server that answers 401 as registries do."""
    with unauthorized() as address:
        run = image_only(clean, f"{address}/image-area/tritonserver:{_TAG}")
    assert (run.code, run.ids) == (1, ["image/pull-denied"]), run


def test_a_name_that_docker_cannot_read(clean: Lab) -> None:
    """docker/bad-command, in the engine's words."""
    run = image_only(clean, "UPPER/case:1")
    assert (run.code, run.ids) == (1, ["docker/bad-command"]), run
