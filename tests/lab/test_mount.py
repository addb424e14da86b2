"""The mount check against a real engine: what a container really sees of a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.lab.bench import Lab
from tests.lab.doctor import DoctorRun
from tests.lab.until import until

ONLY = ("--select", "docker,mount", "--gpus", "none")


def mount(lab: Lab, cwd: Path, *args: str, **env: str) -> DoctorRun:
    return lab.doctor(*ONLY, *args, cwd=cwd, env=env)


def errors(run: DoctorRun) -> list[str]:
    found = run.json["findings"]
    return [one["problem"] for one in found if one["problem"].startswith("mount/")]


def test_the_guides_folder_is_seen(lab: Lab, tmp_path: Path) -> None:
    repository = lab.repository(tmp_path)
    for name in ("a\nb", "ü", "*", "-rf", ".hidden", "bytes", " blank "):
        (repository / name).mkdir()
    (repository / "dangling").symlink_to("nowhere")
    run = mount(lab, tmp_path)
    assert run.outcome("mount") == "passed", run
    view = run.json["facts"]["container-view"]
    assert view["seen"]["names"] == view["outside"]["names"]
    assert len(view["seen"]["names"]) == 9
    assert view["seen"]["digest"] == view["outside"]["digest"] != ""
    assert view["free_bytes"] > 0
    assert view["memory_bytes"] > 0


def test_nothing_is_left_and_nothing_is_written(lab: Lab, tmp_path: Path) -> None:
    repository = lab.repository(tmp_path)
    before = sorted(repository.rglob("*"))
    mount(lab, tmp_path)
    assert sorted(repository.rglob("*")) == before
    ours = ("ps", "-aq", "--filter", "label=triton-doctor.probe")
    # The daemon removes what has ended by itself, which takes it a moment on a busy machine.
    until(lambda: not lab.docker(*ours).stdout, "a probe's container stayed")


def test_no_folder(lab: Lab, tmp_path: Path) -> None:
    run = mount(lab, tmp_path)
    assert errors(run) == ["mount/source-missing"]
    assert run.code == 1
    assert not (tmp_path / "model_repository").exists()


def test_a_windows_path(lab: Lab, tmp_path: Path) -> None:
    run = mount(lab, tmp_path, "--repository", "C:\\models")
    assert errors(run) == ["mount/bad-path"]


def test_a_file(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "model_repository").write_text("x")
    assert errors(mount(lab, tmp_path)) == ["mount/not-a-directory"]


def test_an_engine_that_sees_an_empty_folder(lab: Lab, tmp_path: Path) -> None:
    repository = lab.repository(tmp_path)
    with lab.blind_engine(repository) as engine:
        run = mount(lab, tmp_path, DOCKER_HOST=engine.host)
        assert errors(run) == ["mount/empty"], run
        (repository / "gemma/config.pbtxt").write_text("name: 'gemma'")
    assert errors(mount(lab, tmp_path)) == []


def test_an_engine_that_sees_no_such_folder(lab: Lab, tmp_path: Path) -> None:
    repository = lab.repository(tmp_path)
    with lab.blind_engine(repository, "absent") as engine:
        run = mount(lab, tmp_path, DOCKER_HOST=engine.host)
        assert errors(run) == ["mount/not-shared"], run
        assert "does not exist" in run.finding("mount/not-shared")["evidence"][0]


@pytest.mark.parametrize("closed", ["", "gemma", "gemma/config.pbtxt"])
def test_a_user_of_the_image_who_may_not_read(lab: Lab, tmp_path: Path, closed: str) -> None:
    repository = lab.repository(tmp_path)
    (repository / closed).chmod(0o600 if closed.endswith("txt") else 0o700)
    image = lab.image("mount-user", changes=["USER 1000"])
    run = mount(lab, tmp_path, "--image", image)
    assert errors(run) == ["mount/permission-denied"], run
    assert "1000" in run.finding("mount/permission-denied")["title"]
    (repository / closed).chmod(0o755)
    assert errors(mount(lab, tmp_path, "--image", image)) == []


def test_root_reads_what_others_closed(lab: Lab, tmp_path: Path) -> None:
    """The real server has the capability to; the probe has not, and must not mistake that."""
    repository = lab.repository(tmp_path)
    for path in [repository, *repository.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, 1234, 1234)
    source = f"type=bind,source={repository},target=/models"
    lab.docker("run", "--rm", "--mount", source, lab.ubuntu, "cat", "/models/gemma/config.pbtxt")
    run = mount(lab, tmp_path)
    assert run.outcome("mount") == "passed", run
    assert run.json["facts"]["container-view"]["user"] == "1234:1234"


def test_a_file_that_its_owner_may_not_read_is_a_doubt(lab: Lab, tmp_path: Path) -> None:
    (lab.repository(tmp_path) / "gemma/config.pbtxt").chmod(0)
    run = mount(lab, tmp_path)
    assert run.outcome("mount") == "could-not-tell", run
    assert run.code == 3


def test_a_link_out_of_the_folder(lab: Lab, tmp_path: Path) -> None:
    repository = lab.repository(tmp_path)
    (repository / "gemma").rename(tmp_path / "elsewhere")
    (repository / "gemma").symlink_to(tmp_path / "elsewhere")
    run = mount(lab, tmp_path)
    assert errors(run) == ["mount/not-mounted"], run
    assert str(tmp_path / "elsewhere") in run.finding("mount/not-mounted")["title"]


def test_without_the_probe_image_the_deployments_own_is_used(lab: Lab, tmp_path: Path) -> None:
    lab.repository(tmp_path)
    image = lab.image("mount-own")
    args = ("--image", image, "--probe-image", "mount-absent:1")
    run = mount(lab, tmp_path, *args)
    assert run.outcome("mount") == "passed", run
    assert run.json["facts"]["container-view"]["image"] == image


def test_an_image_without_a_shell_is_passed_over(lab: Lab, tmp_path: Path) -> None:
    lab.repository(tmp_path)
    bare = lab.image("mount-bare", shell=False)
    run = mount(lab, tmp_path, "--image", bare, "--probe-image", "mount-absent:1")
    assert run.outcome("mount") == "passed", run
    # Which one it takes depends on what other tests have left on the engine.
    assert run.json["facts"]["container-view"]["image"] not in ("", bare)


def test_without_any_image_it_could_not_be_told(lab: Lab, tmp_path: Path) -> None:
    lab.repository(tmp_path)
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    with lab.blind_engine(hidden) as engine:
        engine.docker("rmi", "-f", lab.ubuntu)
        run = mount(lab, tmp_path, DOCKER_HOST=engine.host)
    assert run.outcome("mount") == "could-not-tell", run
    assert "docker pull ubuntu:24.04" in str(run.check("mount"))
