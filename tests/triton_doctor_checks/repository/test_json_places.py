"""Where names and values stand in a JSON text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_doctor_checks.repository.json_places import lifted, members, replaced, without

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=6)
LAYOUT = {"indent": st.sampled_from([None, 0, 2, "\t"]), "ascii_only": st.booleans()}


@given(value=OBJECTS, **LAYOUT)
def test_what_is_found_is_what_pythons_reader_reads(
    value: dict[str, Any], indent: Any, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    every = members(text)
    assert [one.name for one in every] == list(value)
    for one in every:
        assert json.loads(text[one.start : one.name_end]) == one.name
        inner = text[one.value_start : one.end]
        assert repr(json.loads(inner)) == repr(one.value) == repr(value[one.name])


@given(value=OBJECTS.filter(bool), data=st.data(), **LAYOUT)
def test_a_member_taken_out_leaves_the_others(
    value: dict[str, Any], data: st.DataObject, indent: Any, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    every = members(text)
    member = data.draw(st.sampled_from(every))
    step = without("model.json", text, every, member)
    if "***" in text:
        return
    assert step is not None
    rest = {name: one for name, one in value.items() if name != member.name}
    assert repr(json.loads(applied(text, step.edit))) == repr(rest)


@given(inner=OBJECTS.filter(bool), **LAYOUT)
def test_an_object_lifted_out_is_read_the_same(
    inner: dict[str, Any], indent: Any, ascii_only: bool
) -> None:
    text = json.dumps({"engine_args": inner}, indent=indent, ensure_ascii=ascii_only)
    step = lifted("model.json", text, members(text)[0])
    if "***" in text:
        return
    assert step is not None
    assert repr(json.loads(applied(text, step.edit))) == repr(inner)


def applied(text: str, edit: Any) -> str:
    start = sum(len(line) + 1 for line in text.split("\n")[: edit.line - 1]) + edit.column - 1
    assert text[start:].startswith(edit.old)
    return text[:start] + str(edit.new) + text[start + len(edit.old) :]


def test_a_repeated_name_is_found_twice() -> None:
    assert [one.value for one in members('{"a": 1, "a": [2, {"a": 3}]}')] == [1, [2, {"a": 3}]]


@pytest.mark.parametrize("text", ["[]", '"a"', "", "  3"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no object"):
        members(text)


def test_a_starred_secret_is_never_written_back() -> None:
    text = '{"hf_token": "*************"}'
    assert replaced("model.json", text, 0, len(text), "{}") is None
