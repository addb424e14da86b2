"""The machine as it is, and an engine whose disk is too small for the image."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.lab.bench import Lab
from tests.lab.engine import Engine


@pytest.fixture
def small_engine(lab: Lab) -> Iterator[Engine]:
    """An engine with all its data on a disk of 512 MiB."""
    folder = lab.folder / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "none", folder], check=True)
    subprocess.run(["ip", "link", "add", "small0", "type", "bridge"], check=True)
    engine = Engine(folder, options=["--iptables=false", "--ip-forward=false", "--bridge=small0"])
    try:
        engine.start()
        yield engine
    finally:
        engine.halt()
        subprocess.run(["ip", "link", "delete", "small0"], check=True)
        subprocess.run(["umount", "--recursive", "--lazy", folder], check=True)
        folder.rmdir()


def test_the_disk_that_the_engine_names_is_the_one_measured(lab: Lab) -> None:
    run = lab.doctor("--select", "host", "--gpus", "none")
    assert run.outcome("host") == "passed"
    disk = run.json["facts"]["docker-disk"]
    assert disk["path"] == lab.docker("info", "--format", "{{.DockerRootDir}}").stdout.strip()
    there = os.statvfs(disk["path"])
    assert abs(disk["free"] - there.f_bavail * there.f_frsize) < 8 << 30


def test_memory_is_that_of_the_kernel(lab: Lab) -> None:
    run = lab.doctor("--select", "host", "--gpus", "none")
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert abs(run.json["facts"]["system"]["memory"] - total) < 64 << 20


def test_a_disk_too_small_for_the_image(lab: Lab, small_engine: Engine) -> None:
    env = {"DOCKER_HOST": small_engine.host}
    run = lab.doctor("--select", "host", "--gpus", "none", env=env)
    finding = run.finding("host/disk-full")
    assert (finding["severity"], run.code) == ("error", 1)
    assert "does not hold the image" in finding["title"]
    assert str(lab.folder / "small") in finding["title"]


def test_shared_memory_too_small_is_told_whatever_docker_does(lab: Lab) -> None:
    env = {"DOCKER_HOST": "unix:///nowhere.sock"}
    run = lab.doctor("--select", "host", "--gpus", "none", "--shm-size", "64k", env=env)
    assert "host/shm-too-small" in run.ids
    assert run.code == 1
