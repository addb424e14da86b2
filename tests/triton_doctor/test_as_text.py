"""What a person reads, in wide and narrow windows."""

from __future__ import annotations

import pytest

from triton_doctor.deployment import Deployment
from triton_doctor.knowledge.house import phrases
from triton_doctor.model import Doubt, Finding, Outcome, Report, Result, Severity
from triton_doctor.record import asdict
from triton_doctor.report.as_text import TextReport
from triton_doctor.spots import pointed

COMMAND = "sudo systemctl start docker --no-block --and-a-rather-long-option-besides"


def finding(problem: str = "docker/daemon-down", **changes: object) -> Finding:
    values: dict[str, object] = {
        "problem": problem,
        "check": "docker",
        "severity": Severity.ERROR,
        "title": "The Docker daemon does not answer",
        "why": "Nothing can be started until it does, and nothing else can be looked at either.",
        "remedy": f"Start it:\n\n    {COMMAND}\n\nThen run the doctor again.",
        "where": "unix:///var/run/docker.sock",
        "evidence": ("dial unix: connection refused",),
        "fix": None,
        "docs": "docs/problems/docker/daemon-down.md",
    }
    return Finding(**{**values, **changes})


def result(check: str = "docker", outcome: Outcome = Outcome.FOUND, **more: object) -> Result:
    return Result(check, check.capitalize(), outcome, 0.1, **more)


def text(*results: Result, width: int = 80, partial: bool = False) -> str:
    report = Report("0.1.0", 0.2, asdict(Deployment()), results, {})
    lines = TextReport(report, phrases(), width, "docker run -d image", partial).lines()
    return "\n".join(line.text for line in lines)


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_words_fit_the_window_and_commands_stay_whole(width: int) -> None:
    shown = text(result(findings=(finding(),)), width=width)
    assert COMMAND in shown
    whole = (COMMAND, "nvcr.io/", "explain docker", "connection refused")
    for line in shown.split("\n"):
        assert len(line) <= width or any(part in line for part in whole), line


def test_a_problem_is_said_once_with_a_line_for_each_place() -> None:
    two = (finding(where="here"), finding(where="there"))
    shown = text(result(findings=two))
    assert shown.count("Nothing can be started") == 1
    assert "      here\n      there\n" in shown


def test_the_worst_comes_first_and_is_the_next_step() -> None:
    mild = finding("docker/old", severity=Severity.NOTE, title="Old", remedy="", evidence=())
    shown = text(result(findings=(mild, finding())))
    details = shown.split("\n\n", 2)[2]
    assert details.index("does not answer") < details.index("Old")
    assert "Next: The Docker daemon does not answer." in shown.replace("\n", " ")


def test_all_sound_ends_with_the_command_that_starts_the_server() -> None:
    shown = text(result(outcome=Outcome.PASSED, healthy="Docker 28.1.1"))
    assert "ok       Docker: Docker 28.1.1" in shown
    assert shown.endswith("the server; by hand:\n\n    docker run -d image")


def test_a_partial_run_does_not_call_everything_sound() -> None:
    shown = text(result(outcome=Outcome.PASSED), partial=True)
    assert "All sound" not in shown
    assert "What was looked at is sound" in shown


def test_what_could_not_be_told_is_never_called_sound() -> None:
    doubt = Doubt("No image is here", "Fetch one:\n\n    docker pull ubuntu:24.04")
    unclear = result("mount", Outcome.COULD_NOT_TELL, reason="No image is here", doubts=(doubt,))
    shown = text(unclear)
    assert "    docker pull ubuntu:24.04" in shown
    assert "sound." not in shown.replace("that all is sound.", "")
    assert "Next: No image is here." in shown


def test_a_skipped_check_names_its_cause() -> None:
    skipped = result("mount", Outcome.SKIPPED, reason="The daemon is down", caused_by="docker")
    assert "skipped  Mount: The daemon is down (see docker)" in text(skipped)


def test_a_crash_comes_with_a_report_to_paste() -> None:
    shown = text(result(outcome=Outcome.CRASHED, reason="ValueError: x", trace="Traceback\n  line"))
    assert "```" in shown
    assert "    Traceback\n      line" in shown


def test_nothing_chosen_is_said() -> None:
    assert "Nothing was looked at" in text()


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("column", [1, 30, 63, 90])
def test_a_mark_stays_below_its_place_in_a_narrow_window(width: int, column: int) -> None:
    source = "".join(chr(65 + number % 26) for number in range(89))
    shown = text(result(findings=(finding(evidence=pointed(source, 1, column)),)), width=width)
    lines = shown.split("\n")
    number = (
        next(number for number, line in enumerate(lines) if line.strip() == "|" + 0 * "x")
        if False
        else next(n for n, line in enumerate(lines) if line.endswith("^"))
    )
    above, at = lines[number - 1], lines[number].index("^")
    assert max(len(above), at + 1) <= width
    assert above[at : at + 1] == (source + " ")[column - 1].strip()


def test_the_same_column_in_two_lines_is_marked_twice() -> None:
    places = [
        finding(evidence=pointed("a = 1\nb = 2", row, 3), where=f"x:{row}:3") for row in (1, 2)
    ]
    assert text(result(findings=tuple(places))).count("^") == 2
