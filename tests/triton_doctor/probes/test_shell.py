"""The shell in use, and commands that can be pasted into it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.fakes import FakeHost, ask
from triton_doctor.probes.shell import Shell, ShellKind, shell
from triton_doctor.redact import clean

HARD = ["plain", "two words", "it's", 'say "x"', "$HOME `id` \\", "a\nb", "", "-n", "é*?[!]"]


@pytest.mark.parametrize(
    ("system", "parents", "variables", "kind"),
    [
        ("Linux", ["bash", "sshd"], {}, "posix"),
        ("Linux", ["-zsh", "login"], {"SHELL": "/usr/bin/fish"}, "posix"),
        ("Linux", ["uv", "fish", "bash"], {}, "fish"),
        ("Linux", ["pwsh", "bash"], {}, "powershell"),
        ("Linux", ["make", "systemd"], {"SHELL": "/usr/bin/fish"}, "fish"),
        ("Linux", [], {}, "posix"),
        ("Darwin", ["zsh", "Terminal"], {}, "posix"),
        ("Windows", ["triton-doctor.exe", "powershell.exe", "explorer.exe"], {}, "powershell"),
        ("Windows", ["cmd.exe"], {"MSYSTEM": "MINGW64"}, "cmd"),
        ("Windows", ["bash.exe", "git-bash.exe"], {"MSYSTEM": "MINGW64"}, "git-bash"),
        ("Windows", ["python.exe"], {"MSYSTEM": "MINGW64"}, "git-bash"),
        ("Windows", ["code.exe"], {}, "powershell"),
    ],
)
def test_the_nearest_shell_counts(
    system: str, parents: list[str], variables: dict[str, str], kind: str
) -> None:
    host = FakeHost(os=system, parents=parents, variables=variables)
    assert ask(shell, host) == Shell(kind)


@pytest.mark.parametrize("value", HARD)
@pytest.mark.parametrize("program", ["bash", "sh"])
def test_posix_quoting_in_a_real_shell(program: str, value: str) -> None:
    line = f'X={Shell("posix").quote(value)}; printf %s "$X"'
    done = subprocess.run([program, "-c", line], capture_output=True, check=True)
    assert done.stdout.decode() == value


def test_asking_without_echo_in_a_real_bash() -> None:
    line = f"{Shell('posix').ask_variable('HF_TOKEN')} && printenv HF_TOKEN"
    done = subprocess.run(["bash", "-c", line], input=b"hf_x\n", capture_output=True, check=True)
    assert done.stdout == b"hf_x\n"


@pytest.mark.parametrize("kind", ["posix", "git-bash", "fish", "powershell", "cmd"])
def test_the_line_that_asks_is_not_taken_for_a_secret(kind: ShellKind) -> None:
    line = Shell(kind).ask_variable("HF_TOKEN")
    assert clean(line) == line


def test_a_file_into_a_variable_in_a_real_shell(tmp_path: Path) -> None:
    (tmp_path / "a b").write_text("hf_x\n")
    line = f"{Shell('posix').variable_from_file('X', '~/a b')} && printenv X"
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    assert subprocess.run(["sh", "-c", line], capture_output=True, env=env).stdout == b"hf_x\n"
    assert Shell("cmd").variable_from_file("X", "~/a/t") == r"set /p X=<%USERPROFILE%\a\t"


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("posix", "'it'\"'\"'s $5'"),
        ("git-bash", "'it'\"'\"'s $5'"),
        ("fish", "'it\\'s $5'"),
        ("powershell", "'it''s $5'"),
        ("cmd", '"it\'s $5"'),
    ],
)
def test_quoting(kind: ShellKind, line: str) -> None:
    assert Shell(kind).quote("it's $5") == line


def test_a_typographic_apostrophe_ends_a_text_of_powershell() -> None:
    assert Shell("powershell").quote("a\u2019b") == "'a\u2019\u2019b'"


def test_files_are_moved_in_the_shells_own_words() -> None:
    assert Shell("posix").move("a b", "-c") == "mv 'a b' ./-c"
    assert Shell("cmd").move("m/v1", "m/1") == r"move m\v1 m\1"
    assert Shell("powershell").make_folder("m/1") == "mkdir -Force m/1"


@pytest.mark.parametrize(
    ("kind", "text"),
    [("posix", "$HF_TOKEN"), ("powershell", "$env:HF_TOKEN"), ("cmd", "%HF_TOKEN%")],
)
def test_reading_a_variable(kind: ShellKind, text: str) -> None:
    assert Shell(kind).read_variable("HF_TOKEN") == text
