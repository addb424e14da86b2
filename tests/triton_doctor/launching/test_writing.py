"""The command for each shell, and that every part of it is explained."""

from __future__ import annotations

import csv
import shlex
from typing import Any

import pytest
import tomli
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.house import tree
from triton_doctor.deployment import CONTROL_MODES, Deployment
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.composing import compose_pieces, compose_text, scalar
from triton_doctor.launching.explaining import explained, notes
from triton_doctor.launching.paths import Place
from triton_doctor.launching.plan import ContainerPlan, container_plan
from triton_doctor.launching.quoting import DIALECTS, ShellName
from triton_doctor.launching.writing import argv, command_pieces, command_text, for_shell

SHELLS: list[ShellName] = list(DIALECTS)
HOMES: dict[Place, str] = {"posix": "/home/ada/", "windows": "C:\\Users\\ada\\", "wsl": "/mnt/c/"}


def plan(place: Place = "posix", **deployment: Any) -> ContainerPlan:
    def absolute(path: str) -> str:
        return path if path.startswith(("/", "C:")) else HOMES[place] + path.removeprefix("~/")

    return container_plan(Deployment(**deployment), absolute)


def written(
    shell: ShellName, place: Place = "posix", *, one_line: bool = False, **deployment: Any
) -> str:
    there, _ = for_shell(plan(place, **deployment), shell, place)
    return command_text(command_pieces(there, shell), shell, one_line=one_line)


def test_the_guides_own_in_bash() -> None:
    assert written("bash").splitlines() == [
        "docker run -d \\",
        "  --gpus all \\",
        "  -p 8000:8000 \\",
        "  -p 8001:8001 \\",
        "  -p 8002:8002 \\",
        "  --env HF_TOKEN \\",
        "  --mount type=bind,source=/home/ada/model_repository,target=/models \\",
        "  --mount type=volume,source=triton_hf_cache,target=/root/.cache/huggingface \\",
        "  --name triton_vllm_server \\",
        "  nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3 \\",
        "  tritonserver --model-repository=/models --model-control-mode=explicit \\",
        "  --load-model=gemma",
    ]


@pytest.mark.parametrize(
    ("shell", "place", "lines"),
    [
        (
            "powershell",
            "windows",
            [
                "$PSNativeCommandArgumentPassing = 'Legacy'",
                "docker run -d `",
                r"""  --gpus '\"device=0,1\"' `""",
                r"  --mount 'type=bind,source=C:\Users\ada\my models,target=/models' `",
            ],
        ),
        (
            "cmd",
            "windows",
            [
                "docker run -d ^",
                r'  --gpus "\"device=0,1\"" ^',
                r'  --mount "type=bind,source=C:\Users\ada\my models,target=/models" ^',
            ],
        ),
        (
            "git-bash",
            "windows",
            [
                "MSYS_NO_PATHCONV=1 docker run -d \\",
                "  --gpus '\"device=0,1\"' \\",
                "  --mount 'type=bind,source=C:/Users/ada/my models,target=/models' \\",
            ],
        ),
        (
            "bash",
            "windows",
            ["  --mount 'type=bind,source=/mnt/c/Users/ada/my models,target=/models' \\"],
        ),
        ("cmd", "wsl", [r'  --mount "type=bind,source=C:\my models,target=/models" ^']),
    ],
)
def test_each_shell_in_its_own_way(shell: ShellName, place: Place, lines: list[str]) -> None:
    shown = written(shell, place, repository="my models", gpus="0,1").splitlines()
    assert [one for one in shown if one in lines] == lines
    assert all(one.endswith(f" {DIALECTS[shell].goes_on}") for one in shown[1:-1])


def test_without_inner_quotes_powershell_is_told_nothing() -> None:
    assert written("powershell", "windows", gpus="1").startswith("docker run -d `")


@pytest.mark.parametrize("shell", SHELLS)
def test_on_one_line(shell: ShellName) -> None:
    text = written(shell, gpus="0,1", one_line=True)
    assert "\n" not in text
    assert f" {DIALECTS[shell].goes_on} " not in text
    assert text.endswith("--load-model=gemma")


VARIABLES = {
    "bash": 'HF_TOKEN="$MINE" docker run -d ',
    "fish": 'HF_TOKEN="$MINE" docker run -d ',
    "git-bash": 'HF_TOKEN="$MINE" MSYS_NO_PATHCONV=1 docker run -d ',
    "powershell": "$env:HF_TOKEN = $env:MINE; docker run -d ",
    "cmd": 'set "HF_TOKEN=%MINE%" && docker run -d ',
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_token_of_another_name_is_handed_on_as_the_library_reads_it(shell: ShellName) -> None:
    text = written(shell, token_env="MINE", one_line=True)
    assert text.startswith(VARIABLES[shell])
    assert " --env HF_TOKEN " in text
    assert "MINE" not in text.partition("docker")[2]


def test_the_older_name_is_handed_on_as_it_is() -> None:
    text = written("bash", token_env="HUGGING_FACE_HUB_TOKEN")
    assert "  --env HUGGING_FACE_HUB_TOKEN \\" in text.splitlines()
    assert text.startswith("docker run")


def test_commas_and_quotes_in_a_path_stay_in_their_field() -> None:
    """Docker reads the value of --mount as a line of comma-separated values."""
    words = argv(command_pieces(plan(repository='/srv/a,b "c"'), "bash"))
    (row,) = csv.reader([words[words.index("--mount") + 1]])
    assert row == ["type=bind", 'source=/srv/a,b "c"', "target=/models"]


@pytest.mark.parametrize("shell", ["bash", "git-bash"])
def test_what_is_typed_is_what_runs(shell: ShellName) -> None:
    there = plan(repository="it's $HOME", gpus="0,1", model=("*",), shm_size="1g")
    pieces = command_pieces(there, shell)
    typed = command_text(pieces, shell).replace("\\\n", " ").removeprefix("MSYS_NO_PATHCONV=1 ")
    assert shlex.split(typed) == argv(pieces)


# ---- explanations ----------------------------------------------------------------------------

EVERY: list[dict[str, Any]] = [
    {"gpus": gpus, "control_mode": mode, "token_env": token, "model": model, **more}
    for gpus in ("all", "none", "1", "0,1")
    for mode in CONTROL_MODES
    for token in ("HF_TOKEN", "MINE")
    for model, more in (
        (("gemma",), {}),
        (("*", "b"), {"shm_size": "1g", "cache_volume": "/srv/cache", "token_file": "~/token"}),
        (("gemma",), {"more_repositories": ("b",)}),
    )
]


def test_every_part_is_explained_and_no_words_lie_idle() -> None:
    say, used = phrases(), set[str]()
    for deployment in EVERY:
        there = plan(**deployment)
        for shell in SHELLS:
            told = explained(command_pieces(there, shell), say)
            assert [one.text for one in told if "{" in one.why + one.without] == []
            used |= {one.id for one in told}
        used |= {one.id for one in explained(compose_pieces(there), say)}
    house = tomli.loads((tree.OWN / "house.toml").read_text("utf-8"))
    idle = {key.removesuffix("-without") for key in house["flag"]} - used
    assert idle == {"port-other"}  # for a plan with a port that Triton does not use


def test_notes_say_where_it_differs_from_the_guide() -> None:
    say = phrases()
    plain = " ".join(notes(plan(name="mine"), "bash", (), say))
    assert "--rm" in plain
    assert "docker rm -f mine" in plain
    assert "HF_TOKEN is handed on by name" in plain
    assert "reads it from your file" in " ".join(notes(plan(token_file="t"), "cmd", (), say))
    assert "batch file" in " ".join(notes(plan(repository="100%"), "cmd", (), say))
    assert "inside WSL" in " ".join(notes(plan(), "cmd", ("in-wsl",), say))
    assert "--gpus none" in " ".join(notes(plan(gpus="none"), "bash", (), say))


# ---- compose ---------------------------------------------------------------------------------


def composed(**deployment: Any) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(compose_text(compose_pieces(plan(**deployment))))
    return read


def test_a_compose_file() -> None:
    read = composed(repository="it's $5", shm_size="1g", gpus="0,1", token_file="~/token")
    assert read["volumes"] == {"triton_hf_cache": {"name": "triton_hf_cache"}}
    (service,) = read["services"].values()
    bind = {"create_host_path": False}
    inside = {"capabilities": ["gpu"], "driver": "nvidia", "device_ids": ["0", "1"]}
    assert service == {
        "image": "nvcr.io/nvidia/tritonserver:25.06-vllm-python-py3",
        "container_name": "triton_vllm_server",
        "command": [
            "tritonserver",
            "--model-repository=/models",
            "--model-control-mode=explicit",
            "--load-model=gemma",
        ],
        "ports": ["8000:8000", "8001:8001", "8002:8002"],
        "environment": {"HF_TOKEN_PATH": "/run/secrets/hf-token"},
        "shm_size": "1g",
        "volumes": [
            {
                "type": "bind",
                "source": "/home/ada/it's $$5",
                "target": "/models",
                "bind": bind,
            },
            {
                "type": "bind",
                "source": "/home/ada/token",
                "target": "/run/secrets/hf-token",
                "read_only": True,
                "bind": bind,
            },
            {
                "type": "volume",
                "source": "triton_hf_cache",
                "target": "/root/.cache/huggingface",
            },
        ],
        "deploy": {"resources": {"reservations": {"devices": [inside]}}},
    }


def test_a_compose_file_without_gpus_or_volume() -> None:
    read = composed(gpus="none", cache_volume="/srv/cache")
    assert list(read) == ["services"]
    assert "deploy" not in read["services"]["triton_vllm_server"]


def test_compose_hands_the_token_on() -> None:
    read = composed()["services"]["triton_vllm_server"]["environment"]
    assert read == {"HF_TOKEN": None}
    read = composed(token_env="MINE")["services"]["triton_vllm_server"]["environment"]
    assert read == {"HF_TOKEN": "${MINE}"}


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_a_text_is_one_value_of_yaml(text: str) -> None:
    assert yaml.safe_load(f"a: {scalar(text)}\n") == {"a": text.replace("$", "$$")}
    assert yaml.safe_load(f"- {scalar(text)}\n") == [text.replace("$", "$$")]


@pytest.mark.parametrize(
    "text", ["yes", "1.5", "1_000", "null", "~", "", "- a", "22:22", "0x1", "="]
)
def test_what_yaml_would_take_for_something_else_is_quoted(text: str) -> None:
    assert yaml.safe_load(f"a: {scalar(text)}") == {"a": text}
