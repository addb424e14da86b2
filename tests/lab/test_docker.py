"""The docker area on a real engine, real sockets and real clients."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import ports
from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.forward import certificate, forwarded, own_address
from tests.lab.spare import spare_engine
from tests.lab.web import fetch

# Without GPUs, since the engine of the tests has none to give: see test_passthrough.py.
ONLY = ("--select", "docker", "--gpus", "none")
_ROOT = Path(__file__).resolve().parents[2]


def docker_only(lab: Lab, **env: str | None) -> DoctorRun:
    return lab.doctor(*ONLY, env=env)


def fake_client(folder: Path, says: str) -> str:
    """A PATH on which `docker` is a script that says this, whatever it is asked."""
    folder.mkdir()
    script = folder / "docker"
    script.write_text(f"#!/bin/sh\necho '{says}'\n")
    script.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@contextmanager
def listening(path: Path) -> Iterator[str]:
    """A socket whose connections the kernel accepts and nobody answers."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(16)
        yield f"unix://{path}"


def test_a_good_engine_takes_one_line(lab: Lab) -> None:
    run = docker_only(lab)
    version = lab.docker("version", "--format", "{{.Server.Version}}").stdout.strip()
    assert (run.code, run.ids) == (0, []), run
    assert run.json["facts"]["docker-engine"]["version"] == version
    assert version in lab.doctor(*ONLY, "--format", "text").out


def test_a_context_of_the_config_file_leads_to_the_engine(lab: Lab, tmp_path: Path) -> None:
    create = ["docker", "context", "create", "lab", "--docker", f"host={lab.host}"]
    env = {**os.environ, "DOCKER_CONFIG": str(tmp_path)}
    env.pop("DOCKER_HOST", None)
    subprocess.run(create, env=env, check=True, capture_output=True)
    subprocess.run(["docker", "context", "use", "lab"], env=env, check=True, capture_output=True)
    run = docker_only(lab, DOCKER_HOST=None, DOCKER_CONFIG=str(tmp_path))
    fact = run.json["facts"]["docker-engine"]
    assert (run.code, fact["context"], fact["source"]) == (0, "lab", "config"), run


def test_a_socket_that_is_missing_stale_or_no_socket(lab: Lab, tmp_path: Path) -> None:
    """docker/daemon-down, and the checks that need Docker are skipped for it."""
    stale, file = tmp_path / "stale.sock", tmp_path / "file"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(stale))
    file.write_text("")
    for path in (tmp_path / "none.sock", stale, file):
        run = docker_only(lab, DOCKER_HOST=f"unix://{path}")
        assert (run.code, run.ids) == (1, ["docker/daemon-down"]), run
    whole = lab.doctor(cwd=tmp_path, env={"DOCKER_HOST": f"unix://{stale}"})
    assert whole.check("mount")["outcome"] == "skipped"
    assert whole.check("image")["outcome"] == "skipped"


@pytest.mark.parametrize(
    ("variables", "title"),
    [
        ({"DOCKER_HOST": "/var/run/docker.sock"}, "bare path"),
        ({"DOCKER_HOST": "tcp://docker.invalid:2375"}, "is not known"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:1"}, "does not answer"),
        ({"DOCKER_HOST": "http://127.0.0.1"}, "does not know an address"),
        ({"DOCKER_HOST": None, "DOCKER_CONTEXT": "nope"}, "context"),
        ({"DOCKER_TLS_VERIFY": "1"}, "certificates"),
        ({"DOCKER_HOST": "ssh://nobody@127.0.0.1:1"}, "ssh"),
    ],
)
def test_an_address_that_leads_nowhere(
    lab: Lab, variables: dict[str, str | None], title: str
) -> None:
    """docker/daemon-down; the docker command fails with the same settings."""
    run = docker_only(lab, **variables)
    assert (run.code, run.ids) == (1, ["docker/daemon-down"]), run
    assert title in run.finding("docker/daemon-down")["title"]


def test_a_web_server_in_the_engines_place(lab: Lab) -> None:
    port = ports.free()
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(argv, cwd="/", **quiet) as server:
        fetch(f"http://127.0.0.1:{port}/")
        run = docker_only(lab, DOCKER_HOST=f"tcp://127.0.0.1:{port}")
        server.kill()
    assert "is not a Docker engine" in run.finding("docker/daemon-down")["title"]


def test_a_silent_socket_is_told_within_its_time(lab: Lab, tmp_path: Path) -> None:
    with listening(tmp_path / "silent.sock") as host:
        run = docker_only(lab, DOCKER_HOST=host)
    assert (run.code, run.ids, run.outcome("docker")) == (3, [], "could-not-tell"), run


def test_a_socket_of_somebody_else(lab: Lab, tmp_path: Path) -> None:
    """docker/permission-denied: root without the right to pass over permissions is nobody."""
    with listening(tmp_path / "theirs.sock") as host:
        os.chown(tmp_path / "theirs.sock", 65534, 65534)
        (tmp_path / "theirs.sock").chmod(0o600)
        without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        argv = [*without, sys.executable, "-m", "triton_doctor", *ONLY, "--format", "json"]
        sources = f"{_ROOT / 'src'}:{_ROOT / 'checks'}"
        env = {**os.environ, "DOCKER_HOST": host, "PYTHONPATH": sources}
        done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=180)
    report = json.loads(done.stdout)
    assert [one["problem"] for one in report["findings"]] == ["docker/permission-denied"], done
    assert done.returncode == 1


@pytest.mark.parametrize(("pinned", "title"), [("1.10", "or newer"), ("1.99", "at most")])
def test_a_pinned_api_version_that_the_engine_refuses(lab: Lab, pinned: str, title: str) -> None:
    """docker/too-old, just where the docker command itself is refused."""
    refused = subprocess.run(
        ["docker", "ps"],
        env={**os.environ, "DOCKER_HOST": lab.host, "DOCKER_API_VERSION": pinned},
        capture_output=True,
    )
    assert refused.returncode == 1
    run = docker_only(lab, DOCKER_API_VERSION=pinned)
    assert (run.code, run.ids) == (1, ["docker/too-old"]), run
    assert title in run.finding("docker/too-old")["title"]


def test_no_client_on_path_and_a_client_that_is_too_old(lab: Lab, tmp_path: Path) -> None:
    """docker/not-installed as a warning, since the engine answers; docker/too-old for 18.09."""
    empty = tmp_path / "empty"
    empty.mkdir()
    run = docker_only(lab, PATH=str(empty))
    assert (run.code, run.ids) == (0, ["docker/not-installed"]), run
    assert run.finding("docker/not-installed")["severity"] == "warning"
    old = fake_client(tmp_path / "old", "Docker version 18.09.1, build 4c52b90")
    with_gpus = lab.doctor("--select", "docker/too-old", env={"PATH": old})
    assert with_gpus.ids == ["docker/too-old"], with_gpus


def test_podman_under_dockers_name(lab: Lab, tmp_path: Path) -> None:
    """docker/podman, by what the command on PATH says of itself."""
    path = fake_client(tmp_path / "podman", "podman version 4.9.3")
    assert docker_only(lab, PATH=path).ids == ["docker/podman"]


def test_a_config_file_that_docker_cannot_read(lab: Lab, tmp_path: Path) -> None:
    """docker/bad-config beside an engine that answers; docker itself only warns."""
    (tmp_path / "config.json").write_text("{")
    run = docker_only(lab, DOCKER_CONFIG=str(tmp_path))
    assert (run.code, run.ids) == (0, ["docker/bad-config"]), run
    assert run.outcome("docker") == "found"


def test_an_engine_on_another_address_is_remote(lab: Lab) -> None:
    """docker/remote, a note."""
    with forwarded(lab.engine.socket, own_address()) as host:
        run = docker_only(lab, DOCKER_HOST=host)
    assert (run.code, run.ids) == (0, ["docker/remote"]), run


def test_tls_with_the_right_certificate_the_wrong_one_and_none(lab: Lab, tmp_path: Path) -> None:
    """An engine behind TLS: reached with its CA, docker/daemon-down without or with another."""
    with forwarded(lab.engine.socket, certificate=certificate(tmp_path / "right")) as host:
        right: dict[str, str | None] = {
            "DOCKER_HOST": host,
            "DOCKER_TLS_VERIFY": "1",
            "DOCKER_CERT_PATH": str(tmp_path / "right"),
        }
        good = docker_only(lab, **right)
        certificate(tmp_path / "wrong")
        wrong = docker_only(lab, **{**right, "DOCKER_CERT_PATH": str(tmp_path / "wrong")})
        plain = docker_only(lab, DOCKER_HOST=host)
    assert (good.code, good.ids) == (0, []), good
    assert "on TLS" in wrong.finding("docker/daemon-down")["title"]
    assert plain.ids == ["docker/daemon-down"], plain


def test_root_in_containers_mapped_to_another_user(lab: Lab, tmp_path: Path) -> None:
    """docker/userns, on an engine that really remaps."""
    numbers = tmp_path / "numbers"
    numbers.write_text("nobody:100000:65536\nnogroup:100000:65536\n")
    folder = Path(tempfile.mkdtemp(prefix="tdns-"))
    folder.chmod(0o711)  # the other user has to get in
    binds = [f"mount --bind '{numbers}' /etc/{name}" for name in ("subuid", "subgid")]
    remap = ["--userns-remap=nobody:nogroup"]
    with spare_engine(folder, before="\n".join(binds), options=remap) as engine:
        run = docker_only(lab, DOCKER_HOST=engine.host)
    assert (run.code, run.ids) == (0, ["docker/userns"]), run
