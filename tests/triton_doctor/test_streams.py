"""Where the words go: files, pipes, links, and streams that are closed or full."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.ports import free
from tests.triton_doctor.test_cli import PROGRAM, doctor, environment
from triton_doctor.commands.output import write_whole
from triton_doctor.commands.report_files import put
from triton_doctor.errors import UsageError


def test_a_pipe_is_written_to_and_a_link_stays(tmp_path: Path) -> None:
    """A device is no more replaced by a file than a pipe is: /dev/null as root, say."""
    pipe, real, link = tmp_path / "pipe", tmp_path / "real.json", tmp_path / "link.json"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(str(pipe), "{}")
    assert os.read(reader, 9) == b"{}"
    os.close(reader)
    assert pipe.is_fifo()
    with pytest.raises(UsageError, match="not a plain file"):
        put(pipe, b"x")
    real.write_text("old")
    link.symlink_to(real)
    write_whole(str(link), "new")
    assert (link.is_symlink(), real.read_text()) == (True, "new")
    put(link, b"newer")
    assert (link.is_symlink(), real.read_text()) == (True, "newer")


@pytest.mark.parametrize("arguments", [["list"], ["--select", "port", "--format", "json"]])
def test_a_disk_that_is_full_is_told_and_never_green(arguments: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as disk:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            cwd=tmp_path,
            env=environment(),
            stdout=disk,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 2
    said = b"triton-doctor: standard output cannot be written: No space left on device\n"
    assert done.stderr == said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["logs"], 2, "cannot be read: File name too long"),
        (["report", "--offline", "--select", "port", "--output"], 2, "File name too long"),
        (["init", "--repository"], 1, "File name too long"),
        (["--select", "port", "--output"], 2, "cannot be written: File name too long"),
    ],
)
def test_a_name_that_is_too_long_is_told(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    done = doctor(*arguments, "x" * 300 + ".html", cwd=tmp_path)
    assert done.returncode == code, done
    assert said in " ".join((done.stdout + done.stderr).decode().split())


@pytest.mark.parametrize("command", [["init"], ["command"], ["report", "--select", "port"]])
def test_a_working_folder_that_was_deleted_is_told(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    script = 'rmdir ../gone; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *PROGRAM, *command],
        cwd=tmp_path / "gone",
        env=environment(),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.endswith(b"triton-doctor: the working folder is not there any more\n")


def test_a_width_that_is_no_number_is_as_none(tmp_path: Path) -> None:
    wide, odd = (doctor("--select", "port", cwd=tmp_path, COLUMNS=one) for one in ("80", "wide"))
    assert (odd.returncode, odd.stdout) == (wide.returncode, wide.stdout)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_were_closed_from_the_start_change_no_verdict(
    closed: str, tmp_path: Path
) -> None:
    script = f'exec "$@" {closed}'
    line = ["sh", "-c", script, "sh", *PROGRAM, "--select", "port", "--format", "json"]
    numbers = [f"--{name}-port={free()}" for name in ("http", "grpc", "metrics")]
    done = subprocess.run([*line, *numbers], cwd=tmp_path, env=environment(), capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
