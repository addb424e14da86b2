"""Safe fixes of a model.json that is nearly JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, Workshop
from tests.triton_doctor_checks.repository.test_json_places import applied
from triton_doctor.fixing.texts import edited
from triton_doctor.repairs import Applicability
from triton_doctor_checks.repository.json_repair import escaped, repaired

MEANT = {"model": "m", "seed": 1}
SLIPS = [
    '{"model": "m", "seed": 1,}',
    '{"model": "m"\n "seed": 1}',
    '{"model": "m", // which\n "seed": 1 # why\n}',
    '{/* all */"model": "m", "seed": 1}',
    "{'model': 'm', 'seed': 1,}",
    '{model: "m", seed: 1}',
    '```json\n{"model": "m", "seed": 1}\n```\n',
    '[{"model": "m", "seed": 1}]',
    "{\u201cmodel\u201d: \u201cm\u201d, \u201cseed\u201d: 1}",
]


@pytest.mark.parametrize("text", SLIPS)
def test_slips_are_put_right(shop: Workshop, text: str) -> None:
    fix = shop.arguments(text).findings[0].fix
    assert fix is not None
    assert fix.applicability is Applicability.SAFE
    assert json.loads(applied(text, fix.steps[0].edit)) == MEANT


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ('{"model": "m", "seed": 1', "}"),
        ('{\n "model": "m",\n "seed": 1\n', "\n}\n"),
        ('{\n "model": "m", "hf_overrides": {"a": [1', "\n]}}\n"),
    ],
)
def test_what_was_cut_off_is_closed_on_ones_word(shop: Workshop, text: str, end: str) -> None:
    fix = shop.arguments(text).findings[0].fix
    assert fix is not None
    assert (fix.title.split()[0], fix.applicability) == ("Close", Applicability.ASK)
    edits = [step.edit for step in fix.steps if step.edit]
    assert edited(text.encode(), edits).decode() == text.rstrip() + end


@pytest.mark.parametrize(
    "text", ['{"model": "m', '{"model": ', '{"model": "m", "seed"', '{"a": [1}']
)
def test_what_was_cut_off_in_the_middle_is_left(shop: Workshop, text: str) -> None:
    assert shop.arguments(text).findings[0].fix is None


def test_pythons_words() -> None:
    assert repaired('{"a": True, "b": [None, False]}') == '{"a": true, "b": [null, false]}'


@pytest.mark.parametrize(
    "text",
    ["", "[]", "[1]", "[{}, {}]", '{"a": 1} {"b": 2}', '{"a": "C:\\x"}', '{"a": 1', "{'it''s': 1}"],
)
def test_what_is_not_sure_is_left(text: str) -> None:
    assert repaired(text) is None


@pytest.mark.parametrize("content", [ARGUMENTS.encode("utf-8-sig"), ARGUMENTS.encode("utf-16")])
def test_marks_and_wide_letters(shop: Workshop, content: bytes) -> None:
    fix = shop.arguments(content).only().fix
    assert fix is not None
    assert fix.steps[0].edit is not None
    assert content.decode(fix.steps[0].edit.encoding) == ARGUMENTS


def test_letters_outside_ascii(shop: Workshop) -> None:
    text = '{"model": "caf\u00e9/\U0001f600"}'
    finding = next(one for one in shop.arguments(text).findings if "ASCII" in one.title)
    assert finding.fix is not None
    after = applied(text, finding.fix.steps[0].edit)
    assert after.isascii()
    assert json.loads(after) == json.loads(text)


@given(st.text())
def test_an_escaped_text_says_the_same(text: str) -> None:
    whole = json.dumps({"a": text}, ensure_ascii=False)
    assert json.loads(escaped(whole)) == {"a": text}


@given(st.text(alphabet="{}[]:,'\"/#` \n\\aTrue1.", max_size=30))
def test_whatever_is_repaired_is_an_object(text: str) -> None:
    result: Any = repaired(text)
    assert result is None or isinstance(json.loads(result), dict)


def test_a_secret_is_not_written_back(shop: Workshop) -> None:
    token = "hf_" + "Ab3" * 11 + "z"
    finding = shop.arguments(f"{{'hf_token': '{token}', 'model': 'm'}}").only()
    assert finding.fix is None or token not in repr(finding.fix)
