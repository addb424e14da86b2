"""How GPUs are set and what holds them back: variations of a real reading, marked as such."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.gpu.cases import LINUX, recorded, seen, varied
from triton_doctor.host.nvml import GpuProcess
from triton_doctor.model import Outcome, Severity
from triton_doctor.record import replace

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
SLOW = "gpu/throttled"
OTHER = (GpuProcess(7, 1 << 30),)


@pytest.mark.parametrize("name", ["idle-deep", "two-gpus-deep", "four-gpus-deep"])
def test_real_gpus_as_they_came_are_sound(name: str) -> None:
    assert seen(recorded(name)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("state", "problem", "severity", "words"),
    [
        ({"compute_mode": 3}, "gpu/compute-mode", WARNING, "one process alone use it"),
        ({"compute_mode": 3, "processes": OTHER}, "gpu/compute-mode", ERROR, "has it already"),
        ({"compute_mode": 2}, "gpu/compute-mode", ERROR, "no process compute"),
        ({"slowdown": 0x40, "temperature": 91}, SLOW, WARNING, "too hot and slows down (at 91 C)"),
        ({"slowdown": 0x20 | 0x4}, SLOW, WARNING, "too hot"),
        ({"slowdown": 0x80}, SLOW, WARNING, "power supply"),
        ({"slowdown": 0x08, "temperature": None}, SLOW, WARNING, "of unknown temperature"),
        ({"power_limit": 400_000}, "gpu/power-limited", NOTE, "may draw 400 W of its usual 700 W"),
        ({"persistence": False}, "gpu/persistence-off", NOTE, "persistence mode is off"),
    ],
)  # fmt: skip
def test_how_a_gpu_is_set(
    state: dict[str, Any], problem: str, severity: Severity, words: str
) -> None:
    finding = seen(varied(**state)).only()
    assert (finding.problem, finding.severity, finding.where) == (problem, severity, "GPU 0")
    assert words in finding.title


@pytest.mark.parametrize(
    "quiet",
    [
        {"slowdown": 0x4},  # at its power limit under load: how a sound GPU works
        {"power_limit": 650_000},
        {"power_limit": None, "power_default": None, "compute_mode": None, "slowdown": None},
        {"persistence": None},
        {"persistence": False, "processes": OTHER},
        {"persistence": False, "name": "NVIDIA GeForce RTX 4090", "capability": (9, 0)},
    ],
)
def test_what_is_no_finding(quiet: dict[str, Any]) -> None:
    assert seen(varied(**quiet), gpus="0").outcome is Outcome.PASSED


def test_persistence_is_one_note_for_all_and_none_where_windows_has_the_driver() -> None:
    fact = recorded("two-gpus-deep")
    asleep = tuple(replace(gpu, persistence=False) for gpu in fact.reading.gpus)
    fact = replace(fact, reading=replace(fact.reading, gpus=asleep))
    assert len(seen(fact).only().evidence) == 2
    assert seen(fact, system=replace(LINUX, kind="wsl2")).ids == []


def test_a_mode_is_set_back_by_the_number_it_had() -> None:
    fix = seen(varied(compute_mode=3)).only().fix
    assert fix is not None
    assert "sudo nvidia-smi -i 0 --compute-mode=0" in fix.steps[0].show
