"""Whatever stands in model.json ends in findings or in health, never in a traceback."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.triton_doctor_checks.engine.kit import found, image
from triton_doctor_checks.engine import table as tables

RELEASES = [
    image(vllm, tag)
    for vllm, tag in [
        ("0.2.0", "23.10"), ("0.4.0.post1", "24.05"), ("0.5.5", "24.10"), ("0.8.4", "25.05"),
        ("0.9.0rc1", "25.06"), ("0.9.2", "25.08"), ("0.13.0", "26.01"), ("0.27.1", "26.08"),
        (None, "27.01"),
    ]
]  # fmt: skip
NAMES = st.sampled_from(tables.every_name()) | st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(NAMES, VALUES, max_size=5), st.sampled_from(RELEASES))
def test_any_settings(values: dict[str, Any], release: Any) -> None:
    for one in found(json.dumps(values), release):
        assert one.where
        assert one.where.startswith("model_repository/gemma/1/model.json:")


@given(VALUES, st.sampled_from(RELEASES))
def test_any_model(value: Any, release: Any) -> None:
    found(json.dumps({"model": value}), release)


@given(st.sampled_from(tables.every_name()), VALUES, st.sampled_from(RELEASES[:-1]))
def test_a_name_of_another_version_is_told(name: str, value: Any, release: Any) -> None:
    told = [one.case for one in found(json.dumps({"model": "m", name: value}), release)]
    known = tables.arguments(release.vllm)
    assert known is not None
    if name not in known:
        assert told
