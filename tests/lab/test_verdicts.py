"""On every case the doctor and a real tritonserver agree, or the page says why they do not."""

from __future__ import annotations

import pytest

from tests.lab.bench import Lab
from tests.lab.verdicts import page, run
from tests.lab.verdicts.compare import Doctor, Server, disagreement

# The fixture loads every case; on a machine that does much else, that takes minutes.
pytestmark = pytest.mark.timeout(900)
AGAIN = "run: python -m tests.lab.verdicts"


@pytest.fixture(scope="module")
def rows(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> run.Rows:
    return run.compared(lab, tmp_path_factory.mktemp("verdicts"))


def test_both_agree_or_the_reason_is_known(rows: run.Rows) -> None:
    unknown = [one for one in rows.values() if one.differs and not one.reason]
    assert unknown == []


def test_the_recording_is_what_was_seen(rows: run.Rows) -> None:
    recorded = run.load()
    changed = {name: (recorded.get(name), one) for name, one in rows.items()}
    assert {name: both for name, both in changed.items() if both[0] != both[1]} == {}, AGAIN
    assert set(recorded) == set(rows), AGAIN


def test_the_page_shows_the_recording() -> None:
    old = page.PAGE.read_text("utf-8")
    assert page.text(old, run.load()) == old, AGAIN


def test_enough_is_compared() -> None:
    recorded = run.load()
    sound = [one for one in recorded.values() if one.server == "ready"]
    assert len(recorded) >= 150
    assert min(len(sound), len(recorded) - len(sound)) >= 50


def test_a_disagreement_is_noticed() -> None:
    ready, mute = Server("ready"), Server("crashed")
    refused = Server("refused", ("load failed for model 'm': not in the catalogue",))
    ours = Doctor({"repository/bad-layout"})
    doubt = Doctor(doubts=["m was not read"])
    assert disagreement(ready, ours) == "the server takes it"
    assert disagreement(ready, doubt) == "the doctor could not tell"
    assert disagreement(refused, Doctor()) == "the doctor did not foresee it"
    assert disagreement(refused, ours) == "no id for its words"
    named = Server("refused", ("Could not determine backend for model 'm'",))
    assert disagreement(named, Doctor({"repository/name-mismatch"})) == "another id"
    assert [disagreement(*both) for both in ((ready, Doctor()), (mute, ours))] == ["", ""]
