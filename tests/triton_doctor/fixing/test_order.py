"""What is repaired first."""

from __future__ import annotations

from tests.triton_doctor.fixing.made import finding, repair, report, result
from triton_doctor.fixing.order import exactly, file_of, roots_first, roughly, ways
from triton_doctor.model import Check, Doubt, Finding, Outcome, Severity
from triton_doctor.record import replace

CHECKS = [
    Check("mount", "Mount", needs=("docker", "repository")),
    Check("docker", "Docker"),
    Check("repository", "Repository"),
    Check("engine", "Engine", needs=("repository",)),
    Check("launch", "Launch", needs=("docker", "mount")),
]


def order(*findings: Finding) -> list[str]:
    results = [result(one.check, one) for one in findings]
    return [one.problem for one in roots_first(report(*results), CHECKS)]


def test_the_ground_of_all_comes_before_what_stands_on_it() -> None:
    launch = finding("launch/stuck", blocks=True)
    mount = finding("mount/empty", blocks=True)
    docker = finding("docker/daemon-down", blocks=True)
    assert order(launch, mount, docker) == ["docker/daemon-down", "mount/empty", "launch/stuck"]


def test_what_hides_the_rest_of_its_file_comes_before_the_rest() -> None:
    value = finding("engine/bad-value")
    syntax = finding("repository/model-json-syntax", hides=True, severity=Severity.WARNING)
    docker = finding("docker/daemon-down", blocks=True)
    expected = ["docker/daemon-down", "repository/model-json-syntax", "engine/bad-value"]
    assert order(value, syntax, docker) == expected


def test_among_the_others_the_worst_comes_first() -> None:
    note = finding("docker/remote", severity=Severity.NOTE)
    warning = finding("repository/odd", severity=Severity.WARNING)
    error = finding("launch/name", severity=Severity.ERROR)
    assert order(note, warning, error) == ["launch/name", "repository/odd", "docker/remote"]


def test_what_is_so_now_comes_before_what_a_log_tells() -> None:
    old = finding("repository/model-json-syntax", check="repository", from_log=True)
    assert order(old, finding("launch/name"))[-1] == "repository/model-json-syntax"


def test_what_a_log_tells_comes_before_the_container_is_deleted_with_its_log() -> None:
    removal = replace(repair(), costs=("deletes",))
    taken = finding("docker/name-conflict", check="launch", fix=removal)
    told = finding("engine/context-too-long", check="launch", from_log=True)
    assert order(taken, told) == ["engine/context-too-long", "docker/name-conflict"]


def test_a_doubt_with_a_fix_is_repaired_too_and_after_everything_else() -> None:
    doubts = (Doubt("no image to look with", fix=repair()), Doubt("it is dark"))
    dark = result("mount", outcome=Outcome.COULD_NOT_TELL, doubts=doubts)
    found = result("docker", finding("docker/remote", severity=Severity.NOTE))
    told = roots_first(report(dark, found), CHECKS)
    assert [(one.problem, one.title) for one in told] == [
        ("docker/remote", "docker/remote"),
        ("mount", "no image to look with"),
    ]


def test_a_circle_of_needs_is_no_endless_loop() -> None:
    checks = [Check("a", "A", needs=("b",)), Check("b", "B", needs=("a",))]
    both = report(result("a", finding("a/x", blocks=True)), result("b", finding("b/y")))
    assert [one.problem for one in roots_first(both, checks)] == ["a/x", "b/y"]


def test_places_without_their_lines() -> None:
    assert file_of("models/1/model.json:3:12") == "models/1/model.json"
    assert file_of("C:\\models\\model.json:3") == "C:\\models\\model.json"
    assert file_of("8000") == "8000"
    assert file_of(None) == ""
    above, below = finding("a/x", "f.json:3:1", "line 3"), finding("a/x", "f.json:4:1", "line 4")
    assert exactly(above) != exactly(below)
    assert roughly(above) == roughly(below)


def test_the_other_ways_of_a_fix() -> None:
    first = replace(repair("a"), instead=replace(repair("b"), instead=repair("c")))
    assert [one.title for one in ways(first)] == [f"Take x out of {name}" for name in "abc"]
    assert list(ways(None)) == []
