"""`triton-doctor logs` as it is typed: sources, formats, exits, and logs that mean harm."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.triton_doctor.test_cli import PROGRAM, doctor, environment

CAUSE = "ValueError: Unknown dtype: float15"
LOG = f"""\
INFO 06-14 12:00:00 [api_server.py:1] vLLM API server version 0.9.0
(EngineCore_0 pid=12) ERROR 06-14 12:00:01 [core.py:586] {CAUSE}
(EngineCore_0 pid=12) {CAUSE}
RuntimeError: Engine core initialization failed. See root cause above.
"""
SOUND = "INFO:     Application startup complete.\n"
REFUSED = (
    'E1129 22:02:37.448157 1 model.py:166] "[vllm] Was trying to create `TritonSamplingParams`,'
    " but got exception: Unexpected keyword argument 'max_token'\"\n"
)
UNKNOWN = "Traceback (most recent call last):\nFrobError: the frob is not of this world\n"


def piped(
    data: bytes, *arguments: str, cwd: Path, **more: str
) -> subprocess.CompletedProcess[bytes]:
    line = ("logs", *arguments)
    return warm.run(line, cwd=cwd, env=environment(**more), input=data, timeout=60)


def as_json(data: bytes, cwd: Path) -> tuple[int, dict[str, Any]]:
    done = piped(data, "-", "--format", "json", cwd=cwd)
    (log,) = json.loads(done.stdout)["logs"]
    return done.returncode, log


def test_what_was_piped_is_called_standard_input(tmp_path: Path) -> None:
    for data, said in ((b"a\n", b"standard input: 1 line\n"), (b"a\nb\n", b"input: 2 lines\n")):
        assert said in piped(data, "-", cwd=tmp_path).stdout


def test_a_file_gives_its_root_cause(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG, encoding="utf-8")
    done = doctor("logs", "a.log", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    text = done.stdout.decode()
    assert "a.log: 4 lines" in text
    assert "Line 2:" in text
    assert f"| (EngineCore_0 pid=12) ERROR 06-14 12:00:01 [core.py:586] {CAUSE}" in text
    assert "Also seen as: line 3" in text
    assert "What to do:" in text
    assert "triton-doctor explain engine/invalid-argument" in text
    assert "What followed from it:" in text


def test_several_sources_as_json(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(LOG, encoding="utf-8")
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(SOUND.encode()))
    done = doctor("logs", "a.log", "b.log.gz", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert report["schema_version"] == 1
    (first, second) = report["logs"]
    assert (first["source"], second["source"]) == ("a.log", "b.log.gz")
    (cause, follower) = first["findings"]
    assert (cause["problem"], cause["role"]) == ("engine/invalid-argument", "root-cause")
    assert (cause["line"], cause["severity"], cause["echoes"]) == (2, "error", [3])
    assert cause["evidence"].endswith(CAUSE)
    assert "float15" in cause["title"]
    assert (follower["problem"], follower["role"]) == ("engine/start-failed", "consequence")
    assert (second["findings"], second["unknown"], second["ready"]) == ([], None, True)


@pytest.mark.parametrize(
    ("log", "code", "says"),
    [
        (LOG, 1, "Next:"),
        (REFUSED, 1, "then ask again; the server need not be started anew"),
        (SOUND, 0, "the server came up"),
        ("", 0, "The log is empty"),
        ("all is quiet\n", 0, "not in this log either"),
        (UNKNOWN, 3, "why is not known to the doctor"),
    ],
)
def test_standard_input_and_exit_codes(log: str, code: int, says: str, tmp_path: Path) -> None:
    done = piped(log.encode(), "-", cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert says in " ".join(done.stdout.decode().split())


def test_what_is_unknown_is_shown_with_a_start_for_a_signature(tmp_path: Path) -> None:
    code, log = as_json(UNKNOWN.encode(), tmp_path)
    assert (code, log["findings"]) == (3, [])
    assert {"line": 2, "text": "FrobError: the frob is not of this world"} in log["unknown"][
        "lines"
    ]
    assert "regex = '''FrobError: the frob is not of this world'''" in log["unknown"]["stub"]


def test_a_source_that_is_not_there_is_2_and_says_what_to_do(tmp_path: Path) -> None:
    done = doctor("logs", "nowhere.log", cwd=tmp_path)
    assert done.returncode == 2
    assert b"nowhere.log: is no file here" in done.stderr
    assert done.stdout == b""
    done = doctor("logs", cwd=tmp_path)
    assert done.returncode == 2
    assert b"triton_vllm_server" in done.stderr
    done = doctor("logs", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert b"is a folder" in done.stderr


@pytest.mark.parametrize("packed", [False, True])
def test_a_pipe_is_read_from_its_first_byte(packed: bool, tmp_path: Path) -> None:
    """As with `logs <(docker logs web)`, which cannot be wound back."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = LOG.encode()
    writer = threading.Thread(
        target=lambda: pipe.write_bytes(gzip.compress(text) if packed else text)
    )
    writer.start()
    done = doctor("logs", "pipe", "--format", "json", cwd=tmp_path)
    writer.join()
    (tmp_path / "file").write_bytes(text)
    whole = doctor("logs", "file", "--format", "json", cwd=tmp_path)
    assert done.stdout == whole.stdout.replace(b'"file"', b'"pipe"')


def test_standard_input_that_is_closed_is_an_empty_log(tmp_path: Path) -> None:
    line = ["sh", "-c", 'exec "$@" <&-', "sh", *PROGRAM, "logs", "-"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_file_that_may_not_be_read_or_is_no_gzip(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(b"\x1f\x8bnot gzip at all")
    done = doctor("logs", "a.gz", cwd=tmp_path)
    assert done.returncode == 2
    assert b"no whole gzip file" in done.stderr


def test_a_gzip_file_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    import secrets

    noise = "".join(secrets.token_hex(40) + "\n" for _ in range(20_000))
    data = gzip.compress((LOG + noise).encode())
    (tmp_path / "a.gz").write_bytes(data[: len(data) // 2])
    assert doctor("logs", "a.gz", cwd=tmp_path).returncode == 1


def test_what_powershell_writes_is_read(tmp_path: Path) -> None:
    code, log = as_json(LOG.replace("\n", "\r\n").encode("utf-16"), tmp_path)
    assert (code, log["findings"][0]["line"]) == (1, 2)
    code, log = as_json(b"\xef\xbb\xbf" + CAUSE.encode(), tmp_path)
    assert (code, log["findings"][0]["line"]) == (1, 1)


def test_words_of_a_log_steer_no_terminal_and_show_no_secret(tmp_path: Path) -> None:
    hostile = (
        "\x1b]0;owned\x07\x1b[2J\x1b[31mValueError: Unknown dtype: [red]x[/red]\x1b[0m\x00\x9b"
        " token hf_abcdefghijklmnopqrstuvwxyz \u202egnp.exe\n"
    )
    done = piped(hostile.encode(), "-", cwd=tmp_path)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text) is None
    assert "hf_abcdef" not in text
    assert "[red]x[/red]" in text
    done = piped(b"\x1b[31mFrobError: \x1b]8;;http://x\x07hf_abcdefghijklmnop\n", "-", cwd=tmp_path)
    assert done.returncode == 3
    assert b"\x1b" not in done.stdout
    assert b"hf_abcdef" not in done.stdout


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 10_000_000,
        b"\x00" * 1_000_000,
        b"\xff\xfe\x00\xd8" * 1000,
        bytes(range(256)) * 1000,
        b"error: " * 500_000,
        b"\n" * 500_000,
        b"\r" * 500_000,
    ],
    ids=["long line", "NUL", "bad UTF-16", "all bytes", "errors", "newlines", "returns"],
)
def test_any_bytes_are_read_to_the_end(data: bytes, tmp_path: Path) -> None:
    done = piped(data, "-", cwd=tmp_path)
    assert done.returncode in (0, 3), done.stderr
    assert b"Traceback" not in done.stderr


def test_it_works_narrow_in_an_old_code_page_and_in_a_terminal(tmp_path: Path) -> None:
    done = piped(LOG.encode(), "-", cwd=tmp_path, PYTHONIOENCODING="cp1252", COLUMNS="40")
    assert done.returncode == 1, done.stderr
    done.stdout.decode("cp1252")
    (tmp_path / "a.log").write_text(LOG, encoding="utf-8")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "logs", "a.log"],
        cwd=tmp_path,
        env=environment(TERM="xterm"),
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:
            pass
        assert process.wait(timeout=60) == 1
    os.close(ours)
    assert b"\x1b[" in shown
    assert b"float15" in shown


def test_a_report_goes_to_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    done = piped(LOG.encode(), "-", "--output", "told.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "float15" in (tmp_path / "told.txt").read_text(encoding="utf-8")
    done = piped(LOG.encode(), "-", "--output", "absent/told.txt", cwd=tmp_path)
    assert done.returncode == 2


def test_a_growing_file_is_followed_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("INFO 06-14 12:00:00 [a.py:1] loading\n", encoding="utf-8")
    with subprocess.Popen(
        [*PROGRAM, "logs", "--follow", "a.log"],
        cwd=tmp_path,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"as it grows" in process.stdout.readline()
        time.sleep(0.5)
        with log.open("a", encoding="utf-8") as more:
            more.write(CAUSE + "\n")
        line = process.stdout.readline()
        assert b"float15" in line
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert b"stopped" in process.stderr.read()
