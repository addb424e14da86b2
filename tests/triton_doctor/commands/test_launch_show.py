"""What a launch says while it goes on, in a pipe: each step once, and that it still goes on."""

from __future__ import annotations

import time

import pytest

from triton_doctor.commands.launch_show import Show
from triton_doctor.commands.screen import Screen, parting
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.progress import Doing
from triton_doctor.launching.pulling import Pulling

LOADING = Doing("model", of="gemma")


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """A pipe's; its clock is moved with `after`."""
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    made = Show(Screen(quiet=False), phrases())
    made.after = lambda seconds: clock.__setitem__(0, clock[0] + seconds)
    return made


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(one.split()) for one in capsys.readouterr().out.splitlines()]


def test_what_takes_long_is_said_again_now_and_then(
    show: Show, capsys: pytest.CaptureFixture[str]
) -> None:
    with show.going():
        for _ in range(700):  # as the watch tells it, five times a second
            show.stage(LOADING, 0.0)
            show.after(0.2)
    assert lines(capsys) == [
        "0.0 s loading the model gemma",
        "60.0 s loading the model gemma",
        "120.0 s loading the model gemma",
    ]


def test_a_count_is_told_at_its_end_and_not_at_every_step(
    show: Show, capsys: pytest.CaptureFixture[str]
) -> None:
    with show.going():
        for number in range(1, 36):
            show.stage(Doing("graphs", str(number), "35"), 0.0)
            show.after(0.5)
    assert lines(capsys) == [
        "0.0 s capturing graphs 1 of 35",
        "10.0 s capturing graphs 21 of 35",
        "17.0 s capturing graphs 35 of 35",
    ]


def test_a_pull_that_is_over_is_told_once(show: Show, capsys: pytest.CaptureFixture[str]) -> None:
    pulling = Pulling()
    with show.going():
        for status in ("Pulling fs layer", "Download complete", "Pull complete"):
            pulling.take({"status": status, "id": "a"})
            show.pull(pulling)
        for _ in range(5):
            pulling.take({"status": "Status: Downloaded newer image"})
            show.pull(pulling)
    assert [one.partition("layers ")[2] for one in lines(capsys)] == ["0 of 1", "1 of 1"]


def test_a_parting_word_in_a_pipe_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    parting("stopped; " + "word " * 40)
    assert capsys.readouterr().err.count("\n") == 1
