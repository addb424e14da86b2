"""Cells of Triton's status table, put together from rows of both generations."""

from __future__ import annotations

from triton_doctor.logs.tables import Cell, Table
from triton_doctor.logs.unwrapping import unwrapped


def cells(rows: str) -> list[Cell]:
    table, found = Table(), []
    for number, row in enumerate(rows.strip().split("\n"), 1):
        found.append(table.feed(number, row.strip()))
    return [cell for cell in [*found, table.end()] if cell]


def test_a_cell_over_rows_of_its_own_lines() -> None:
    told = cells("""
        | gemma | 1 | UNAVAILABLE: Internal: ValueError: no such dtype. Use another one. |
        |       |   |                                                                    |
        |       |   | At:                                                                |
        |       |   |   /a/b.py(3): f                                                    |
        | other | 1 | READY                                                              |
        +-------+---+--------------------------------------------------------------------+
    """)
    assert [cell.model for cell in told] == ["gemma", "other"]
    inner = unwrapped(told[0].text)
    assert inner.text == "ValueError: no such dtype. Use another one."


def test_a_cell_broken_where_its_width_ends() -> None:
    told = cells("""
        | gemma | 1 | UNAVAILABLE: Invalid argument: model output cannot have em |
        |       |   | pty reshape for non-empty dimensions as scalar tensors are |
        |       |   |  not supported for gemma                                   |
    """)
    (cell,) = told
    assert "cannot have empty reshape" in cell.text
    assert "tensors are not supported" in cell.text


def test_layers_come_off() -> None:
    message = (
        "failed to load 'gemma' version 1: Internal: Failed to initialize Python stub: "
        "ValueError: bad\n\nAt:\n  a.py(1): f\n"
    )
    told = unwrapped(message)
    assert (told.text, told.model) == ("ValueError: bad", "gemma")


def test_a_model_that_was_not_even_polled() -> None:
    told = unwrapped("Poll failed for model directory 'notes': Invalid model name: no backend")
    assert told.model == "notes"
