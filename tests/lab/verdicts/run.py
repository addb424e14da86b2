"""Both verdicts on every case: the servers' in one container, the doctor's beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.lab.verdicts import fields, layout, mutations, settings, syntax
from tests.lab.verdicts.case import Case
from tests.lab.verdicts.compare import Doctor, Server, disagreement, doctor, judged
from tests.lab.verdicts.reasons import reason

if TYPE_CHECKING:
    from tests.lab.bench import Lab

HERE = Path(__file__).parent
RECORDING = HERE / "recording.json"
CASES = (*layout.CASES, *syntax.CASES, *fields.CASES, *settings.CASES, *mutations.CASES)
# Most of a load is waiting for the Python stub, so more servers than processors pay; not so many
# that the tests which run beside them are kept from theirs.
WORKERS = 6
_REPOSITORY = "model_repository"
_ASKED = ("--select", "repository,engine", "--model", "*", "--gpus", "none")


class Row(NamedTuple):
    """One case as it is recorded. server, word: its state and its reason; stands_for: the problems
    that its words may mean; errors, warnings: the doctor's; differs: how they disagree, and why."""

    kind: str
    title: str
    server: str
    word: str
    stands_for: list[str]
    errors: list[str]
    warnings: list[str]
    differs: str
    reason: str


Rows = dict[str, Row]


def compared(lab: Lab, folder: Path) -> Rows:
    """Builds the repository in `folder`, asks both, and lays what they said side by side."""
    build(folder)
    said = servers(lab, folder / _REPOSITORY)
    together = lab.doctor(*_ASKED, cwd=folder).json
    rows: Rows = {}
    for case in CASES:
        alone = lab.doctor(*_ASKED, cwd=folder / "alone" / case.name).json if case.alone else None
        ours = judged(alone) if alone else doctor(together, _REPOSITORY, case.name)
        rows[case.name] = row(case, said[case.name], ours)
    return rows


def build(folder: Path) -> None:
    for case in CASES:
        case.build(folder / _REPOSITORY)
        if case.alone:
            case.build(folder / "alone" / case.name / _REPOSITORY)


def servers(lab: Lab, repository: Path) -> dict[str, Server]:
    """Asked in one container without a network, of which the repository is mounted at /models."""
    mounts = [
        *("--mount", f"type=bind,source={repository},target=/models,readonly"),
        *("--mount", f"type=bind,source={HERE / 'ask.py'},target=/ask.py,readonly"),
    ]
    options = ["--rm", "--interactive", "--network", "none", "--shm-size", "1g"]
    names = json.dumps([case.name for case in CASES]).encode()
    ask = ["python3", "/ask.py", "/models", str(WORKERS)]
    done = lab.docker("run", *options, *mounts, lab.triton_image, *ask, stdin=names, timeout=800)
    answers: Mapping[str, Any] = json.loads(done.stdout)
    return {name: Server(one["state"], tuple(one["text"])) for name, one in answers.items()}


def row(case: Case, server: Server, ours: Doctor) -> Row:
    differs = disagreement(server, ours)
    word = server.word.replace(case.name, "M") if len(case.name) > 2 else server.word
    return Row(
        kind=case.kind,
        title=case.title,
        server=server.state,
        word="" if server.state == "ready" else word[:160],
        stands_for=sorted(server.ids()) if server.state != "ready" else [],
        errors=sorted(ours.errors),
        warnings=sorted(ours.warnings),
        differs=differs,
        reason=reason(case, server, ours) if differs else "",
    )


def load() -> Rows:
    kept = json.loads(RECORDING.read_text("utf-8"))
    return {name: Row(**one) for name, one in kept.items()}


def save(rows: Rows) -> None:
    kept = {name: one._asdict() for name, one in rows.items()}
    RECORDING.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def counts(rows: Rows) -> Counter[str]:
    return Counter(one.kind for one in rows.values())
