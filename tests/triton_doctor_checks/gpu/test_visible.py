"""Which GPUs a container gets and CUDA finds there; the lines were those of two real H200."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.gpu.cases import fake_gpu, recorded
from triton_doctor_checks.gpu.visible import handed, view

TWO = recorded("two-gpus-deep").reading.gpus
FIRST = TWO[0].uuid


@pytest.mark.parametrize(
    ("visible", "found", "lost"),
    [
        (None, [0, 1], None),
        ("0,1", [0, 1], None),
        ("1,0", [1, 0], None),
        (" 1 , 0", [1, 0], None),
        ("1", [1], None),
        ("01", [1], None),
        ("", [], ""),
        ("-1", [], "-1"),
        ("none", [], "none"),
        ("7,0", [], "7"),
        ("0,7", [0], "7"),
        ("0,-1,1", [0], "-1"),
        ("0,", [0], ""),
        ("+1", [1], None),
        ("0;1", [0], None),
        ("0;1,1", [0, 1], None),
        ("1x,0", [1, 0], None),
        ("0 1", [0], None),
        ("0,,1", [0], ""),
        ("0,0", [], "0"),
        ("1,1,0", [], "1"),
        (FIRST, [0], None),
        (FIRST[:12], [0], None),
        (f"GPU-{FIRST[4:].upper()}", [0], None),
        (FIRST.lower(), [], FIRST.lower()),
        (f"{FIRST[:12]},{FIRST[:12]}", [], FIRST[:12]),
        (f"1,{FIRST[:12]}", [1], FIRST[:12]),
        ("GPU-", [], "GPU-"),
        (f"{FIRST[:12]},1", [0], "1"),
        ("GPU-ffffffff,0", [], "GPU-ffffffff"),
    ],
)
def test_what_cuda_found_on_two_real_gpus(
    visible: str | None, found: list[int], lost: str | None
) -> None:
    seen = view(TWO, visible)
    assert ([gpu.index for gpu in seen.gpus], seen.lost, seen.sure) == (found, lost, True)


def test_the_beginning_of_a_uuid_has_a_digit_at_least() -> None:
    assert view(TWO[:1], "GPU-").gpus == ()
    assert view(TWO[:1], FIRST[:5]).gpus == TWO[:1]


def test_which_number_a_gpu_has_among_unlike_ones_is_known_by_the_bus_only() -> None:
    mixed = (fake_gpu("NVIDIA L4"), fake_gpu("Tesla T4", (7, 5), index=1, uuid="GPU-aaaa"))
    assert not view(mixed).sure
    assert not view(mixed, "1").sure
    assert view(mixed, "GPU-aa").sure
    assert view(mixed, "1", "PCI_BUS_ID").sure
    assert not view(mixed, "1", "FASTEST_FIRST").sure


def test_a_container_gets_its_gpus_in_the_order_of_the_bus() -> None:
    assert [gpu.index for gpu in handed(TWO, ("1", "0")).gpus] == [0, 1]
    assert [gpu.index for gpu in handed(TWO, (TWO[1].uuid,)).gpus] == [1]
    assert len(handed(TWO, None).gpus) == 2
    partly = handed(TWO, ("1", "4", "GPU-ffffffff"))
    assert ([gpu.index for gpu in partly.gpus], partly.absent) == ([1], ("4", "GPU-ffffffff"))


def test_numbers_count_what_the_container_has_and_not_the_machine_s_gpus() -> None:
    only = handed(TWO, ("1",)).gpus
    assert [gpu.index for gpu in view(only, "0").gpus] == [1]
    assert view(only, "1").gpus == ()
