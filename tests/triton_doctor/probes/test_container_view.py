"""How the probe container is asked for; what it really sees is tested in tests/lab."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeDocker, FakeHost, ask
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble, FileStat, ProbeEnd, ProbeRun
from triton_doctor.probes.container_view import ContainerView, container_view

REPOSITORY = "/home/ada/model_repository"
SOCKET = {"/var/run/docker.sock": FileStat("other", 0o660, 0, 0, 0, 0.0)}
ANSWER = b"disk\0\0list\0\0name\0gemma\0"
IMAGE = {"Config": {"User": ""}}
ABSENT = DockerTrouble("api", "No such image: ubuntu:24.04", 404)


class Machine(FakeHost):
    """A fake machine with the guide's folder and an engine that answers as told."""

    def __init__(self, answers: list[Any], image: Any = IMAGE, **more: Any) -> None:
        self.runs: list[ProbeRun] = []
        given = iter(answers)

        def run(one: ProbeRun) -> Any:
            self.runs.append(one)
            return next(given)

        tags = [{"RepoTags": ["redis:7", "debian:12"]}, {"RepoTags": None}]
        info = more.pop("info", {})
        engine = FakeDocker(version={}, info=info, image=image, images=tags, probe=run)
        folders = more.pop("folders", {REPOSITORY: ["gemma"], f"{REPOSITORY}/gemma": []})
        stats = {**SOCKET, **more.pop("stats", {})}
        super().__init__(engine=engine, folders=folders, stats=stats, **more)

    def view(self, **deployment: Any) -> ContainerView:
        fact = ask(container_view, self, deployment=deployment)
        assert isinstance(fact, ContainerView)
        return fact


def test_one_container_tells_all() -> None:
    machine = Machine([ProbeEnd(0, ANSWER, b"")])
    view = machine.view()
    assert view.seen is not None
    assert view.seen.names == ("gemma",)
    assert len(machine.runs) == 1
    assert machine.runs[0].mounts == ((REPOSITORY, "/models"),)
    assert machine.runs[0].user == ""


def test_an_absent_image_is_seen_by_trying() -> None:
    machine = Machine([ABSENT, ProbeEnd(0, ANSWER, b"")])
    assert machine.view(image="triton:1").image == "triton:1"
    assert [run.image for run in machine.runs] == ["ubuntu:24.04", "triton:1"]


def test_other_images_that_can_list_stand_in() -> None:
    no_shell = DockerTrouble("api", 'exec: "sh": executable file not found in $PATH', 400)
    machine = Machine([ABSENT, no_shell, ProbeEnd(0, ANSWER, b"")])
    assert machine.view().image == "debian:12"


def test_without_any_image_it_is_said() -> None:
    assert Machine([ABSENT, ABSENT, ABSENT]).view().trouble == "no-image"


def test_nothing_is_mounted_that_is_not_there() -> None:
    machine = Machine([], folders={})
    assert machine.view().trouble == "skipped"
    assert not machine.runs


def test_a_desktop_engine_tells_its_disk_even_then() -> None:
    desktop = {"OperatingSystem": "Docker Desktop"}
    disk = b"disk\0overlay 270 190 80 71% /\n\0list\0\0"
    machine = Machine([ProbeEnd(0, disk, b"")], folders={}, info=desktop)
    view = machine.view()
    assert (view.trouble, view.seen, view.free_bytes) == ("skipped", None, 80 * 1024)
    assert machine.runs[0].mounts == ()


def test_the_daemons_refusal_is_kept() -> None:
    view = Machine([DockerTrouble("api", "bind source path does not exist", 400)]).view()
    assert (view.trouble, view.refusal) == ("refused", "bind source path does not exist")


def test_a_silent_engine_is_no_refusal() -> None:
    assert Machine([DockerTrouble("silent", "timed out")]).view().trouble == "silent"


def test_an_end_without_an_answer() -> None:
    view = Machine([ProbeEnd(2, b"", b"sh: syntax error")]).view()
    assert (view.trouble, view.refusal) == ("failed", "sh: syntax error")


PRIVATE = {REPOSITORY: FileStat("folder", 0o700, 1234, 1235, 0, 0.0)}


@pytest.mark.parametrize(
    ("user", "stats", "info", "expected"),
    [
        ("", {}, {}, ""),
        ("", PRIVATE, {}, "1234:1235"),
        ("root", PRIVATE, {}, "1234:1235"),
        ("0:0", PRIVATE, {}, "1234:1235"),
        ("1000", PRIVATE, {}, "1000"),
        ("", PRIVATE, {"SecurityOptions": ["name=rootless"]}, ""),
        ("", PRIVATE, {"SecurityOptions": ["name=userns"]}, ""),
    ],
)
def test_as_whom_it_runs(user: str, stats: Any, info: Any, expected: str) -> None:
    image = {"Config": {"User": user}}
    machine = Machine([ProbeEnd(0, ANSWER, b"")], image=image, stats=stats, info=info)
    assert machine.view().user == expected


def test_a_user_by_name_is_known_in_its_own_image() -> None:
    machine = Machine([ProbeEnd(0, ANSWER, b"")], image={"Config": {"User": "triton-server"}})
    assert machine.view(image="triton:1").image == "triton:1"


def test_files_that_came_meanwhile_are_no_difference() -> None:
    machine = Machine([])

    def answer(run: ProbeRun) -> ProbeEnd:
        machine.folders[REPOSITORY] = ["gemma", "llama"]
        return ProbeEnd(0, ANSWER + b"name\0llama\0", b"")

    machine.engine.answers["probe"] = answer
    view = machine.view()
    assert view.seen is not None
    assert not view.seen.differs(view.outside)


def test_a_share_that_is_gone() -> None:
    stale = OSError(116, "Stale file handle")
    view = Machine([], stats={REPOSITORY: stale}).view()
    assert (view.outside.trouble, view.outside.error) == ("unreadable", "Stale file handle")


def test_an_engine_that_is_down_is_no_view() -> None:
    machine = Machine([], stats={"/var/run/docker.sock": FileNotFoundError(2, "No such file")})
    with pytest.raises(FactUnavailable, match="does not answer"):
        machine.view()


def test_an_engine_that_does_not_list_its_images() -> None:
    machine = Machine([ABSENT, ABSENT])
    machine.engine.answers["images"] = DockerTrouble("lost", "gone")
    assert machine.view().trouble == "no-image"
