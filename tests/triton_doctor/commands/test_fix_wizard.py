"""The wizard, driven in a real terminal as a person would."""

from __future__ import annotations

import pytest

from tests.terminal import CTRL_C, DOWN, ENTER, UP, Terminal
from tests.triton_doctor.commands.place import BROKEN, ONLY, REPAIRED, Place

FIRST = BROKEN.replace("0.9,", "0.9")


def wizard(place: Place, *more: str, columns: int = 80, **variables: str) -> Terminal:
    env = place.env(**variables)
    return Terminal("--fix", *ONLY, *more, cwd=place.here, env=env, columns=columns)


def test_letters(place: Place) -> None:
    with wizard(place) as seen:
        seen.asked()
        assert "has a comma too many at line 3" in seen.flat
        assert '+ "gpu_memory_utilisation": 0.9' in seen.flat
        assert "`triton-doctor undo` takes this back." in seen.flat
        seen.press("a")
        seen.until("now seen: gpu_memory_utilisation")
        seen.asked()
        assert place.text == FIRST
        seen.press("S")
        assert seen.code() == 1
        assert "Fixed Make model_repository/gemma/1/model.json valid JSON" in seen.flat
        assert "Declined Write gpu_memory_utilization" in seen.flat
    assert place.text == FIRST


def test_arrow_keys_and_the_default_of_a_safe_repair_is_to_apply_it(place: Place) -> None:
    with wizard(place) as seen:
        seen.asked()
        seen.press(ENTER)
        seen.until("now seen")
        seen.asked()
        assert place.text == FIRST
        seen.press(DOWN, DOWN, DOWN, UP, UP, UP, ENTER)
        assert seen.code() == 0
    assert place.text == REPAIRED


def test_the_default_of_what_has_to_be_asked_for_is_to_leave_it(place: Place) -> None:
    place.arguments.write_text(
        before := '{\n  "model": "facebook/opt-125m",\n  "max_length": 64\n}\n'
    )
    with wizard(place) as seen:
        seen.asked()
        assert "> s skip" in seen.flat
        seen.press(ENTER)
        assert seen.code() == 1
    assert place.text == before
    assert place.journal() == []


def test_the_diff_and_then_the_same_question(place: Place) -> None:
    with wizard(place) as seen:
        seen.asked()
        assert "@@" not in seen.text
        seen.press("d")
        seen.asked()
        assert "@@ -1,4 +1,4 @@" in seen.text
        assert '-  "gpu_memory_utilisation": 0.9,' in seen.text
        assert place.text == BROKEN
        seen.press("q")
        assert seen.code() == 1
    assert place.text == BROKEN


def test_skip_all_asks_nothing_more(place: Place) -> None:
    other = place.here / "model_repository/llama/1/model.json"
    other.parent.mkdir(parents=True)
    other.write_text(BROKEN)
    (other.parents[1] / "config.pbtxt").write_text((place.model / "config.pbtxt").read_text())
    with wizard(place, "--model", "gemma", "--model", "llama") as seen:
        seen.asked()
        seen.press("q")
        assert seen.code() == 1
        assert seen.text.count("What now?") == 1
        assert seen.flat.count("You skipped it") == 2
    assert (place.text, other.read_text()) == (BROKEN, BROKEN)
    assert list(place.home.iterdir()) == []


def test_whoever_leaves_at_the_first_question_has_changed_nothing(place: Place) -> None:
    with wizard(place) as seen:
        seen.asked()
        seen.press(CTRL_C)
        assert seen.code() == 130
        assert "stopped; nothing had been changed" in seen.flat
        assert "Traceback" not in seen.text
    assert place.text == BROKEN


def test_ctrl_c_later_says_what_stays_and_undo_takes_it_back(place: Place) -> None:
    with wizard(place) as seen:
        seen.asked()
        seen.press("a")
        seen.until("now seen")
        seen.asked()
        seen.press(CTRL_C)
        assert seen.code() == 130
        assert "stopped; repairs done before that stay: 1." in seen.flat
    assert place.text == FIRST
    assert [one["state"] for one in place.journal()] == ["applied"]
    assert place.doctor("undo").returncode == 0
    assert place.text == BROKEN


@pytest.mark.parametrize(
    "variables", [{}, {"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_a_narrow_window_and_old_code_pages(variables: dict[str, str], place: Place) -> None:
    with wizard(place, columns=40, **variables) as seen:
        seen.asked()
        assert "a  apply" in seen.text
        seen.press("a")
        seen.until("now seen")
        seen.asked()
        seen.press("a")
        assert seen.code() == 0
        assert "Traceback" not in seen.text
    if variables.get("PYTHONIOENCODING") == "ascii":
        assert seen.raw.isascii()
    assert place.text == REPAIRED


@pytest.mark.parametrize("variables", [{"CI": "true"}, {"TERM": "dumb"}])
def test_a_pipeline_and_a_dumb_terminal_are_not_asked(
    variables: dict[str, str], place: Place
) -> None:
    with wizard(place, **variables) as seen:
        assert seen.code() == 1
        assert "Nothing was changed: there is no terminal here to ask at" in seen.flat
    assert place.text == BROKEN


def test_yes_in_a_terminal_asks_nothing(place: Place) -> None:
    with wizard(place, "--yes") as seen:
        assert seen.code() == 0
        assert "What now?" not in seen.text
    assert place.text == REPAIRED


def test_a_file_that_an_editor_changed_while_the_question_was_open(place: Place) -> None:
    """What was shown is not what would be written now, so it is shown and asked for once more."""
    with wizard(place) as seen:
        seen.asked()
        place.arguments.write_text(edited := BROKEN.replace("0.9", "0.5"))
        seen.press("a")
        seen.until("failed")
        seen.asked()
        assert "is not what it was when the doctor looked" in seen.flat
        assert place.text == edited
        assert '+ "gpu_memory_utilisation": 0.5' in seen.flat
        seen.press("a")
        seen.until("now seen")
        seen.asked()
        seen.press("q")
        assert seen.code() == 1
    assert place.text == edited.replace("0.5,", "0.5")


def test_the_other_way_to_the_same_end(place: Place) -> None:
    """The folder may be given the model's name, or the model be named as its folder is."""
    place.arguments.write_text(REPAIRED)
    place.model.rename(place.model.with_name("gema"))
    with wizard(place) as seen:
        seen.asked()
        assert "Repair:" in seen.text
        assert "Or:" in seen.text
        assert "> s skip" in seen.flat
        seen.press("o")
        assert seen.code() == 0
    assert (place.here / "triton-doctor.toml").read_text().strip() == 'model = ["gema"]'
    assert place.model.with_name("gema").is_dir()
    assert place.doctor("undo").returncode == 0
    assert not (place.here / "triton-doctor.toml").exists()
