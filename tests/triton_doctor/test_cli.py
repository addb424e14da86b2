"""The program as it is typed: exits, encodings, widths, pipes, interruption."""

from __future__ import annotations

import errno
import json
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.published import hold
from triton_doctor.commands.output import write_whole
from triton_doctor.errors import UsageError

PROGRAM = [sys.executable, "-m", "triton_doctor"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {
        **kept,
        "HOME": "/nonexistent",
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        **more,
    }


def doctor(
    *arguments: str, cwd: Path, timeout: float = 60, **more: str
) -> subprocess.CompletedProcess[bytes]:
    return warm.run(arguments, cwd=cwd, env=environment(**more), timeout=timeout)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--http-port", "99999"], "--http-port: expected a port from 1 to 65535"),
        (["--select", "dokcer"], "Did you mean docker?"),
        (["--fail-on", "fatal"], "--fail-on: expected one of"),
        (["--output", "absent/report.json"], "the folder does not exist"),
        (["--config", "absent.toml"], "absent.toml: cannot be read"),
        (["--lang", "xx"], "--lang: no words in 'xx'"),
        (["report", "--format", "json"], "report writes a page and a bundle"),
        (["--no-such-option"], "No such option"),
        (["explain", "docker/demon-down"], "Did you mean docker/daemon-down?"),
        (["frobnicate"], "No such command"),
    ],
)
def test_wrong_usage_is_2_and_one_clear_message(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    done = doctor(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_version(tmp_path: Path) -> None:
    assert doctor("--version", cwd=tmp_path).stdout.startswith(b"triton-doctor, version 0.")


def test_json_is_alone_on_stdout_and_meets_its_contract(tmp_path: Path) -> None:
    done = doctor("--format", "json", "--offline", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert report["schema_version"] == 1
    assert report["exit_code"] == done.returncode == 1
    assert set(report) == {
        "schema_version",
        "doctor",
        "exit_code",
        "seconds",
        "deployment",
        "checks",
        "findings",
        "facts",
        "settings",
        "untold",
    }
    for check in report["checks"]:
        assert {"id", "outcome", "seconds", "reason"} <= set(check)
    for finding in report["findings"]:
        assert {
            "problem",
            "check",
            "severity",
            "title",
            "why",
            "remedy",
            "where",
            "evidence",
            "fix",
            "docs",
        } <= set(finding)
    found = {finding["problem"] for finding in report["findings"]}
    assert "repository/not-found" in found


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"COLUMNS": "40"},
        {"NO_COLOR": "1"},
        {"TERM": "dumb"},
    ],
)
def test_a_pipe_gets_plain_words_in_any_encoding(variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "modèles").mkdir()
    done = doctor("--offline", "--repository", "modèles", cwd=tmp_path, **variables)
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    assert b"Traceback" not in done.stderr
    assert b"repository/" in done.stdout


def test_a_terminal_gets_colour_unless_it_is_told_not_to(tmp_path: Path) -> None:
    assert b"\x1b[1;31m" in in_terminal("--offline", cwd=tmp_path)
    assert b"\x1b[1;31m" not in in_terminal("--offline", cwd=tmp_path, NO_COLOR="1")
    assert b"\x1b" not in in_terminal("--offline", cwd=tmp_path, TERM="dumb")


def in_terminal(*arguments: str, cwd: Path, **more: str) -> bytes:
    """What a run writes to a pseudo-terminal."""
    near, far = pty.openpty()
    variables = environment(**{"TERM": "xterm-256color", **more})
    child = subprocess.Popen(
        [*PROGRAM, *arguments], cwd=cwd, env=variables, stdin=far, stdout=far, stderr=far
    )
    os.close(far)
    written = bytearray()
    try:
        while piece := os.read(near, 4096):
            written += piece
    except OSError:  # EIO: the other end is closed
        pass
    assert child.wait(30) == 1
    return bytes(written)


def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [*PROGRAM, "list"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.close()
    _, errors = child.communicate(timeout=120)
    assert b"Traceback" not in errors
    assert b"bug" not in errors


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interruption_ends_at_once_with_its_code(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    """The engine's socket accepts and stays silent, so that the run is still asking."""
    address = tmp_path / "silent.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(address))
        silent.listen()
        child = subprocess.Popen(
            [*PROGRAM, "--output", "report.txt"],
            cwd=tmp_path,
            env=environment(DOCKER_HOST=f"unix://{address}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        silent.accept()
        child.send_signal(number)
        _, errors = child.communicate(timeout=120)
    assert child.returncode == code
    assert b"Traceback" not in errors
    assert list(tmp_path.iterdir()) == [address]


def test_output_goes_to_a_file_by_its_name(tmp_path: Path) -> None:
    done = doctor("--offline", "--output", "report.json", cwd=tmp_path)
    assert json.loads((tmp_path / "report.json").read_text())["exit_code"] == done.returncode
    assert b"triton-doctor 0." in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_file_that_cannot_be_written_costs_neither_the_others_nor_the_report(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.json").mkdir()
    outputs = ("--output", "a.json", "--output", "b.json")
    done = doctor("--select", "host", *outputs, cwd=tmp_path)
    assert done.returncode == 2
    assert b"a.json: cannot be written" in done.stderr
    assert b"triton-doctor 0." in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_a_folder_that_nothing_can_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is read only, taking back what was never written fails as well."""

    def fails(*_args: object, **_kinds: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for name in ("write_text", "unlink"):
        monkeypatch.setattr(Path, name, fails)
    with pytest.raises(UsageError, match="Read-only file system"):
        write_whole(str(tmp_path / "a.json"), "{}")


def test_list_and_explain(tmp_path: Path) -> None:
    listed = doctor("list", cwd=tmp_path).stdout.decode()
    assert "docker/daemon-down" in listed
    as_data = hold("list-1.json", doctor("list", "--format", "json", cwd=tmp_path).stdout)
    assert {"id", "severity", "title", "since"} == set(as_data["problems"][0])
    explained = doctor("explain", "docker/daemon-down", cwd=tmp_path).stdout.decode()
    assert "Why it matters" in explained
    assert "sudo systemctl start docker" in explained


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, tmp_path: Path) -> None:
    done = doctor("completion", shell, cwd=tmp_path)
    assert b"_TRITON_DOCTOR_COMPLETE" in done.stdout
    words = doctor(
        cwd=tmp_path,
        _TRITON_DOCTOR_COMPLETE="bash_complete",
        COMP_WORDS="triton-doctor explain docker/d",
        COMP_CWORD="2",
    )
    assert b"docker/daemon-down" in words.stdout


def test_nothing_heavy_is_imported_by_the_command_line() -> None:
    heavy = "rich docker questionary huggingface_hub pynvml psutil tomli requests"
    code = (
        "import sys, triton_doctor.cli\n"
        f"loaded = [name for name in {heavy.split()!r} if name in sys.modules]\n"
        "sys.exit(', '.join(loaded) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
