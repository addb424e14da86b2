"""The same report whether checks run one by one or all at once."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.house import tree

# What may differ between two looks at one machine: times and amounts.
_AMOUNT = re.compile(r"\d+([.,]\d+)*")


def report(jobs: int) -> dict[str, Any]:
    done = tree.python(
        "-m",
        "triton_doctor",
        "--format",
        "json",
        "--offline",
        "--jobs",
        str(jobs),
        "--timeout",
        "60",
    )
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    document: dict[str, Any] = json.loads(_AMOUNT.sub("0", done.stdout))
    return {key: value for key, value in document.items() if key not in ("seconds", "facts")}


def test_one_job_and_eight_give_the_same_report() -> None:
    one, eight = report(1), report(8)
    assert one["checks"], "nothing was looked at"
    assert one == eight
