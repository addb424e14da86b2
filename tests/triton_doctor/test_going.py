"""The one line of a launch in a terminal, in windows of different widths."""

from __future__ import annotations

import pytest

from triton_doctor.ui.launching import fitted

TEXT = "fetching the image: 2 MiB of 13 MiB, layers 0 of 2"


@pytest.mark.parametrize(
    ("room", "line"),
    [
        (80, f"{TEXT} … 12 s, 41 s in all"),
        (60, f"{TEXT} … 12 s"),
        (37, "fetching the image: 2 MiB of … 12 s"),
        (20, "fetching the … 12 s"),
        (5, " … 12 s"),
    ],
)
def test_the_clock_is_shown_in_every_window(room: int, line: str) -> None:
    assert fitted(TEXT, " … 12 s", ", 41 s in all", room) == line
