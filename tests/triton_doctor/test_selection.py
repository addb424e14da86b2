"""--select and --ignore."""

from __future__ import annotations

import pytest

from tests.triton_doctor.areas import House, area_words
from triton_doctor.api import Answers, Context, sound
from triton_doctor.errors import UsageError
from triton_doctor.knowledge.catalogue import read_area
from triton_doctor.selection import Selection, selection, with_needs


def well(_: Context) -> Answers:
    yield sound(state="dry")


HOUSE = (
    House()
    .add("attic", well)
    .add("cellar", well, ("attic",))
    .add("hall", well, ("cellar",), ("attic/leak", "garden/leak"))
)
HOUSE.catalogue.areas["garden"] = read_area("garden", area_words("garden"), "garden/check.toml")


def choose(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Selection:
    return selection(select, ignore, HOUSE.catalogue, [one.check for one in HOUSE.checks])


def wanted(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[str]:
    chosen = choose(select, ignore)
    return [one.check.id for one in HOUSE.checks if chosen.wants(one.check)]


def test_nothing_chosen_is_everything() -> None:
    assert wanted() == ["attic", "cellar", "hall"]


def test_an_area_is_its_own_check() -> None:
    assert wanted(("attic",)) == ["attic"]


def test_an_area_without_a_check_is_those_that_find_its_problems() -> None:
    assert wanted(("garden",)) == ["hall"]


def test_a_problem_is_whatever_finds_it() -> None:
    assert wanted(("attic/leak",)) == ["attic", "hall"]


def test_an_id_keeps_only_its_own_findings() -> None:
    chosen = choose(("attic/leak",), ())
    assert chosen.has("attic/leak")
    assert not chosen.has("attic/draught")
    assert wanted(("attic/draught",)) == ["attic"]


def test_an_old_name_is_still_understood() -> None:
    assert choose(("attic/wind",), ()).has("attic/draught")


def test_a_check_that_was_named_keeps_what_it_finds_elsewhere() -> None:
    chosen = choose(("hall",), ())
    assert chosen.has("attic/leak", "hall")
    assert not chosen.has("attic/leak", "attic")


def test_ignore_beats_select() -> None:
    chosen = choose(("attic",), ("attic/leak",))
    assert not chosen.has("attic/leak")
    assert chosen.has("attic/draught")
    assert wanted(("attic", "hall"), ("attic",)) == ["hall"]


def test_needs_come_along() -> None:
    checks = [one.check for one in HOUSE.checks]
    assert [one.id for one in with_needs([checks[2]], checks)] == ["attic", "cellar", "hall"]


def test_an_unknown_word_is_guessed() -> None:
    with pytest.raises(UsageError, match=r"--select: 'atic' .*\n.*Did you mean attic\?"):
        choose(("atic",), ())
