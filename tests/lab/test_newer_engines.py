"""The doctor against a newer Docker engine, where a GPU can be stood in for through CDI."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from docker import DockerClient
from docker.types import DeviceRequest

from tests.lab.bench import Lab
from tests.lab.engine import Engine
from tests.lab.images import UBUNTU
from tests.lab.newer import SUITES, newer_engine

_GPU = {"name": "all", "containerEdits": {"env": ["STAND_IN_GPU=all"]}}
_CDI = {"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": [_GPU]}


@pytest.fixture(scope="module", params=SUITES)
def engine(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Engine]:
    """Docker 26.1 of Debian 13, and that of Debian testing (28.5 when this was written)."""
    settings = {"features": {"cdi": True}, "experimental": True}
    folder, specs = lab.folder / request.param, {"nvidia.json": json.dumps(_CDI)}
    with newer_engine(folder, lab.roots, request.param, settings=settings, cdi=specs) as made:
        yield made


def test_a_newer_engine_is_looked_at_whole(lab: Lab, engine: Engine, tmp_path: Path) -> None:
    """Its version is told rightly, the mount is proven, and no container stays behind."""
    lab.repository(tmp_path)
    version = engine.docker("version", "--format", "{{.Server.Version}}").stdout.strip()
    run = lab.doctor(cwd=tmp_path, env={"DOCKER_HOST": engine.host})
    assert run.json["facts"]["docker-engine"]["version"] == version
    assert run.outcome("mount") == "passed", run
    assert engine.docker("ps", "--all", "--quiet").stdout == ""


def test_a_newer_engine_keeps_to_its_containers(engine: Engine) -> None:
    """`docker exec` sees the container's files, not the machine's."""
    mark = "echo container >/tmp/whose; exec sleep 60"
    options = ["--name", "lab-newer", "--network", "none"]
    engine.docker("run", "-d", *options, UBUNTU, "sh", "-c", mark)
    try:
        assert engine.docker("exec", "lab-newer", "cat", "/tmp/whose").stdout == "container\n"
    finally:
        engine.docker("rm", "-f", "lab-newer")


def test_a_newer_engine_takes_cdi_devices(engine: Engine) -> None:
    """The stand-in GPU is injected by its CDI name: the engine honours the specification."""
    # The machine's own docker command may be older than CDI, so the API is asked.
    asked = DeviceRequest(driver="cdi", device_ids=["nvidia.com/gpu=all"])
    with closing(DockerClient(base_url=engine.host)) as client:
        seen = client.containers.run(UBUNTU, "env", device_requests=[asked], remove=True)
    assert b"STAND_IN_GPU=all" in seen
