"""The doctor's verdicts beside those of vLLM's own classes, in three versions.

An error of ours has to be refused there, and what is refused there has to be an error here, except
for what `differences.py` lists, with its reason.
"""

from __future__ import annotations

import json

import pytest

from tests.lab.vllm_cases import cases
from tests.triton_doctor_checks.engine.differences import (
    DIFFERENCES,
    PAGE,
    differences,
    disagreements,
    page,
)
from tests.triton_doctor_checks.engine.recorded import VERSIONS, judged, recorded, taken
from triton_doctor_checks.engine import table as tables


def test_no_verdict_differs_without_a_reason_and_no_reason_outlives_its_case() -> None:
    seen, listed = set(disagreements()), set(differences())
    assert (sorted(seen - listed), sorted(listed - seen)) == ([], []), "(to list, to take out)"


def test_a_difference_is_listed_once_and_has_a_reason() -> None:
    places = [place for one in DIFFERENCES for place in one.each()]
    assert len(places) == len(set(places))
    assert all(one.why for one in DIFFERENCES)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_recording_is_of_the_cases_as_they_are(version: str) -> None:
    seen = recorded(version)
    assert seen["vllm"].partition(".post")[0] == version
    assert seen["platform"] == "Gpu"
    assert list(seen["cases"]) == list(cases())
    assert {answer["stage"] for answer in seen["cases"].values()} <= {
        *("construct", "model-config", "engine-config", "choose", "taken")
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_enough_sound_and_enough_broken_ones_were_asked(version: str) -> None:
    sound = [line for line in recorded(version)["cases"] if taken(version, line)]
    assert len(sound) >= 100
    assert len(recorded(version)["cases"]) - len(sound) >= 100


@pytest.mark.parametrize("version", VERSIONS)
def test_every_name_that_the_class_does_not_know_is_found_as_such(version: str) -> None:
    for line, answer in recorded(version)["cases"].items():
        if (answer["error"] or "").startswith("TypeError: AsyncEngineArgs.__init__() got an unexp"):
            assert judged(version, line)[1].startswith("unknown-engine-argument"), line


def test_what_only_a_cpu_refuses_is_no_error() -> None:
    only = [
        (version, line)
        for version in VERSIONS
        for line, answer in recorded(version)["cases"].items()
        if answer["stage"] == "taken" and answer.get("cpu", answer)["stage"] != "taken"
    ]
    assert len(only) > 10
    assert [place for place in only if judged(*place)[0] and place not in differences()] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_choices_are_those_of_the_real_class(version: str) -> None:
    known = tables.arguments(version)
    assert known is not None
    fields = recorded(version)["fields"]
    real = {name: field["choices"] for name, field in fields.items() if "choices" in field}
    assert len(real) > 5
    wrong = {
        name: (choices, known[name].choices)
        for name, choices in real.items()
        if "list" not in known[name].kinds  # there the choices are those of its elements
        and {json.dumps(one) for one in choices} != {json.dumps(one) for one in known[name].choices}
    }
    assert wrong == {}


def test_the_page_says_what_was_compared() -> None:
    old = PAGE.read_text("utf-8")
    assert page(old) == old, "run: python -m tests.triton_doctor_checks.engine.differences"
