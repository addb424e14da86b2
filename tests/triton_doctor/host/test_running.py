"""Commands that a person asked for, run for real: in a terminal and without one."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from triton_doctor.host.hands import Done, LocalHands

RUN = """
import sys
from triton_doctor.host.hands import LocalHands
done = LocalHands().run(sys.argv[1:], root=False)
print("code", done.code, repr(done.tail))
"""


def in_terminal(*argv: str, typed: bytes = b"") -> tuple[str, str]:
    """What the program under a real terminal shows there, and what comes out of its stdout."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *argv],
        stdin=inner,
        stderr=inner,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(inner)
    os.write(outer, typed)
    out, _ = process.communicate(timeout=120)
    shown = b""
    with suppress(OSError):  # EIO at its end
        while True:
            shown += os.read(outer, 4096)
    os.close(outer)
    return shown.decode(), out.decode()


def test_in_a_terminal_the_program_has_one_and_the_keyboard() -> None:
    script = "test -t 1 && test -t 2 && read word && echo got $word; exit 3"
    shown, out = in_terminal("sh", "-c", script, typed=b"blue\n")
    assert "got blue" in shown
    assert out == "code 3 'got blue\\n'\n"


def test_without_a_terminal_nobody_is_asked_and_stdout_stays_ours(
    capfd: pytest.CaptureFixture[str],
) -> None:
    script = "test -t 1 || echo plain; echo error >&2; read word || echo no answer"
    done = LocalHands(interactive=False).run(["sh", "-c", script], root=False)
    assert done == Done(0, "plain\nerror\nno answer\n")
    seen = capfd.readouterr()
    assert seen.out == ""
    assert seen.err == "plain\nerror\nno answer\n"


def test_much_output_is_shown_whole_and_its_end_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    done = LocalHands(interactive=False).run(["seq", "50000"], root=False)
    assert done.tail.endswith("49999\n50000\n")
    assert len(done.tail) <= 4096
    assert capfd.readouterr().err == "".join(f"{one}\n" for one in range(1, 50001))


def test_a_daemon_that_keeps_the_output_open_is_not_waited_for() -> None:
    done = LocalHands(interactive=False).run(["sh", "-c", "sleep 600 & echo $!"], root=False)
    os.kill(int(done.tail), signal.SIGKILL)  # it is there still
    assert done.code == 0


def test_no_shell_has_a_say(tmp_path: Path) -> None:
    LocalHands(interactive=False).run(["touch", f"{tmp_path}/a; touch {tmp_path}/b"], root=False)
    assert [path.name for path in tmp_path.iterdir()] == []


def test_what_needs_root_is_put_behind_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    line = ["systemctl", "start", "docker"]
    assert LocalHands(interactive=True)._line(line, True) == ["sudo", "--", *line]
    assert LocalHands(interactive=False)._line(line, True) == ["sudo", "-n", "--", *line]
    assert LocalHands(interactive=False)._line(line, False) == line
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert LocalHands(interactive=True)._line(line, True) == line


def test_ctrl_c_in_a_terminal_reaches_the_program_and_us() -> None:
    child, terminal = pty.fork()
    if child == 0:
        try:
            LocalHands(interactive=True).run(["sh", "-c", "echo ready; exec sleep 600"], root=False)
        except KeyboardInterrupt:
            os.write(2, b"stopped")
        finally:
            os._exit(0)
    shown = b""
    while b"ready" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    with suppress(OSError):  # EIO at its end
        while piece := os.read(terminal, 4096):
            shown += piece
    os.waitpid(child, 0)
    os.close(terminal)
    assert b"stopped" in shown
