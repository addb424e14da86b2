"""A report with what the settings accept marked, and what became of each entry. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from triton_doctor.acceptances import KEY, has_run_out
from triton_doctor.deployment import Deployment
from triton_doctor.errors import UsageError
from triton_doctor.knowledge.catalogue import Catalogue
from triton_doctor.model import Acceptance, Check, Finding, Outcome, Report, Result
from triton_doctor.probes.image_names import parse
from triton_doctor.record import Record, replace


class Ground(Record, frozen=True):
    """What entries are weighed by: the catalogue, all checks of the run, the day, the versions."""

    catalogue: Catalogue
    checks: Sequence[Check]
    today: date
    deployment: Deployment
    version: str  # of the doctor


def accepting(report: Report, entries: Sequence[Acceptance], ground: Ground) -> Report:
    """The report with its findings marked. UsageError as for `weighed`."""
    known = weighed(entries, ground)
    holding = [entry for entry, out in known if not out]
    results = tuple(_marked(result, holding) for result in report.results)
    return replace(
        report,
        results=results,
        acceptances=tuple(
            replace(entry, state=_state(entry, out, results, ground)) for entry, out in known
        ),
    )


def weighed(entries: Sequence[Acceptance], ground: Ground) -> list[tuple[Acceptance, bool]]:
    """Each entry by the id that its problem bears today, and whether it has run out.

    UsageError for a problem that nobody knows, and for a version that cannot be told.
    """
    image = parse(ground.deployment.image).release
    versions = {"triton-doctor": ground.version, "image": image}
    known = [_known(entry, ground.catalogue) for entry in entries]
    return [(one, has_run_out(one.accepted, ground.today, versions)) for one in known]


def _known(entry: Acceptance, catalogue: Catalogue) -> Acceptance:
    """The entry with the id that its problem bears today."""
    for problem in catalogue.problems():
        if entry.problem == problem.id or entry.problem in problem.aliases:
            return replace(entry, problem=problem.id)
    from difflib import get_close_matches

    near = get_close_matches(entry.problem, [one.id for one in catalogue.problems()], n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"{entry.problem!r} is not a problem",
        where=f"{entry.accepted.place}: {KEY}",
        hint=f"{hint}`triton-doctor list` shows all of them.",
    )


def _marked(result: Result, entries: Sequence[Acceptance]) -> Result:
    def mark(finding: Finding) -> Finding:
        entry = next((one for one in entries if _fits(one, finding)), None)
        return replace(finding, accepted=entry.accepted) if entry else finding

    if not result.findings:
        return result
    return replace(result, findings=tuple(mark(finding) for finding in result.findings))


def _fits(entry: Acceptance, finding: Finding) -> bool:
    """`where` is the finding's place, with or without its line and column."""
    if entry.problem != finding.problem:
        return False
    place = finding.where or ""
    return entry.where is None or place == entry.where or _file(place) == entry.where


def _file(place: str) -> str:
    path, _, column = place.rpartition(":")
    path, _, line = path.rpartition(":")
    return path if path and line.isdigit() and column.isdigit() else place


def _state(entry: Acceptance, over: bool, results: Sequence[Result], ground: Ground) -> str:
    there = any(_fits(entry, finding) for result in results for finding in result.findings)
    if there:
        return "ran-out" if over else "holds"
    area = entry.problem.rpartition("/")[0]
    judges = {
        check.id for check in ground.checks if check.id == area or entry.problem in check.finds
    }
    told = {result.check for result in results if _told(result)}
    return "gone" if judges and judges <= told else "not-told"


def _told(result: Result) -> bool:
    """Whether this check has looked, and left no doubt."""
    return result.outcome in (Outcome.PASSED, Outcome.FOUND) and not result.doubts
