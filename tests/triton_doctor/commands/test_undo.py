"""undo: the last or a named one, refused where a file has changed, asked before commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import hold
from tests.terminal import ENTER, Terminal
from tests.triton_doctor.commands.place import BROKEN, Place
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Journal
from triton_doctor.fixing.prepare import prepare
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.local import LocalHost
from triton_doctor.repairs import Applicability, Command, Fix, Step


@pytest.fixture
def ran(place: Place) -> Path:
    """A repair that was a command, with the command that takes it back."""
    made = place.here / "made"
    act = Command(("touch", str(made)), back=("rm", str(made)))
    fix = Fix("Make it", Applicability.ASK, (Step("touch", act),))
    journal = Journal(str(place.home / ".local/state/triton-doctor/journal"))
    carrier = Carrier(LocalHands(interactive=False), journal, lambda _: None)
    carrier.apply(prepare(fix, LocalHost(), "triton-doctor.toml"), "a/missing")
    assert made.exists()
    return made


def test_a_file_that_was_changed_since_is_left_alone(place: Place) -> None:
    place.fix("--yes")
    place.arguments.write_text("{}")
    done = place.doctor("undo")
    assert done.returncode == 1
    assert "so nothing was taken back" in " ".join(done.stdout.split())
    assert str(place.arguments) in done.stdout.replace("\n", "")
    assert place.text == "{}"


def test_an_earlier_one_by_its_id_waits_for_the_later_ones(place: Place) -> None:
    place.fix("--yes")
    last, first = (one["id"] for one in place.journal())
    refused = place.doctor("undo", first)
    assert refused.returncode == 1
    assert f"triton-doctor undo {last}" in refused.stdout
    assert place.doctor("undo", last).returncode == 0
    assert place.doctor("undo", first).returncode == 0
    assert place.text == BROKEN
    again = place.doctor("undo", first)
    assert again.returncode == 1
    assert "was undone already" in " ".join(again.stdout.split())


def test_as_data(place: Place) -> None:
    place.fix("--yes")
    done = place.doctor("undo", "--format", "json")
    told = hold("undo-1.json", done.stdout)
    assert told["exit_code"] == done.returncode
    assert (told["schema_version"], told["state"], told["reason"]) == (1, "undone", None)
    assert told["entry"]["paths"] == [str(place.arguments)]
    place.doctor("undo")
    told = hold("undo-1.json", place.doctor("undo", "--format", "json").stdout)
    assert (told["entry"], told["state"]) == (None, "refused")


def test_the_list(place: Place) -> None:
    assert "The journal is empty" in place.doctor("undo", "--list").stdout
    place.fix("--yes")
    place.doctor("undo")
    listed = place.doctor("undo", "--list").stdout
    first, second = (line for line in listed.splitlines() if line.startswith("20"))
    assert first.endswith("undone")
    assert second.endswith("applied")
    assert "repository/model-json-syntax" in listed


def test_a_command_is_run_at_a_word_only(place: Place, ran: Path) -> None:
    done = place.doctor("undo")
    assert done.returncode == 1
    assert "--yes" in done.stdout
    assert ran.exists()
    assert place.doctor("undo", "--yes").returncode == 0
    assert not ran.exists()


@pytest.mark.parametrize(("key", "code"), [("n", 1), ("y", 0), (ENTER, 1)])
def test_in_a_terminal_it_is_asked_for(key: str, code: int, place: Place, ran: Path) -> None:
    with Terminal("undo", cwd=place.here, env=place.env(), columns=200) as seen:
        seen.until("Run it?")
        assert (
            f"rm {ran}" in seen.flat.replace(" ", "").replace("rm", "rm ", 1) or "rm " in seen.flat
        )
        seen.press(key)
        assert seen.code() == code
    assert ran.exists() == bool(code)
