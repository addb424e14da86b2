"""Which GPUs an image's code knows, on the real rows of releases and toolkits."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.gpu.cases import row, rules
from triton_doctor.record import replace
from triton_doctor_checks.gpu.capability import floor, newness


@pytest.mark.parametrize(
    ("tag", "least"),
    [("23.10", (7, 0)), ("24.12", (7, 0)), ("25.06", (7, 5)), ("25.09", (7, 5)), ("26.08", (7, 5))],
)
def test_floor_of_an_image(tag: str, least: tuple[int, int]) -> None:
    assert floor(row(tag), rules(row(tag))) == least


def test_floor_without_vllm_is_the_image_s_own() -> None:
    plain = replace(row("24.12"), vllm_variant=False)
    assert floor(plain, rules(plain)) == (6, 0)
    unknown = replace(plain, min_capability=None)
    assert floor(unknown, replace(rules(plain), least_capability=None)) is None


@pytest.mark.parametrize(
    ("capability", "cuda", "expected"),
    [
        ((9, 0), "12.9.0", "known"),
        ((7, 5), "12.9.0", "known"),
        ((12, 0), "12.8.0", "known"),
        ((12, 0), "12.6.3", "foreign"),
        ((10, 0), "12.6.3", "foreign"),
        ((10, 3), "12.8.1", "same-major"),
        ((10, 3), "12.6.3", "foreign"),
        ((12, 1), "12.8.0", "same-major"),
        ((8, 9), "11.7.0", "same-major"),
        ((8, 7), "12.9.0", "known"),
        ((14, 0), "13.4.1", "unknown"),
        ((9, 0), None, "unknown"),
    ],
)
def test_newness(capability: tuple[int, int], cuda: str | None, expected: str) -> None:
    known = rules(replace(row("25.06"), cuda=cuda))
    assert newness(capability, known) == expected
