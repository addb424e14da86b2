"""Every problem is found by a check, or waits for a signature and says so; no words lie idle."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from tests.house import tree
from tests.house.yields import texts, yielded
from triton_doctor.knowledge.catalogue import Catalogue
from triton_doctor.knowledge.wording import LOG
from triton_doctor.registry import load_signatures

AWAITING = Path(__file__).with_name("awaiting.toml")


# Problems of requests are found by `ask`, a flow of the house, where a request fails.
ASKING = ("commands/ask_failure.py", "launching/replies.py")


def code() -> dict[str, set[str]]:
    """Texts in the code of each area that has code: check.py and files beside it."""
    checks = {
        folder.name: set[str]().union(*(texts(path) for path in folder.rglob("*.py")))
        for folder in tree.folders()
        if (folder / "check.py").is_file()
    }
    asking = (texts(tree.ROOT / "src" / "triton_doctor" / name) for name in ASKING)
    return {**checks, "request": set[str]().union(*asking)}


def said_by_probes() -> set[str]:
    """Texts in the code of probes: a check may pick a case by what a fact says."""
    places = (tree.ROOT / "src" / "triton_doctor" / "probes").rglob("*.py")
    return set[str]().union(*(texts(path) for path in places))


def found_by_checks(catalogue: Catalogue, used: dict[str, set[str]]) -> set[str]:
    known = {problem.id for problem in catalogue.problems()}
    ids: set[str] = {"doctor/plugin-broken"}  # the house's own, found by the flow of a run
    for area, words in used.items():
        slugs = {one.partition("/")[2] for one in catalogue.areas[area].problems}
        ids |= yielded(area, slugs, words)
    return ids & known


def seen_in_logs() -> set[str]:
    """Problems that a signature knows, and `problem#case` for the words that one picks."""
    known = load_signatures()[0].known
    ids = {one.problem for one in known}
    picked = {f"{one.problem}#{one.signature.case}" for one in known}
    return ids | picked | {f"{one}#{LOG}" for one in ids}


def waiting(catalogue: Catalogue, used: dict[str, set[str]]) -> set[str]:
    """Problems that neither check nor signature finds, and cases of the others that none picks."""
    found, everywhere = found_by_checks(catalogue, used), said_by_probes().union(*used.values())
    idle: set[str] = set()
    for problem in catalogue.problems():
        if problem.id in found:
            idle |= {f"{problem.id}#{case}" for case in problem.cases if case not in everywhere}
        else:
            idle.add(problem.id)
    return idle - seen_in_logs()


def test_the_list_of_those_that_wait_is_honest() -> None:
    listed = tomli.loads(AWAITING.read_text(encoding="utf-8"))
    told = {f"{area}/{slug}" for area, slugs in listed.items() for slug in slugs}
    now = waiting(tree.catalogue(), code())
    assert (sorted(now - told), sorted(told - now)) == ([], []), "(to be added, to be taken out)"


def test_what_is_found_for_another_area_is_declared() -> None:
    catalogue = tree.catalogue()
    known = {problem.id for problem in catalogue.problems()}
    for area, words in code().items():
        named = {one for one in words & known if not one.startswith(f"{area}/")}
        assert named == set(catalogue.areas[area].check.finds), area


def test_no_words_lie_idle() -> None:
    """Fixes, reasons not to know and healthy lines are used by some check."""
    catalogue, used = tree.catalogue(), code()
    probes, found = said_by_probes(), found_by_checks(catalogue, used)
    everywhere = probes.union(*used.values())
    idle = [
        f"{problem.id}: fix {name}"
        for problem in catalogue.problems()
        if problem.id in found
        for name in problem.fixes
        if name not in everywhere
    ]
    for area, words in used.items():
        lines = catalogue.areas[area]
        idle += [f"{area}: unknown {one}" for one in lines.unknowns if one not in words | probes]
        healthy = set(lines.check.healthy) - {"default"}
        idle += [f"{area}: healthy {one}" for one in healthy if one not in words | probes]
    assert idle == []


def test_each_problem_that_is_found_has_a_test() -> None:
    tests = [
        path
        for folder in ("triton_doctor_checks", "lab", "triton_doctor")
        for path in (tree.ROOT / "tests" / folder).rglob("test_*.py")
    ]
    written = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    found = found_by_checks(tree.catalogue(), code()) - {"doctor/plugin-broken"}  # test_plugins.py
    assert [problem for problem in sorted(found) if problem not in written] == []


def test_an_orphan_is_noticed() -> None:
    catalogue, used = tree.catalogue(), code()
    for area in used:
        used[area] = set()
    known = {problem.id for problem in catalogue.problems()}
    assert waiting(catalogue, used) == known - seen_in_logs() - {"doctor/plugin-broken"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('yield found("daemon-down", endpoint=e)', {"docker/daemon-down"}),
        ('yield found("gpu/not-visible")', {"gpu/not-visible"}),
        ("yield sound()", set()),
    ],
)
def test_yields_are_read_from_the_code(line: str, expected: set[str], tmp_path: Path) -> None:
    path = tmp_path / "check.py"
    path.write_text(f"def check(context):\n    {line}\n", encoding="utf-8")
    assert yielded("docker", {"daemon-down", "too-old"}, texts(path)) == expected
