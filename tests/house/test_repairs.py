"""The page of repairs is what the catalogue, the code and the proofs give now."""

from __future__ import annotations

from tests.house.tree import ROOT
from tests.lab.repairs import REPAIRS
from tests.lab.repairs.table import table
from triton_doctor.registry import load_catalogue

OFFERED, PROVEN = 45, 25  # problems, at the least


def test_the_page_is_up_to_date() -> None:
    """Written by `python -m tests.lab.repairs.table > docs/guide/repairs.md`."""
    assert (ROOT / "docs/guide/repairs.md").read_text("utf-8") == table()


def test_every_repair_says_how_it_is_applied() -> None:
    rows = [line.split(" | ") for line in table().splitlines() if line.startswith("| ")][2:]
    assert [row for row in rows if not row[2].strip()] == []


def test_enough_is_offered_and_proven() -> None:
    offered = {one.id for one in load_catalogue().catalogue.problems() if one.fixes}
    proven = {one.problem for one in REPAIRS}
    assert proven <= offered
    assert len(offered) >= OFFERED
    assert len(proven) >= PROVEN
