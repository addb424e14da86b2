"""More shared memory for a server whose log says that it ran out of it."""

from __future__ import annotations

from tests.kit import judge
from tests.triton_doctor_checks.launch.cases import DOWN, ENDED, NOW
from triton_doctor.model import Finding
from triton_doctor.probes.launched import Launches
from triton_doctor.record import replace
from triton_doctor.repairs import Setting

SHM = "NCCL WARN Error while creating shared memory segment /dev/shm/nccl-UoYHGA (size 9637888)"


def told(shm_size: str | None) -> Finding:
    seen = Launches((replace(ENDED, log=f"{SHM}\n"),), None, NOW)
    facts = {"launches": seen, "serving": DOWN}
    return judge("launch", facts=facts, deployment={"shm_size": shm_size}).findings[0]


def test_as_much_as_tritons_own_examples_ask_for() -> None:
    finding = told(None)
    assert finding.problem == "host/shm-too-small"
    assert finding.fix is not None
    assert [step.act for step in finding.fix.steps] == [Setting("shm-size", "1g")]


def test_no_more_where_that_much_was_given() -> None:
    assert told("2g").fix is None
