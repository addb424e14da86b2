"""What authors of checks use: places in a text, edits as plans, data files of their own."""

from __future__ import annotations

import pytest

from triton_doctor.api import data, edit, pointed, spot
from triton_doctor.repairs import Edit

TEXT = 'name: "gemma"\nmax_batch_size: 256\n'


def test_spot_counts_lines_and_columns_from_one() -> None:
    assert [spot(TEXT, 0), spot(TEXT, TEXT.index("256"))] == [(1, 1), (2, 17)]


def test_pointed_marks_the_column_below_the_line() -> None:
    assert pointed(TEXT, 2, 17) == ("2 | max_batch_size: 256", " " * 20 + "^")
    assert pointed(TEXT, 9, 1) == ()


def test_a_long_line_is_cut_around_the_place() -> None:
    shown, mark = pointed("x" * 500 + "Y" + "z" * 500, 1, 501)
    assert len(shown) < 120
    assert shown[mark.index("^")] == "Y"


def test_an_edit_shows_the_lines_before_and_after() -> None:
    step = edit("m/config.pbtxt", TEXT, 2, 17, "256", "0")
    assert step.show == "m/config.pbtxt:2\n- max_batch_size: 256\n+ max_batch_size: 0"
    assert step.edit == Edit("m/config.pbtxt", 2, 17, "256", "0")
    assert step.argv == ()


def test_an_edit_that_takes_out_lines_shows_them_all() -> None:
    step = edit("c", 'a\n{ "b": {\n"c": 1\n} }', 2, 3, '"b": {\n"c": 1\n}', '"c": 1')
    assert step.show == 'c:2\n- { "b": {\n- "c": 1\n- } }\n+ { "c": 1 }'


def test_an_edit_of_what_is_not_there_is_a_mistake_of_the_author() -> None:
    with pytest.raises(ValueError, match="c:1:1 does not hold 'b'"):
        edit("c", "a", 1, 1, "b", "")


def test_data_is_a_file_of_the_checks_own_package() -> None:
    assert "release" in data("triton_doctor.probes.data", "triton_releases.toml")
