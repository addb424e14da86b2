"""NVIDIA's compatibility rules as a table, on the real rows of releases and toolkits."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.gpu.cases import fake_gpu, row, rules
from triton_doctor_checks.gpu.driver import class_of, judge_driver, judge_windows


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NVIDIA H200", "data-centre"),
        ("NVIDIA H100 80GB HBM3", "data-centre"),
        ("NVIDIA H100 PCIe", "data-centre"),
        ("NVIDIA A100-SXM4-80GB", "data-centre"),
        ("NVIDIA A10G", "data-centre"),
        ("NVIDIA L40S", "data-centre"),
        ("NVIDIA GH200 480GB", "data-centre"),
        ("NVIDIA B200", "data-centre"),
        ("Tesla T4", "data-centre"),
        ("Tesla V100-SXM2-16GB", "data-centre"),
        ("NVIDIA RTX PRO 6000 Blackwell Server Edition", "data-centre"),
        ("NVIDIA GeForce RTX 4090", "consumer"),
        ("GeForce GTX 1080 Ti", "consumer"),
        ("NVIDIA TITAN RTX", "consumer"),
        ("NVIDIA RTX A6000", "workstation"),
        ("NVIDIA RTX 6000 Ada Generation", "workstation"),
        ("Quadro RTX 8000", "workstation"),
        ("NVIDIA T1000", "workstation"),
        ("NVIDIA A2000", "unknown"),
        ("GRID A100-10C", "unknown"),
        ("NVIDIA GB10", "unknown"),
    ],
)
def test_class_by_name(name: str, expected: str) -> None:
    assert class_of(fake_gpu(name)) == expected


@pytest.mark.parametrize(
    ("tag", "driver", "gpu", "fit", "needed"),
    [
        # 25.06: CUDA 12.9, notes ask for 575; CUDA 12 runs from 525 on.
        ("25.06", "580.159.04", "data-centre", "fits", "575 or later"),
        ("25.06", "575.51.03", "consumer", "fits", "575 or later"),
        ("25.06", "570.26", "consumer", "minor", "575 or later"),
        ("25.06", "570.26", "data-centre", "minor", "575 or later"),
        ("25.06", "535.104.05", "consumer", "minor", "575 or later"),
        ("25.06", "535.104.05", "data-centre", "fits", "575 or later"),
        ("25.06", "535.54.03", "data-centre", "minor", "575 or later"),
        ("25.06", "525.60.13", "consumer", "minor", "575 or later"),
        ("25.06", "515.43.04", "consumer", "too-old", "525 or later"),
        ("25.06", "515.43.04", "data-centre", "too-old", "525 or later"),
        ("25.06", "470.57.02", "data-centre", "fits", "525 or later"),
        ("25.06", "470.42.01", "data-centre", "too-old", "525 or later"),
        ("25.06", "470.57.02", "workstation", "forward-maybe", "525 or later"),
        ("25.06", "470.57.02", "unknown", "forward-maybe", "525 or later"),
        ("25.06", "470.57.02", "consumer", "too-old", "525 or later"),
        ("25.06", "515.43.04", "workstation", "too-old", "525 or later"),
        # 25.08 and later: CUDA 13, which wants 580 although the notes of 25.08 still say 575.
        ("25.08", "575.57.08", "consumer", "too-old", "580 or later"),
        ("25.08", "580.65.06", "consumer", "fits", "580 or later"),
        # 25.09: the notes name no driver, so of a data-centre GPU nothing is known.
        ("25.09", "570.26", "consumer", "too-old", "580 or later"),
        ("25.09", "570.26", "data-centre", "unknown", "580 or later"),
        # 26.08: CUDA 13.4, built for 615; from 580 on CUDA 13 runs.
        ("26.08", "580.159.04", "data-centre", "fits", "615 or later"),
        ("26.08", "580.159.04", "consumer", "minor", "615 or later"),
        ("26.08", "615.61", "consumer", "fits", "615 or later"),
        ("26.08", "700.10", "consumer", "fits", "615 or later"),
        # 23.11: its CUDA is not known.
        ("23.11", "580.65.06", "data-centre", "unknown", ""),
        ("25.06", "", "data-centre", "unknown", ""),
    ],
)
def test_driver_on_linux(tag: str, driver: str, gpu: str, fit: str, needed: str) -> None:
    release = row(tag)
    verdict = judge_driver(driver, gpu, release, rules(release))
    assert (verdict.fit, verdict.needed) == (fit, needed)


@pytest.mark.parametrize(
    ("tag", "serves", "fit"),
    [
        ("25.06", (12, 9), "fits"),
        ("25.06", (13, 0), "fits"),
        ("25.06", (12, 4), "minor"),
        ("25.06", (11, 8), "too-old"),
        ("25.09", (12, 9), "too-old"),
        ("25.06", None, "unknown"),
        ("23.11", (12, 4), "unknown"),
    ],
)
def test_driver_on_windows_by_the_cuda_it_serves(
    tag: str, serves: tuple[int, int] | None, fit: str
) -> None:
    assert judge_windows(serves, rules(row(tag))).fit == fit
