"""Commands as part of a fix: kept, failing, stopped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.triton_doctor.fixing.bench import MODEL, Bench, done, half, not_done
from triton_doctor.api import (
    command,
)

pytestmark = pytest.mark.usefixtures("filled")


def test_what_stays_done_is_said(bench: Bench) -> None:
    prepared = bench.prepare(half(bench), command("true"), command("false"))
    trouble = not_done(bench, prepared)
    assert "stays:\n\n    true" in trouble.text
    assert Path("model.json").read_bytes() == MODEL


def test_a_program_that_is_not_there(bench: Bench) -> None:
    assert "could not be run" in not_done(bench, bench.prepare(command("no-such-program"))).text


def test_what_a_command_does_away_with_is_kept_first(bench: Bench) -> None:
    keeps = ["sh", "-c", "echo the log; echo hf_abcdefghijklmnop >&2"]
    entry = done(bench, command("rm", bench.path("model.json"), keeps=keeps))
    kept = Path(bench.journal.path(entry.id, "kept-0.txt"))
    assert sorted(kept.read_text().splitlines()) == ["[hidden]", "the log"]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_kept_is_not_done_away_with(bench: Bench) -> None:
    for keeps in (["false"], ["no-such-program"]):
        prepared = bench.prepare(
            half(bench), command("rm", bench.path("closed/weights.bin"), keeps=keeps)
        )
        assert "could not be kept" in not_done(bench, prepared).text
    assert Path("closed/weights.bin").exists()
    assert Path("model.json").read_bytes() == MODEL


@pytest.mark.parametrize("back", [["touch", "back-was-run"], []])
def test_ctrl_c_during_a_command_runs_nothing_else(bench: Bench, back: list[str]) -> None:
    # Pressed by the command itself, so that it surely is under way.
    presses = f"sleep 0.5; kill -INT {os.getpid()}; sleep 120; touch {bench.path('waited')}"
    prepared = bench.prepare(
        half(bench), command("sh", "-c", presses, back=back), command("touch", bench.path("next"))
    )
    with pytest.raises(KeyboardInterrupt):
        bench.carrier().apply(prepared, "gpu/busy")
    assert not Path("waited").exists()
    assert Path("model.json").read_bytes() == MODEL
    assert not Path("next").exists()
    assert not Path("back-was-run").exists()
    entry = bench.journal.entries()[0]
    assert entry.state == ("begun" if back else "failed")
    if back:
        assert bench.carrier().undo(entry).state == "undone"
        assert Path("back-was-run").exists()


def test_sudo_that_may_not_ask_is_told_apart(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for sudo, with the words of the real one."""
    programs = bench.root.parent / "bin"
    programs.mkdir()
    (programs / "sudo").write_text(
        '#!/bin/sh\n[ "$1" = -n ] && echo "sudo: a password is required"\nexit 1\n'
    )
    (programs / "sudo").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    trouble = not_done(bench, bench.prepare(command("systemctl", "start", "docker", root=True)))
    assert trouble.kind == "denied"
    assert "sudo systemctl start docker" in trouble.text


def test_a_stop_from_outside_puts_the_files_back_too(bench: Bench) -> None:
    def stop(_line: str) -> None:
        raise SystemExit(143)

    prepared = bench.prepare(half(bench), command("touch", bench.path("never")))
    with pytest.raises(SystemExit):
        bench.carrier(stop).apply(prepared, "gpu/busy")
    assert Path("model.json").read_bytes() == MODEL
    assert not Path("never").exists()
    assert bench.journal.entries()[0].state == "failed"
