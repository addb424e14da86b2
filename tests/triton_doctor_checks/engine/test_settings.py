"""Changes of several arguments of a model.json at once."""

from __future__ import annotations

import json

import pytest

from triton_doctor.repairs import Edit
from triton_doctor_checks.engine.settings import Settings


def after(text: str, **values: object) -> str:
    """The file with every step done, from its end on as they are carried out."""
    edits = [step.act for step in Settings("m", "model.json", text).put_all(values)]
    for edit in sorted(edits, key=lambda one: -_start(text, one)):
        assert isinstance(edit, Edit)
        start = _start(text, edit)
        text = text[:start] + edit.new + text[start + len(edit.old) :]
    return text


def _start(text: str, edit: object) -> int:
    assert isinstance(edit, Edit)
    return sum(len(one) + 1 for one in text.split("\n")[: edit.line - 1]) + edit.column - 1


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"model": "m"}',
        '{"model": "m", "max_num_seqs": 256}',
        '{\n  "model": "m"\n}\n',
        '{\n  "max_num_seqs": 256,\n  "model": "m"\n}\n',
        '{"max_num_batched_tokens": 1, "max_num_seqs": 2}',
    ],
)
def test_all_arguments_have_their_value_and_the_others_stay(text: str) -> None:
    steps = {"max_num_seqs": 16, "max_num_batched_tokens": 1024}
    assert json.loads(after(text, **steps)) == {**json.loads(text), **steps}
