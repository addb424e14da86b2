"""`triton-doctor command`: which shell, where it goes, and what stays out of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeHost
from tests.published import hold
from triton_doctor.cli_given import Shells, dashed
from triton_doctor.commands.command import Asked, command
from triton_doctor.errors import UsageError
from triton_doctor.settings import Layers

WINDOWS = {"os": "Windows", "release": "10.0.26100", "folder": "C:\\Users\\ada"}


class Closing(FakeHost):
    def close(self) -> None:
        """Nothing is open."""

    def absolute(self, path: str) -> str:
        if path.startswith(("/", "C:")):
            return path
        return f"{self.folder}{chr(92) if self.os == 'Windows' else '/'}{path}"


def show(host: FakeHost, asked: Asked, **options: Any) -> int:
    return command(host, Layers(options, {}), asked)


@pytest.mark.parametrize(
    ("machine", "parents", "begins", "source"),
    [
        ({}, ["zsh", "sshd"], "docker run -d \\", "source=/home/ada/model_repository,"),
        ({}, ["python", "fish"], "docker run -d \\", "source=/home/ada/model_repository,"),
        (
            WINDOWS,
            ["powershell.exe"],
            "docker run -d `",
            r"'type=bind,source=C:\Users\ada\model_repository,",
        ),
        (WINDOWS, ["cmd.exe"], "docker run -d ^", r"type=bind,source=C:\Users\ada\model_rep"),
        (
            WINDOWS,
            ["bash.exe"],
            "MSYS_NO_PATHCONV=1 docker run -d \\",
            "type=bind,source=C:/Users/ada/model_repository,",
        ),
    ],
)
def test_the_shell_the_doctor_was_started_from(
    machine: dict[str, Any],
    parents: list[str],
    begins: str,
    source: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert show(Closing(parents=parents, **machine), Asked()) == 0
    out = capsys.readouterr().out
    assert out.startswith(begins)
    assert source in out


def test_wsl_shows_a_windows_shell_the_windows_path(capsys: pytest.CaptureFixture[str]) -> None:
    host = Closing(release="5.15.167.4-microsoft-standard-WSL2", folder="/mnt/d/work")
    show(host, Asked(shell="powershell"))
    assert r"source=D:\work\model_repository," in capsys.readouterr().out
    host.folder = "/home/ada"
    show(host, Asked(shell="powershell"))
    assert "lies inside WSL" in capsys.readouterr().err


def test_stdout_is_the_command_alone(capsys: pytest.CaptureFixture[str]) -> None:
    show(Closing(), Asked(shell="bash", one_line=True))
    said = capsys.readouterr()
    assert said.out.startswith("docker run -d --gpus all ")
    assert said.out.count("\n") == 1
    assert "--rm" in said.err


def test_the_token_itself_is_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    host = Closing(variables={"HF_TOKEN": "hf_" + "x" * 34})
    for shell in ("bash", "fish", "powershell", "cmd", "git-bash", "compose"):
        for form in ("text", "json"):
            show(host, Asked(shell=shell, explain=form == "text"), format=form)
    said = capsys.readouterr()
    assert "hf_x" not in said.out + said.err
    assert said.out.count("HF_TOKEN") >= 12


def test_explain_says_why_and_what_without(capsys: pytest.CaptureFixture[str]) -> None:
    show(Closing(), Asked(shell="bash", explain=True), http_port=9000, name="mine")
    out = " ".join(capsys.readouterr().out.split())
    assert "-p 9000:8000 Requests over HTTP: port 8000 in the container is port 9000" in out
    assert "Without it: The server runs, and localhost:9000 refuses the connection." in out
    assert "docker logs mine" in out


def test_explain_keeps_to_a_narrow_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show(Closing(), Asked(shell="bash", explain=True))
    said = capsys.readouterr()
    words = [one for one in said.out.splitlines() if one.startswith("  ")] + said.err.splitlines()
    assert [one for one in words if len(one) > 40 and len(one.split()) > 1] == []
    assert said.out.isascii()


def test_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    show(Closing(), Asked(shell="powershell"), format="json", gpus="0,1")
    read = hold("command-1.json", capsys.readouterr().out)
    assert read["schema_version"] == 1
    assert read["shell"] == "powershell"
    assert read["argv"][:5] == ["docker", "run", "-d", "--gpus", '"device=0,1"']
    assert {"id", "text", "why", "without"} == set(read["parts"][0])
    assert read["deployment"]["gpus"] == "0,1"


def test_compose_as_data_has_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    show(Closing(), Asked(shell="compose"), format="json")
    read = hold("command-1.json", capsys.readouterr().out)
    assert read["argv"] is None
    assert read["text"].startswith("services:\n")


def test_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "compose.yaml"
    show(Closing(), Asked(shell="compose"), output=str(file))
    assert file.read_text("utf-8").endswith("    name: triton_hf_cache\n")
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Report written to {file}" not in said.err
    assert str(file) in " ".join(said.err.split())


def test_a_powershell_script_with_other_letters_is_marked_as_utf8(tmp_path: Path) -> None:
    """Windows PowerShell 5.1 takes a script without the mark for the machine's old code page."""
    file = tmp_path / "start.ps1"
    show(Closing(), Asked(shell="powershell"), output=str(file), repository="/srv/модели")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfdocker run")
    show(Closing(), Asked(shell="powershell"), output=str(file))
    assert file.read_bytes().startswith(b"docker run")


def test_a_folder_that_is_not_there_is_told_before(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="folder does not exist"):
        show(Closing(), Asked(shell="bash"), output=str(tmp_path / "none" / "x"))


def test_what_cannot_be() -> None:
    with pytest.raises(UsageError, match="more than one line"):
        show(Closing(), Asked(shell="compose", one_line=True))
    with pytest.raises(UsageError, match="end of the line"):
        show(Closing(), Asked(shell="cmd"), repository="/srv/a\nb")


@pytest.mark.parametrize("shell", ["bash", "fish", "git-bash", "compose"])
def test_what_it_shows_is_sound_to_itself(shell: str, tmp_path: Path) -> None:
    """Read back as a user's own command nothing is found wrong with it."""
    (tmp_path / "model_repository/gemma/1").mkdir(parents=True)
    environment = {**os.environ, "HF_TOKEN": "hf_" + "a" * 34}
    program = [sys.executable, "-m", "triton_doctor", "command", "--shell", shell]
    place: dict[str, Any] = {"cwd": tmp_path, "env": environment, "capture_output": True}
    written = subprocess.run(program, check=True, **place)
    read = subprocess.run([*program, "--format", "json", "-"], input=written.stdout, **place)
    assert (read.returncode, json.loads(read.stdout)["findings"]) == (0, []), read.stderr


def test_what_the_command_names_and_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    folder = "/home/ada/model_repository"
    for folders, options, said in [
        ({}, {}, f"There is no folder {folder},"),
        ({folder: ["llama"]}, {}, f"{folder} has no model gemma,"),
        ({folder: ["llama"]}, {"model": ("llama",)}, ""),
    ]:
        assert show(Closing(folders=folders), Asked(shell="bash"), **options) == 0
        told = " ".join(capsys.readouterr().err.split())
        assert told.startswith(said or "There is no --rm")


def test_the_two_dashes_may_be_forgotten_and_a_shell_have_its_own_name() -> None:
    run = ["sudo", "docker", "run", "--rm", "x"]
    assert dashed(["--check", *run]) == ["--check", "--", *run]
    assert dashed(["--name", "docker"]) == ["--name", "docker"]
    assert dashed(["--", *run]) == ["--", *run]
    assert Shells().convert("zsh", None, None) == "bash"
