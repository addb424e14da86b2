"""What the mount check says of views that a machine of the tests' own cannot give."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import JudgeResult, judge
from triton_doctor.model import Outcome
from triton_doctor.probes.container_view import ContainerView
from triton_doctor.probes.docker_engine import DockerEngine
from triton_doctor.probes.outside_view import OutsideView
from triton_doctor.probes.probe_script import Seen
from triton_doctor.probes.system import System
from triton_doctor.record import replace
from triton_doctor.repairs import Setting

PATH = "/srv/model_repository"
ENGINE = DockerEngine(endpoint="unix:///var/run/docker.sock", source="default")
LINUX = System("linux", False, "debian", "Debian 12", "x86_64", "6.1", 32 << 30, 24 << 30)
HERE = OutsideView(
    "model_repository",
    PATH,
    "folder",
    names=("gemma", "llama"),
    count=2,
    sample="gemma/config.pbtxt",
    digest="aa",
    mode=0o755,
)
INSIDE = Seen(names=("gemma", "llama"), digest="aa")
SAME = ContainerView(HERE, image="ubuntu:24.04", seen=INSIDE)
MISSING = ContainerView(
    OutsideView("nowhere", "/srv/nowhere", trouble="missing"), trouble="skipped"
)


def mount(view: ContainerView, engine: DockerEngine = ENGINE, here: System = LINUX) -> JudgeResult:
    facts: dict[str, Any] = {"container-view": view, "docker-engine": engine, "system": here}
    return judge("mount", facts=facts)


def refused(text: str, outside: OutsideView = HERE) -> ContainerView:
    return ContainerView(outside, trouble="refused", refusal=text, image="ubuntu:24.04")


def test_the_same_folder_is_sound() -> None:
    result = mount(SAME)
    assert result.outcome is Outcome.PASSED
    assert result.healthy == "model_repository: the container sees the same 2 entries"


def test_an_empty_folder_on_both_sides_is_the_same() -> None:
    view = ContainerView(replace(HERE, names=(), count=0, sample="", digest=""), seen=Seen())
    assert mount(view).healthy.endswith("empty as here")


def test_a_source_that_is_not_there() -> None:
    assert mount(MISSING).only().problem == "mount/source-missing"


def test_a_windows_path_in_wsl_is_a_bad_path_not_a_missing_one() -> None:
    given = "C:\\Users\\ada\\models"
    view = replace(MISSING, outside=OutsideView(given, f"/home/ada/{given}", trouble="missing"))
    finding = mount(view, here=replace(LINUX, kind="wsl2")).only()
    assert finding.problem == "mount/bad-path"
    assert "/mnt/c/Users/ada/models" in finding.remedy
    assert finding.fix is not None
    assert [one.act for one in finding.fix.steps] == [
        Setting("repository", "/mnt/c/Users/ada/models")
    ]
    elsewhere = mount(view).only()
    assert elsewhere.problem == "mount/bad-path"
    assert elsewhere.fix is None  # there are no drives, so nobody knows which folder is meant


def test_a_file_is_not_a_repository() -> None:
    view = replace(MISSING, outside=OutsideView("a.txt", "/srv/a.txt", "file"))
    assert mount(view).only().problem == "mount/not-a-directory"


def test_a_file_above_is_not_a_folder_either() -> None:
    view = replace(MISSING, outside=OutsideView("a/b", "/srv/a/b", trouble="file-above"))
    finding = mount(view).only()
    assert finding.problem == "mount/not-a-directory"
    assert "A part of the path" in finding.title


def test_nothing_inside_is_empty_and_not_sound() -> None:
    finding = mount(replace(SAME, seen=Seen())).only()
    assert finding.problem == "mount/empty"
    assert "has 2 entries here" in finding.title


def test_the_snap_shows_folders_as_empty() -> None:
    finding = mount(replace(SAME, seen=Seen()), replace(ENGINE, snap=True)).only()
    assert finding.problem == "mount/empty"
    assert "snap store" in finding.why


def test_other_names_are_another_folder() -> None:
    finding = mount(replace(SAME, seen=Seen(names=("mistral",), digest=""))).only()
    assert finding.problem == "mount/not-shared"
    assert "another folder" in finding.title
    assert finding.evidence == ("only here: gemma, llama", "only in the container: mistral")


def test_the_same_names_with_other_bytes_are_another_folder() -> None:
    finding = mount(replace(SAME, seen=replace(INSIDE, digest="bb"))).only()
    assert finding.problem == "mount/not-shared"
    assert finding.evidence == ("gemma/config.pbtxt: other bytes in the container",)


NOT_THERE = 'invalid mount config for type "bind": bind source path does not exist: ' + PATH
DENIED = f"Mounts denied: The path {PATH} is not shared from the host and is not known to Docker."


@pytest.mark.parametrize(
    ("engine", "here", "text", "words"),
    [
        (ENGINE, LINUX, NOT_THERE, "though it is here"),
        (replace(ENGINE, remote=True), LINUX, NOT_THERE, "it is only here"),
        (replace(ENGINE, snap=True), LINUX, NOT_THERE, "snap store"),
        (replace(ENGINE, kind="desktop"), LINUX, DENIED, "Docker Desktop does not share"),
        (ENGINE, replace(LINUX, in_container=True), NOT_THERE, "only in the container you are in"),
    ],
)
def test_a_folder_that_only_we_have(
    engine: DockerEngine, here: System, text: str, words: str
) -> None:
    finding = mount(refused(text), engine, here).only()
    assert finding.problem == "mount/not-shared"
    assert words in finding.title
    assert finding.evidence == (text,)


def test_a_folder_that_neither_side_has() -> None:
    view = refused(NOT_THERE, OutsideView("x", PATH, trouble="missing"))
    finding = mount(view, replace(ENGINE, remote=True)).only()
    assert finding.problem == "mount/source-missing"
    assert "engine's machine" in finding.title


def test_a_folder_that_only_the_remote_engine_has_is_sound() -> None:
    view = ContainerView(OutsideView("x", PATH, trouble="missing"), seen=INSIDE)
    assert mount(view, replace(ENGINE, remote=True)).outcome is Outcome.PASSED


def test_a_daemon_that_may_not_look() -> None:
    finding = mount(refused(f"stat {PATH}: permission denied")).only()
    assert finding.problem == "mount/permission-denied"
    assert "engine itself" in finding.title


def test_a_refusal_that_is_not_about_the_mount_is_a_doubt() -> None:
    for text in ("no space left on device", "exec /bin/sh: no such file or directory"):
        result = mount(refused(text))
        assert result.outcome is Outcome.COULD_NOT_TELL
        assert text in result.doubts[0].reason


def test_a_folder_that_cannot_be_listed_is_a_doubt() -> None:
    view = ContainerView(HERE, seen=Seen(error="ls: .: Input/output error"))
    assert mount(view).outcome is Outcome.COULD_NOT_TELL


def test_a_share_that_has_gone_away_is_a_doubt() -> None:
    view = ContainerView(OutsideView("x", PATH, trouble="unreadable", error="Stale file handle"))
    assert "Stale file handle" in mount(view).doubts[0].reason


def test_without_an_image_nothing_is_called_sound() -> None:
    result = mount(ContainerView(HERE, trouble="no-image"))
    assert result.outcome is Outcome.COULD_NOT_TELL
    fix = result.doubts[0].fix
    assert fix is not None
    assert fix.steps[0].argv == ("docker", "pull", "ubuntu:24.04")


@pytest.mark.parametrize("trouble", ["silent", "failed"])
def test_a_probe_without_an_answer_is_a_doubt(trouble: str) -> None:
    view = ContainerView(HERE, trouble=trouble, refusal="it hung", image="ubuntu:24.04")
    assert mount(view).outcome is Outcome.COULD_NOT_TELL


@pytest.mark.parametrize(("name", "severity"), [("gemma", "error"), ("notes", "warning")])
def test_a_link_out_of_the_folder(name: str, severity: str) -> None:
    finding = mount(replace(SAME, strays=((name, "/data/there"),))).only()
    assert finding.problem == "mount/not-mounted"
    assert str(finding.severity) == severity
    assert "source=/data/there" in finding.remedy
