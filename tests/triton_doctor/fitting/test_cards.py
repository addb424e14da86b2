"""Cards by what people call them."""

from __future__ import annotations

import pytest

from triton_doctor.fitting.cards import alike, card, names


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("H100 80GB", "H100 80GB"),
        ("h100", "H100 80GB"),  # the one of 94 GB is called H100 NVL
        ("H100 NVL", "H100 NVL 94GB"),
        ("NVIDIA H100 80GB HBM3", "H100 80GB"),
        ("RTX 4090", "RTX 4090 24GB"),
        ("nvidia geforce rtx 4090", "RTX 4090 24GB"),
        ("A100", None),  # 40 or 80 GB: a guess would be wrong for half of those who ask
        ("A100 40 GB", "A100 40GB"),
        ("NVIDIA A100-SXM4-80GB", "A100 80GB"),
        ("L40S", "L40S 48GB"),
        ("L4", "L4 24GB"),
        ("rtx3090ti", "RTX 3090 24GB"),
        ("RTX4090", "RTX 4090 24GB"),
        ("4060 Ti", None),  # 8 or 16 GB
        ("0GiB", None),
        ("99999999GiB", None),
        ("Tesla T4", "T4 16GB"),
        ("T4", "T4 16GB"),
        ("80GB HBM3", None),
        ("banana", None),
        ("", None),
    ],
)
def test_a_name_is_one_card_or_none(said: str, meant: str | None) -> None:
    found = card(said)
    assert (found.name if found else None) == meant


@pytest.mark.parametrize(("said", "gib"), [("24GiB", 24), ("24 gib", 24), ("8192MiB", 8)])
def test_a_bare_size_is_a_card(said: str, gib: int) -> None:
    found = card(said)
    assert found is not None
    assert found.total == gib * 2**30
    assert found.capability is None


def test_what_a_card_is_sold_as_is_more_than_cuda_sees() -> None:
    for name, gib in (("80GB", 79.18), ("24GB", 23.55), ("8GB", 8.0)):
        found = card(name)
        assert found is not None
        assert abs(found.total - gib * 2**30) <= found.error + 1


def test_what_was_meant_is_named() -> None:
    assert alike("A100") == ["A100 80GB", "A100 40GB"]
    assert alike("banana") == []


def test_every_card_finds_itself() -> None:
    for name in names():
        found = card(name)
        assert found is not None
        assert found.name == name


def test_only_measured_cards_are_exact() -> None:
    exact = {name for name in names() if (found := card(name)) and found.error == 0}
    assert exact == {"H100 80GB", "H200 141GB"}
