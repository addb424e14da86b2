"""--fix where nobody can be asked: what is applied, what is only shown, and what is said."""

from __future__ import annotations

import json

import pytest

from tests.triton_doctor.commands.place import BROKEN, REPAIRED, Place

KEYS = {
    "problem",
    "where",
    "title",
    "applicability",
    "state",
    "result",
    "reason",
    "entry",
    "diff",
    "steps",
}


def test_yes_repairs_the_root_and_what_it_uncovers(place: Place) -> None:
    done = place.fix("--yes")
    assert done.returncode == 0, done
    assert place.text == REPAIRED
    assert "now seen: gpu_memory_utilisation" in " ".join(done.stdout.split())
    assert done.stderr == ""


def test_the_run_as_data(place: Place) -> None:
    told = place.data("--yes")
    assert told["schema_version"] == 1
    assert told["exit_code"] == 0
    assert told["findings"] == []
    assert [set(one) for one in told["fixes"]] == [KEYS, KEYS]
    assert [(one["problem"], one["state"], one["result"]) for one in told["fixes"]] == [
        ("repository/model-json-syntax", "applied", "fixed"),
        ("repository/unknown-engine-argument", "applied", "fixed"),
    ]
    first = told["fixes"][0]
    assert first["applicability"] == "safe"
    assert '-  "gpu_memory_utilisation": 0.9,\n' in first["diff"]
    assert first["steps"][0]["edit"]["old"] == ","
    ids = [one["entry"] for one in told["fixes"]]
    assert [one["id"] for one in place.journal()] == ids[::-1]


def test_undo_twice_and_the_bytes_are_the_old_ones(place: Place) -> None:
    place.fix("--yes")
    for _ in range(2):
        done = place.doctor("undo")
        assert done.returncode == 0, done
        assert done.stdout.startswith("Undone: ")
    assert place.text == BROKEN
    done = place.doctor("undo")
    assert (done.returncode, done.stdout) == (1, "There is nothing to undo.\n")


def test_a_dry_run_shows_everything_and_changes_nothing(place: Place) -> None:
    done = place.fix("--dry-run")
    assert done.returncode == 1
    assert '-  "gpu_memory_utilisation": 0.9,' in done.stdout
    assert "Nothing was changed (--dry-run)." in done.stdout
    assert place.text == BROKEN
    assert list(place.home.iterdir()) == []
    told = place.data("--dry-run", "--yes")
    assert [one["state"] for one in told["fixes"]] == ["planned"]
    assert place.text == BROKEN


@pytest.mark.parametrize("variables", [{}, {"CI": "true"}, {"TERM": "dumb"}])
def test_without_a_terminal_and_a_word_nothing_is_changed(
    variables: dict[str, str], place: Place
) -> None:
    done = place.fix(**variables)
    assert done.returncode == 1
    assert place.text == BROKEN
    for way in ("--dry-run", "--yes", "--yes=ask"):
        assert way in done.stdout
    (only,) = place.data(**variables)["fixes"]
    assert (only["state"], only["entry"]) == ("skipped", None)
    assert "no terminal" in only["reason"]


def test_yes_alone_leaves_what_has_to_be_asked_for(place: Place) -> None:
    """An argument of another program is renamed only at a person's word."""
    place.arguments.write_text('{\n  "model": "facebook/opt-125m",\n  "max_length": 64\n}\n')
    before = place.text
    told = place.data("--yes")
    waiting = [one for one in told["fixes"] if one["applicability"] == "ask"]
    assert waiting, told["fixes"]
    assert {(one["state"], one["result"]) for one in waiting} == {("skipped", None)}
    assert "--yes=ask" in waiting[0]["reason"]
    assert place.text == before
    told = place.data("--yes=ask")
    assert {one["state"] for one in told["fixes"]} == {"applied"}
    assert place.text != before


def test_what_only_a_person_can_do_stands_at_the_end_with_its_commands(place: Place) -> None:
    (place.model / "config.pbtxt").write_text("backend: 'vllm\n[")
    done = place.fix("--yes")
    assert done.returncode == 1
    _, _, yours = done.stdout.partition("Yours to do")
    assert "config.pbtxt" in yours
    assert "What to do:" in yours
    assert place.text == REPAIRED


def test_an_option_that_wins_over_the_file_leaves_the_fix_to_the_person(place: Place) -> None:
    """A setting would be written to a file that this run does not listen to."""
    place.arguments.write_text(REPAIRED)
    place.model.rename(place.model.with_name("llama"))
    told = place.data("--yes=ask", "--model", "gemma")
    assert {one["state"] for one in told["fixes"]} <= {"shown"}
    assert not (place.here / "triton-doctor.toml").exists()


def test_the_report_of_the_end_goes_to_a_file(place: Place) -> None:
    done = place.fix("--yes", "--output", "fixed.json")
    assert len(json.loads((place.here / "fixed.json").read_text())["fixes"]) == 2
    assert "Fixed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--yes"], "--yes: belongs to --fix"),
        (["--dry-run"], "--dry-run: belongs to --fix"),
        (["--fix", "--yes=all"], "'all' is not one of"),
        (["--fix", "--output", "absent/x.json"], "the folder does not exist"),
        (["undo", "nothing-like-it"], "no repair has the id nothing-like-it"),
        (["init", "--gpu-share", "90"], "--gpu-share: expected a share above 0"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], says: str, place: Place) -> None:
    done = place.doctor(*arguments)
    assert done.returncode == 2, done
    assert says in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "variables",
    [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, {"COLUMNS": "40"}],
)
def test_any_encoding_and_a_narrow_window(variables: dict[str, str], place: Place) -> None:
    done = place.fix("--dry-run", **variables)
    assert (done.returncode, done.stderr) == (1, "")
    done = place.fix("--yes", **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert place.text == REPAIRED


def test_a_file_that_may_not_be_touched_is_a_sentence_and_nothing_else(place: Place) -> None:
    """The file has a second name, which would keep the old text."""
    (place.root / "other.json").hardlink_to(place.arguments)
    told = place.data("--yes")
    (only,) = [one for one in told["fixes"] if one["state"] != "shown"]
    assert (only["state"], only["entry"]) == ("failed", None)
    assert "hard links" in only["reason"]
    assert place.text == BROKEN
    assert "Failed" in place.fix("--yes").stdout


def test_nothing_to_repair_changes_nothing(place: Place) -> None:
    place.arguments.write_text(REPAIRED)
    assert place.data("--yes=ask")["fixes"] == []
    assert place.fix().returncode == 0
    assert list(place.home.iterdir()) == []
