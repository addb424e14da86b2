"""What a bundle carries of facts: those of the house's own probes, by the fields they have."""

from __future__ import annotations

import json
from pathlib import Path

from triton_doctor.probes.every import carried, probes

RUNS = Path(__file__).parents[2] / "recordings" / "runs"


def test_all_probes_of_the_house_are_known() -> None:
    assert {"gpus", "docker-engine", "repository", "token", "launches", "given-command"} <= set(
        probes()
    )
    assert all(name == probe.name for name, probe in probes().items())


def test_what_nobody_named_is_not_carried() -> None:
    facts = json.loads((RUNS / "no-engine.json").read_text("utf-8"))["facts"]
    assert json.loads(json.dumps(carried(facts))) == facts
    more = {
        **facts,
        "system": {**facts["system"], "password": "hunter22"},
        "acme-maintenance": {"until": "18:00"},
    }
    assert json.loads(json.dumps(carried(more))) == facts
