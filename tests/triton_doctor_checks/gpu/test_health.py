"""What a GPU says of itself. All made up: no machine could be brought into these states."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, seen
from triton_doctor.model import Severity


@pytest.mark.parametrize(
    ("fault", "problem", "severity", "words"),
    [
        ({"code": 15, "text": "GPU is lost"}, "gpu/hardware-fault", Severity.ERROR, "off the bus"),
        ({"code": 16, "text": "reset"}, "gpu/hardware-fault", Severity.ERROR, "waits for a reset"),
        ({"code": 999, "text": "Unknown Error"}, "gpu/hardware-fault", Severity.ERROR, "Unknown"),
        ({"remap_failed": True}, "gpu/hardware-fault", Severity.ERROR, "could not replace"),
        ({"remap_pending": True}, "gpu/hardware-fault", Severity.WARNING, "waits for a reset"),
        ({"ecc_errors": 3}, "gpu/hardware-fault", Severity.WARNING, "3 uncorrected errors"),
        ({"fabric": 2}, "gpu/fabric-manager-down", Severity.ERROR, "in progress"),
        ({"fabric": 1}, "gpu/fabric-manager-down", Severity.ERROR, "not started"),
        ({"fabric": 3, "fabric_status": 3}, "gpu/fabric-manager-down", Severity.ERROR, "error 3"),
        ({"mig": True, "mig_instances": 2}, "gpu/mig", Severity.NOTE, "2 instances"),
        ({"mig": True}, "gpu/mig", Severity.ERROR, "0 instances exist"),
    ],
)  # fmt: skip
def test_what_a_gpu_says_of_itself(
    fault: dict[str, Any], problem: str, severity: Severity, words: str
) -> None:
    finding = seen(fake(fake_gpu(**fault))).only()
    assert (finding.problem, finding.severity) == (problem, severity)
    assert words in finding.title
    assert finding.where == "GPU 0"


def test_a_fault_of_a_gpu_that_is_not_asked_for_does_not_count() -> None:
    fact = fake(fake_gpu(), fake_gpu(index=1, code=15, text="GPU is lost"))
    assert seen(fact, gpus="0").ids == []
    assert seen(fact).ids == ["gpu/hardware-fault"]
