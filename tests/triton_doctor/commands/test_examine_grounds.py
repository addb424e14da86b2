"""A part of a check that stands on another check's ground: told there, and never green."""

from __future__ import annotations

from tests.triton_doctor.test_as_text import finding
from triton_doctor.commands.examine_grounds import grounded
from triton_doctor.model import Doubt, Outcome, Result, Severity
from triton_doctor.record import replace

PART = Doubt("The volume could not be looked into", because="docker")
OTHER = Doubt("The Hub was not asked")
DOWN = Result(
    "docker", "Docker", Outcome.FOUND, 0.1, findings=(replace(finding(), blocks=True),), blocks=True
)


def weights(*doubts: Doubt, **more: object) -> Result:
    reason = "; ".join(one.reason for one in doubts)
    whole = Result("weights", "Weights", Outcome.COULD_NOT_TELL, 0.1, reason, doubts=doubts)
    return replace(whole, **more)


def judged(one: Result, docker: Result | None = None, *, aside: tuple[str, ...] = ()) -> Result:
    every = [*([docker] if docker else []), one]
    return grounded(every, dict.fromkeys(aside, ""), "en")[-1]


def test_what_the_other_check_found_is_told_there_alone() -> None:
    told = judged(weights(PART), DOWN)
    assert (told.outcome, told.caused_by, told.doubts) == (Outcome.SKIPPED, "docker", ())
    assert told.reason == "The Docker daemon does not answer"


def test_an_error_found_there_is_a_word_of_it_and_a_warning_is_none() -> None:
    for severity, outcome in (
        (Severity.ERROR, Outcome.SKIPPED),
        (Severity.WARNING, Outcome.COULD_NOT_TELL),
    ):
        docker = replace(DOWN, findings=(finding(severity=severity),), blocks=False)
        assert judged(weights(PART), docker).outcome is outcome


def test_without_a_word_from_there_it_is_told_here() -> None:
    sound = Result("docker", "Docker", Outcome.PASSED, 0.1)
    for docker in (None, sound):
        assert judged(weights(PART), docker) == weights(PART)


def test_what_else_could_not_be_told_stays() -> None:
    assert judged(weights(PART, OTHER), DOWN) == weights(PART, OTHER)
    half = weights(PART, healthy="a: all files are whole")
    assert judged(half, DOWN) == half, "a part was looked at, and is not green for the whole"


def test_a_part_that_is_not_for_here() -> None:
    told = judged(weights(PART), aside=("docker",))
    assert (told.outcome, told.not_here, told.doubts) == (Outcome.SKIPPED, True, ())
    assert told.reason == "it needs docker, which is not for here"


def test_the_rest_of_a_check_of_which_a_part_is_not_for_here() -> None:
    told = judged(weights(PART, OTHER), aside=("docker",))
    assert (told.outcome, told.doubts, told.reason) == (
        Outcome.COULD_NOT_TELL,
        (OTHER,),
        OTHER.reason,
    )
    told = judged(weights(PART, healthy="a: all files are whole"), aside=("docker",))
    assert (told.outcome, told.doubts) == (Outcome.PASSED, ())
    assert told.healthy == "a: all files are whole; the rest needs docker, which is not for here"
    both = weights(PART, outcome=Outcome.FOUND, findings=(finding("weights/incomplete"),))
    assert judged(both, aside=("docker",)).outcome is Outcome.FOUND
