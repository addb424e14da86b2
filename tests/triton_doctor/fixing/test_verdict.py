"""Whether a repair has helped, from the reports before and after it."""

from __future__ import annotations

import pytest

from tests.triton_doctor.fixing.made import finding, repair, report, result
from triton_doctor.fixing.verdict import judged
from triton_doctor.model import Doubt, Outcome, Severity
from triton_doctor.repairs import (
    Act,
    Applicability,
    Command,
    Edit,
    Fix,
    MakeFolder,
    Move,
    Setting,
    Step,
)

JSON = "models/gemma/1/model.json"


def test_gone_is_fixed_and_what_went_with_it_is_told() -> None:
    comma, other = finding("repository/x", f"{JSON}:3:1"), finding("engine/y")
    before = report(result("repository", comma), result("engine", other))
    verdict = judged(before, report(result("repository"), result("engine")), comma)
    assert (verdict.result, verdict.cleared, verdict.shown) == ("fixed", (other,), ())


def test_still_there() -> None:
    port = finding("port/in-use", "8000")
    before = report(result("port", port))
    assert judged(before, report(result("port", port)), port).result == "still-there"


def test_still_there_and_new_errors_is_worse() -> None:
    port, new = finding("port/in-use", "8000"), finding("port/reserved", "8001")
    verdict = judged(report(result("port", port)), report(result("port", port, new)), port)
    assert (verdict.result, verdict.reason) == ("worse", "port/reserved")


def test_still_there_and_a_new_warning_is_not_worse() -> None:
    port = finding("port/in-use", "8000")
    new = finding("port/reserved", "8001", severity=Severity.WARNING)
    verdict = judged(report(result("port", port)), report(result("port", port, new)), port)
    assert (verdict.result, verdict.shown) == ("still-there", (new,))


def test_a_name_that_was_put_right_and_a_file_that_no_longer_reads_is_worse() -> None:
    name = finding("repository/unknown-argument", f"{JSON}:3:3", fix=repair(JSON))
    broken = finding("repository/model-json-syntax", f"{JSON}:3:9", hides=True)
    before, after = report(result("repository", name)), report(result("repository", broken))
    assert judged(before, after, name).result == "worse"


def test_what_a_repaired_root_uncovers_was_there_before() -> None:
    syntax = finding("repository/model-json-syntax", f"{JSON}:3:9", "line 3", hides=True)
    next_one = finding("repository/model-json-syntax", f"{JSON}:7:1", "line 7", hides=True)
    name = finding("repository/unknown-argument", f"{JSON}:4:3")
    before = report(result("repository", syntax))
    for new in (next_one, name):
        verdict = judged(before, report(result("repository", new)), syntax)
        assert (verdict.result, verdict.shown) == ("fixed", (new,))


def test_a_check_that_could_not_look_before_uncovers_too() -> None:
    """An image was pulled; the container that it allowed sees that the mount is blocked."""
    pull = finding("image/not-pulled")
    empty = finding("mount/empty", blocks=True)
    dark = result("mount", outcome=Outcome.COULD_NOT_TELL, doubts=(Doubt("no image"),))
    after = report(result("image"), result("mount", empty))
    assert judged(report(result("image", pull), dark), after, pull).result == "fixed"
    looked = report(result("image", pull), result("mount"))
    assert judged(looked, after, pull).result == "worse"


@pytest.mark.parametrize(
    ("act", "result_"),
    [
        (Move("models/gemma/model.json", JSON), "fixed"),
        (MakeFolder("models/gemma/1"), "fixed"),
        (Edit(JSON, new="{"), "fixed"),
        (Setting("repository", "models"), "fixed"),
        (Edit(JSON, 1, 1, "a", "b"), "worse"),
        (Move("models/other/model.json", "models/other/1/model.json"), "worse"),
        (MakeFolder("models/gem"), "worse"),
    ],
)
def test_what_was_not_at_this_place_before_may_be_broken_for_long(act: Act, result_: str) -> None:
    layout = finding("repository/bad-layout", "models/gemma")
    broken = finding("repository/model-json-syntax", f"{JSON}:1:1", hides=True)
    before, after = report(result("repository", layout)), report(result("repository", broken))
    fix = Fix("Move it", Applicability.SAFE, (Step("", act),))
    assert judged(before, after, layout, fix).result == result_


def test_findings_that_move_with_their_lines_are_neither_gone_nor_new() -> None:
    first = finding("repository/unknown", f"{JSON}:3:3", "foo is unknown")
    second = finding("repository/unknown", f"{JSON}:5:3", "bar is unknown")
    moved = finding("repository/unknown", f"{JSON}:4:3", "bar is unknown")
    before = report(result("repository", first, second))
    verdict = judged(before, report(result("repository", moved)), first)
    assert (verdict.result, verdict.cleared, verdict.shown) == ("fixed", (), ())


def test_a_check_that_cannot_look_any_more_has_not_told_that_it_is_fixed() -> None:
    port = finding("port/in-use", "8000")
    before = report(result("port", port))
    dark = result("port", outcome=Outcome.COULD_NOT_TELL, doubts=(Doubt("no answer"),))
    verdict = judged(before, report(dark), port)
    assert (verdict.result, verdict.reason) == ("untold", "no answer")
    skipped = result("port", outcome=Outcome.SKIPPED, caused_by="docker")
    assert judged(before, report(skipped), port).result == "untold"


def test_a_doubt_that_was_there_before_does_not_hide_that_it_is_fixed() -> None:
    port, doubt = finding("port/in-use", "8000"), Doubt("half of it is dark")
    before = report(result("port", port, doubts=(doubt,)))
    after = report(result("port", outcome=Outcome.COULD_NOT_TELL, doubts=(doubt,)))
    assert judged(before, after, port).result == "fixed"


def test_an_old_log_cannot_tell_what_a_change_of_today_did() -> None:
    length = finding(
        "engine/context-too-long", "server", check="launch", from_log=True, fix=repair()
    )
    before = report(result("launch", length))
    verdict = judged(before, before, length)
    assert (verdict.result, verdict.old_log) == ("untold", True)
    new = finding("port/reserved", "8001")
    after = report(result("launch", length), result("port", new))
    assert judged(report(result("launch", length), result("port")), after, length).result == "worse"


def test_a_log_after_a_command_that_starts_anew_tells() -> None:
    step = Step("docker restart server", Command(("docker", "restart", "server")))
    fix = Fix("Start anew", Applicability.ASK, (step,))
    crash = finding("engine/crashed", "server", check="launch", from_log=True, fix=fix)
    before = report(result("launch", crash))
    assert judged(before, before, crash).result == "still-there"
