"""What a GPU says of itself. Variations of a real reading: no machine was brought into them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.gpu.cases import fake, fake_gpu, recorded, seen, varied
from triton_doctor.host.nvml import MigInstance
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.gpu_kernel import KernelFaults, Xid
from triton_doctor.record import replace

FAULT = "gpu/hardware-fault"
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
LOST = Xid("0000:00:06", 79, "Xid (0000:00:06): 79, pid=2310, GPU has fallen off the bus.")


@pytest.mark.parametrize(
    ("fault", "problem", "severity", "words"),
    [
        ({"code": 15, "text": "GPU is lost"}, FAULT, ERROR, "off the bus"),
        ({"code": 16, "text": "reset"}, FAULT, ERROR, "waits for a reset"),
        ({"code": 999, "text": "Unknown Error"}, FAULT, ERROR, "Unknown"),
        ({"remap_failed": True}, FAULT, ERROR, "could not replace"),
        ({"remap_pending": True}, FAULT, WARNING, "replace faulty memory (remapping"),
        ({"retire_pending": True}, FAULT, WARNING, "replace faulty memory (page retirement"),
        ({"ecc_errors": 3}, FAULT, WARNING, "3 uncorrected errors"),
        ({"recovery": 1}, FAULT, ERROR, "reset (the driver asks for a reset of the GPU)"),
        ({"recovery": 2}, FAULT, ERROR, "a restart of the machine"),
        ({"recovery": 4}, FAULT, WARNING, "works on for now: the driver asks for a reset once"),
        ({"links_down": 2, "links_up": 16}, FAULT, NOTE, "2 of 18 NVLinks are down"),
        ({"fabric_health": 1}, FAULT, WARNING, "reduced bandwidth"),
        ({"fabric_health": 1 << 4}, FAULT, WARNING, "unhealthy routes"),
        ({"fabric": 2}, "gpu/fabric-manager-down", ERROR, "in progress"),
        ({"fabric": 1}, "gpu/fabric-manager-down", ERROR, "not started"),
        ({"fabric": 3, "fabric_status": 3}, "gpu/fabric-manager-down", ERROR, "error 3"),
        ({"mig": True, "mig_instances": 2}, "gpu/mig", NOTE, "2 instances"),
        ({"mig": True}, "gpu/mig", ERROR, "0 instances exist"),
    ],
)  # fmt: skip
def test_what_a_gpu_says_of_itself(
    fault: dict[str, Any], problem: str, severity: Severity, words: str
) -> None:
    finding = seen(varied(**fault), gpus="0").only()
    assert (finding.problem, finding.severity) == (problem, severity)
    assert words in finding.title
    assert "GPU 0" in (finding.where or "")


@pytest.mark.parametrize(
    "quiet",
    [
        {"links_down": 18, "links_up": 0},  # a card whose bridge is not plugged in
        {"fabric_health": 2 | 2 << 2},  # 2 is `no` in each pair of bits
        {"ecc_ever": 4},  # of long ago, and mended
        {"recovery": None, "retire_pending": None, "ecc_errors": None, "remap_failed": None},
        {"slowdown": 1},
    ],
)
def test_what_is_no_fault(quiet: dict[str, Any]) -> None:
    assert seen(varied(**quiet)).outcome is Outcome.PASSED


def test_faults_of_the_past_stand_beside_those_of_now() -> None:
    finding = seen(varied(ecc_errors=1, ecc_ever=9)).only()
    assert finding.evidence == ("uncorrected errors in the card's life: 9",)


def test_a_fault_of_a_gpu_that_is_not_asked_for_does_not_count() -> None:
    fact = fake(fake_gpu(), fake_gpu(index=1, code=15, text="GPU is lost"))
    assert seen(fact, gpus="0").ids == []
    assert seen(fact).ids == [FAULT]


def test_a_fabric_manager_that_runs_needs_time_and_no_start() -> None:
    fact = replace(varied(fabric=2), fabric_service="active")
    finding = seen(fact, gpus="0").only()
    assert "although the fabric manager runs" in finding.title
    assert finding.fix is None
    failed = seen(replace(fact, fabric_service="failed"), gpus="0").only()
    assert failed.evidence == ("nvidia-fabricmanager.service: failed",)
    assert failed.fix is not None


# ---- what the kernel recorded -------------------------------------------------------------------


def test_a_fault_that_the_kernel_recorded_of_a_gpu_that_answers_now() -> None:
    program = Xid("0000:00:06", 31, "Xid (0000:00:06): 31, pid=9, MMU Fault")
    log = KernelFaults("read", (LOST, program))
    finding = seen(recorded("two-gpus-deep"), gpu_kernel=log).only()
    assert (finding.severity, finding.where) == (WARNING, "GPU 0")
    assert "Xid 79, the GPU has fallen off the bus" in finding.title
    assert finding.evidence == (LOST.text,)
    assert seen(recorded("two-gpus-deep"), gpus="1", gpu_kernel=log).ids == []


def test_an_error_that_a_program_made_is_no_fault_of_the_gpu() -> None:
    log = KernelFaults("read", (Xid("0000:00:06", 13, "Xid (0000:00:06): 13, Graphics Exception"),))
    assert seen(recorded("two-gpus-deep"), gpu_kernel=log).outcome is Outcome.PASSED


def test_the_kernel_s_lines_stand_with_a_gpu_that_answers_no_more() -> None:
    fact = varied(code=15, text="GPU is lost", bus="")
    finding = seen(fact, gpus="0", gpu_kernel=KernelFaults("read", (LOST,))).only()
    assert finding.evidence == (LOST.text,)


def test_a_kernel_s_log_that_is_not_readable_is_said_and_needed_only_for_a_fault() -> None:
    hidden = KernelFaults("hidden")
    judged = seen(recorded("two-gpus-deep"), gpu_kernel=hidden)
    assert judged.outcome is Outcome.PASSED
    assert "no Xid errors were looked for" in judged.healthy
    judged = seen(varied(ecc_errors=2), gpu_kernel=hidden)
    assert judged.ids == [FAULT]
    assert "sudo dmesg" in judged.doubts[0].remedy


# ---- divided GPUs -------------------------------------------------------------------------------

PARTS = (
    MigInstance("MIG-11111111-aaaa", "NVIDIA H200 MIG 1g.18gb", 17 << 30, 16 << 30),
    MigInstance("MIG-22222222-bbbb", "NVIDIA H200 MIG 3g.71gb", 70 << 30, 4 << 30),
)
SPLIT: dict[str, Any] = {"mig": True, "mig_instances": 2, "mig_list": PARTS}


def test_a_server_uses_the_first_instance_of_a_divided_gpu() -> None:
    finding = seen(varied(**SPLIT), gpus="0").only()
    assert "here NVIDIA H200 MIG 1g.18gb with 17.0 GiB" in finding.title
    assert finding.evidence[1] == "NVIDIA H200 MIG 3g.71gb, 70.0 GiB: MIG-22222222-bbbb"


def test_an_instance_that_is_named_is_the_one_whose_memory_counts() -> None:
    judged = seen(varied(**SPLIT), gpus="MIG-22222222")
    assert judged.ids == ["gpu/mig", "gpu/busy"]
    assert (
        "NVIDIA H200 MIG 3g.71gb (GPU 0) has 4.0 GiB of 70.0 GiB free" in judged.findings[1].title
    )
