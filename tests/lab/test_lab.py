"""The lab itself does what the other tests take for granted."""

from __future__ import annotations

import json
from pathlib import Path

from tests.lab.bench import Lab
from tests.lab.web import fetch


def test_a_container_publishes_a_port(lab: Lab) -> None:
    """Bridge networking works, and 8000 is free whatever the machine is running."""
    serve = "echo hello >/tmp/index.html; exec httpd -f -p 80 -h /tmp"
    lab.docker("run", "-d", "--name", "lab-web", "-p", "8000:80", lab.ubuntu, "sh", "-c", serve)
    try:
        assert fetch("http://127.0.0.1:8000/").strip() == "hello"
    finally:
        lab.docker("rm", "-f", "lab-web")


def test_tiny_images_have_what_was_asked_for(lab: Lab) -> None:
    """An image with a user, one for another platform, one without a shell."""
    user = lab.image("lab-user", {"hello.txt": "hi\n"}, changes=["USER 1000"])
    assert lab.docker("run", "--rm", user, "id", "-u").stdout.strip() == "1000"
    assert lab.docker("run", "--rm", user, "cat", "/hello.txt").stdout == "hi\n"
    arm = lab.image("lab-arm", platform="linux/arm64")
    shown = lab.docker("image", "inspect", arm, "--format", "{{.Os}}/{{.Architecture}}").stdout
    assert shown.strip() == "linux/arm64"
    bare = lab.image("lab-bare", shell=False)
    assert lab.docker("run", "--rm", bare, "sh", check=False).returncode == 127
    lab.docker("rmi", user, arm, bare)


def test_a_blind_engine_sees_less(lab: Lab, tmp_path: Path) -> None:
    """A second engine sees an empty folder, or none, where there is a full one."""
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "file").write_text("x")
    mount = ["--mount", f"type=bind,source={shared},target=/data", lab.ubuntu, "ls", "/data"]
    options = ["run", "--rm", "--network", "none", *mount]
    assert lab.docker(*options).stdout == "file\n"
    with lab.blind_engine(shared) as engine:
        assert engine.docker(*options).stdout == ""
    with lab.blind_engine(shared, "absent") as engine:
        assert "does not exist" in engine.docker(*options, check=False).stderr
    assert lab.docker(*options).stdout == "file\n"


def test_the_registry_gives_back_what_was_pushed(lab: Lab) -> None:
    """An image goes to the registry, is gone here, and comes back by a pull."""
    name = lab.registry.push(lab.ubuntu, "ubuntu:pushed")
    assert lab.docker("image", "inspect", name, check=False).returncode == 1
    lab.docker("pull", name)
    assert lab.docker("run", "--rm", name, "echo", "back").stdout == "back\n"
    lab.docker("rmi", name)


def test_the_real_server_answers(lab: Lab, tmp_path: Path) -> None:
    """The image has a real tritonserver, which loads the guide's repository and generates."""
    repository = lab.repository(tmp_path)
    mount = f"type=bind,source={repository},target=/models"
    server = ["tritonserver", "--model-repository=/models", "--model-control-mode=explicit"]
    options = ["-d", "--name", "lab-triton", "-p", "8000:8000", "--mount", mount]
    lab.docker("run", *options, lab.triton_image, *server, "--load-model=gemma")
    try:
        fetch("http://127.0.0.1:8000/v2/health/ready")
        asked = {"text_input": "Hello.", "parameters": {"stream": False, "temperature": 0}}
        reply = fetch("http://127.0.0.1:8000/v2/models/gemma/generate", asked)
        assert json.loads(reply)["text_output"] == "Hello.The doctor says hello"
        streamed = {**asked, "parameters": {"stream": True}}
        events = fetch("http://127.0.0.1:8000/v2/models/gemma/generate_stream", streamed)
        assert events.count("data: ") == 5
    except OSError:
        raise AssertionError(lab.docker("logs", "lab-triton").stderr) from None
    finally:
        lab.docker("rm", "-f", "lab-triton")
