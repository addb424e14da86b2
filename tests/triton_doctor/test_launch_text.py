"""What `launch` says of an end and of a good start, in a narrow window too; and as data."""

from __future__ import annotations

import pytest

from tests.published import hold
from tests.triton_doctor.fixing.made import ASK, finding, repair
from triton_doctor.knowledge.house import phrases
from triton_doctor.launching.outcome import Died, End, Lost, Ready, Refused, Silent
from triton_doctor.model import Severity
from triton_doctor.report.launch_json import Launched, Start, launch_as_json
from triton_doctor.report.launch_text import LaunchText

TOKEN = "hf_" + "KqWvYzTnBdRmXsLpGhJcFaEuQoNiDwVtZy"


def said(end: End, models: tuple[str, ...] = (), width: int = 80) -> str:
    lines = [one.text for one in LaunchText(phrases(), width).ended(end, models)]
    assert max(map(len, lines)) <= width
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("width", [40, 80])
def test_each_end_is_told(width: int) -> None:
    assert "exit code 137 after 3.2 s" in said(Died(137, 3.21), width=width)
    assert "No sign of life for 300 s" in said(Silent(300.0), width=width)
    assert "The engine refused: port is taken" in said(Refused("port is taken"), width=width)
    assert "does not answer any more: gone" in said(Lost("gone"), width=width)


def test_ready_in_the_table_is_told_only_where_it_never_served() -> None:
    assert "Its table showed gemma READY" in said(Died(1, 9.0), ("gemma", "gemma"))
    assert "table" not in said(Died(1, 9.0))
    after = said(Died(137, 9.0, served=4.0), ("gemma",))
    assert "It had been ready for 4.0 s" in after
    assert "table" not in after


def test_what_the_engine_says_is_cleaned() -> None:
    assert TOKEN not in said(Refused(f"bad {TOKEN}"))


def test_the_stages_that_took_long_are_named() -> None:
    stages = [("starting", 0.2), ("weights", 1.5), ("graphs", 31.0), ("opening", 40.2)]
    lines = LaunchText(phrases(), 100).ready(Ready(40.4, "127.0.0.1:8000"), stages)
    text = "\n".join(one.text for one in lines)
    assert "after 40.4 s, at http://127.0.0.1:8000" in text
    assert "loading weights 30 s, capturing graphs 9 s" in text
    assert "opening" not in text


def test_what_was_done_in_several_stretches_is_told_once() -> None:
    """As vLLM is loaded by three processes one after the other."""
    stages = [("import", 1.0), ("instance", 11.0), ("import", 12.0), ("weights-done", 30.0)]
    stages += [("cache", 42.0), ("warm", 47.0)]
    lines = LaunchText(phrases(), 120).ready(Ready(50.0, "127.0.0.1:8000"), stages)
    told = "\n".join(one.text for one in lines)
    assert "loading vLLM itself 28 s" in told
    assert "measuring memory 12 s" in told
    assert "warmed" not in told


def test_the_outcome_as_data_holds_no_secret() -> None:
    seen = Launched(container="c1", name="n", answer=f"x {TOKEN}", failure=TOKEN)
    seen.starts.append(Start("died", 1.23456, 1, ("gpu/busy",), (("starting", 0.12345),)))
    text = launch_as_json("died", 1, 2.0, seen, ())
    assert TOKEN not in text
    assert text.isascii()
    data = hold("launch-1.json", text)
    assert data["container"] == {"id": "c1", "name": "n"}
    assert data["seconds_to_ready"] is None
    assert data["memory"] is None
    assert data["starts"][0]["stages"] == [{"stage": "starting", "at": 0.123}]


def test_all_of_an_answer_is_never_told_as_sooner_than_its_first_word() -> None:
    lines = LaunchText(phrases(), 80).answered(0.031, 0.042)
    assert "First word after 0.03 s, all of it after 0.04 s." in [one.text for one in lines]


def test_a_repair_is_promised_only_where_a_launch_makes_it() -> None:
    for severity, promised in ((Severity.ERROR, True), (Severity.NOTE, False)):
        one = finding("launch/stopped", severity=severity, fix=repair(how=ASK))
        assert bool(list(LaunchText(phrases(), 80).waiting([one], None))) is promised
