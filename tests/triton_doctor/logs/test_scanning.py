"""Lines out of blocks: right numbers, bounded memory, whatever the cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_doctor.logs.scanning import END, Line, Scanner


def places(data: bytes) -> list[int]:
    found, at = [], data.find(b"needle")
    while at >= 0:
        found.append(at)
        at = data.find(b"needle", at + 1)
    return found


def scanned(blocks: list[bytes]) -> tuple[list[Line], int]:
    scanner = Scanner(places, lambda _line: True)
    lines = [line for block in blocks for line in scanner.feed(block)]
    lines += scanner.finish()
    return lines, scanner.lines


@given(st.lists(st.sampled_from([b"", b"hay", b"a needle", b"needle needle"])), st.integers(1, 9))
def test_numbers_do_not_depend_on_the_cut(lines: list[bytes], size: int) -> None:
    data = b"\n".join(lines)
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    found, count = scanned(blocks)
    whole = data.split(b"\n")
    assert found == [Line(n, line) for n, line in enumerate(whole, 1) if b"needle" in line]
    assert count == len(whole) - (not whole[-1])


@pytest.mark.parametrize("size", [1 << 16, 1 << 20])
def test_a_line_without_an_end_is_kept_in_part(size: int) -> None:
    data = b"one\nneedle " + b"x" * (10 << 20) + b" needle\nneedle\n"
    found, count = scanned([data[at : at + size] for at in range(0, len(data), size)])
    assert [line.number for line in found] == [2, 3]
    assert found[0].raw.startswith(b"needle")
    assert found[0].raw.endswith(b" needle")
    assert count == 3


def test_memory_of_an_endless_line_is_bounded() -> None:
    scanner = Scanner(places, lambda _line: True)
    for _ in range(200):
        assert list(scanner.feed(b"x" * (1 << 20))) == []
    (kept,) = [len(scanner._rest) + len(scanner._head)]
    assert kept <= 3 * END


def test_lines_that_are_asked_for() -> None:
    scanner = Scanner(places, lambda _line: True)
    found = []
    for line in scanner.feed(b"hay\nneedle\na\nb\nc\nneedle\nd\n"):
        found.append(line.raw)
        if line.number == 2:
            scanner.want(2)
    assert found == [b"needle", b"a", b"b", b"needle"]
