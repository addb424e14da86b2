"""What real programs printed (see tests/recordings/record_*.py), and what is read in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.client_faults import CLIENT_FAULTS
from tests.lab.faults import CLIENT, FAULTS, HEALTHY
from tests.lab.replies import ASKS
from tests.lab.server_faults import SERVER_FAULTS
from triton_doctor.commands.log_reading import read_text

LOGS = Path(__file__).parents[2] / "recordings" / "logs"
CAUSES = (
    {fault.name: fault.causes for fault in (*FAULTS, *SERVER_FAULTS)}
    | {name: (problem,) for name, (problem, _) in CLIENT.items()}
    | {f"docker-{fault.name}": (fault.problem,) for fault in CLIENT_FAULTS}
    | {f"reply-{ask.name}": (ask.problem,) for ask in ASKS}
)


def test_every_recording_is_accounted_for() -> None:
    assert {path.stem for path in LOGS.glob("*.log")} == set(CAUSES)


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_of_a_recording(name: str) -> None:
    told = read_text((LOGS / f"{name}.log").read_text(encoding="utf-8"))
    roots = [one.problem for one in told.told if one.role == "root-cause"]
    expected = [one for one in CAUSES[name] if one != HEALTHY]
    assert sorted(roots) == sorted(expected)
    assert told.untold is None
