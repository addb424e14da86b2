"""What is written for a shell is read back, by the readers of users' commands, as the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor.launching.test_writing import plan, written
from triton_doctor.deployment import Deployment
from triton_doctor.launching.compose import read_compose
from triton_doctor.launching.composing import compose_pieces, compose_text
from triton_doctor.launching.deploying import deployment
from triton_doctor.launching.paths import Place
from triton_doctor.launching.quoting import DIALECTS, ShellName
from triton_doctor.launching.reading import Text, read
from triton_doctor.record import asdict

WANTED: list[dict[str, Any]] = [
    {},
    {"gpus": "0,1", "repository": "/srv/my $5 models", "shm_size": "1g"},
    {"gpus": "none", "model": ("a", "b"), "name": "other", "token_env": "HUGGING_FACE_HUB_TOKEN"},
    {"gpus": "2", "http_port": 9000, "grpc_port": 9001, "metrics_port": 9002, "model": ("*",)},
    {"control_mode": "poll", "model": ("*",), "more_repositories": ("/srv/b", "/srv/c c")},
    {
        "control_mode": "none",
        "model": ("*",),
        "cache_volume": "/srv/cache",
        "image": "localhost:5000/tritonserver:1-vllm",
    },
]


def meant(**wanted: Any) -> Deployment:
    """The deployment with its folder whole, as the command names it."""
    return Deployment(**{"repository": "/home/ada/model_repository", **wanted})


@pytest.mark.parametrize("wanted", WANTED, ids=range(len(WANTED)))
@pytest.mark.parametrize("shell", list(DIALECTS))
@pytest.mark.parametrize("one_line", [False, True])
def test_a_command(shell: ShellName, wanted: dict[str, Any], one_line: bool) -> None:
    text = written(shell, one_line=one_line, **wanted)
    kind = DIALECTS[shell].kind
    given = read(Text(text, "text", own=kind, shell=kind))
    assert given.trouble == ""
    assert given.signs == ()
    assert [one.name for one in (*given.options, *given.flags) if not one.known] == []
    assert asdict(deployment(given, Deployment())) == asdict(meant(**wanted))


@pytest.mark.parametrize("shell", ["bash", "git-bash"])
def test_a_folder_with_every_kind_of_sign(shell: ShellName) -> None:
    folder = """/srv/it's my "own", $HOME 100% `models`"""
    given = read(Text(written(shell, repository=folder), "text", shell=DIALECTS[shell].kind))
    assert deployment(given, Deployment()).repository == folder


@pytest.mark.parametrize("wanted", WANTED, ids=range(len(WANTED)))
def test_a_compose_file(wanted: dict[str, Any]) -> None:
    text = compose_text(compose_pieces(plan(**wanted)))
    given = read_compose(text, "compose.yaml", "posix")
    assert given.trouble == ""
    assert asdict(deployment(given, Deployment())) == asdict(meant(**wanted))


@pytest.mark.parametrize(
    ("shell", "place", "source"),
    [
        ("powershell", "windows", r"C:\Users\ada\my models"),
        ("cmd", "windows", r"C:\Users\ada\my models"),
        ("git-bash", "windows", "C:/Users/ada/my models"),
        ("bash", "windows", "/mnt/c/Users/ada/my models"),
    ],
)
def test_a_windows_folder(shell: ShellName, place: Place, source: str) -> None:
    kind = DIALECTS[shell].kind
    text = written(shell, place, repository="my models")
    given = read(Text(text, "text", own=kind, shell=kind))
    assert next(one.source for one in given.mounts if one.target == "/models") == source
