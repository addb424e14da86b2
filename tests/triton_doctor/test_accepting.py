"""Findings that the settings accept: until when, and what is said of them afterwards."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import tomli

from tests.triton_doctor.areas import House
from tests.triton_doctor.report.reports import telling
from tests.triton_doctor.report.test_as_junit import read as junit
from tests.triton_doctor.report.test_as_sarif import read as sarif
from tests.triton_doctor.test_as_text import finding
from tests.triton_doctor.test_cli import doctor
from triton_doctor.accepting import Ground, accepting
from triton_doctor.api import Answers, Context, sound
from triton_doctor.commands.launch_look import errors
from triton_doctor.deployment import Deployment
from triton_doctor.errors import UsageError
from triton_doctor.fixing.texts import with_values
from triton_doctor.knowledge.house import phrases
from triton_doctor.model import Acceptance, Accepted, Doubt, Outcome, Report, Result
from triton_doctor.record import asdict
from triton_doctor.report.as_github import as_github
from triton_doctor.report.as_markdown import as_markdown
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.verdict import exit_code
from triton_doctor.settings import resolve

DAY = "2027-01-31"
ONE = '[[accept]]\nproblem = "a/b"\n'
PLACE = "model_repository/gemma/1/model.json:3:7"


def well(_: Context) -> Answers:
    yield sound(state="dry")


HOUSE = House().add("attic", well).add("cellar", well, finds=("attic/leak",))


def entry(until: str = "2027-01-31", where: str | None = None, problem: str = "") -> Acceptance:
    accepted = Accepted("it is known", until, "triton-doctor.toml:4")
    return Acceptance(problem or "attic/leak", where, accepted)


def leak(where: str | None = PLACE) -> Result:
    one = finding("attic/leak", check="attic", where=where)
    return Result("attic", "Attic", Outcome.FOUND, 0.1, findings=(one,))


CELLAR = Result("cellar", "Cellar", Outcome.PASSED, 0.1)


def judged(
    *entries: Acceptance, results: tuple[Result, ...] = (leak(), CELLAR), day: str = "2026-11-29"
) -> Report:
    report = Report("0.2.0", 1.0, asdict(Deployment()), results, {})
    checks = [one.check for one in HOUSE.checks]
    ground = Ground(HOUSE.catalogue, checks, date.fromisoformat(day), Deployment(), "0.2.0")
    return accepting(report, entries, ground)


def test_an_accepted_finding_does_not_count_and_keeps_its_reason() -> None:
    report = judged(entry())
    assert exit_code(report, "note") == 0
    assert report.findings[0].accepted == entry().accepted
    assert report.acceptances[0].state == "holds"


@pytest.mark.parametrize(
    ("until", "day", "holds"),
    [
        ("2026-11-29", "2026-11-29", True),
        ("2026-11-28", "2026-11-29", False),
        ("triton-doctor 0.3", "2026-11-29", True),
        ("triton-doctor 0.2", "2026-11-29", False),
        ("triton-doctor 0.2.0", "2026-11-29", False),
        ("triton-doctor 0.10", "2026-11-29", True),
        ("image 25.09", "2026-11-29", True),
        ("image 25.06", "2026-11-29", False),
    ],
)
def test_it_holds_until_its_end_and_counts_again_after(until: str, day: str, holds: bool) -> None:
    report = judged(entry(until), day=day)
    assert exit_code(report, "error") == (0 if holds else 1)
    assert report.acceptances[0].state == ("holds" if holds else "ran-out")


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        (None, True),
        (PLACE, True),
        (PLACE.rpartition(":")[0], False),
        (PLACE[:-4], True),
        ("x", False),
    ],
)
def test_the_place_may_be_named_with_or_without_its_line(where: str | None, fits: bool) -> None:
    assert (judged(entry(where=where)).findings[0].accepted is not None) == fits


def test_an_entry_whose_problem_is_gone_is_told_only_by_those_who_looked() -> None:
    sound_ = Result("attic", "Attic", Outcome.PASSED, 0.1)
    doubtful = Result("attic", "Attic", Outcome.COULD_NOT_TELL, 0.1, doubts=(Doubt("?"),))
    assert judged(entry(), results=(sound_, CELLAR)).acceptances[0].state == "gone"
    for results in ((doubtful, CELLAR), (sound_,), ()):
        assert judged(entry(), results=results).acceptances[0].state == "not-told"


def test_an_old_name_of_a_problem_and_one_that_nobody_knows() -> None:
    old = judged(entry(problem="attic/wind"), results=())
    assert old.acceptances[0].problem == "attic/draught"
    with pytest.raises(UsageError, match=r"triton-doctor\.toml:4: accept: 'attic/leek' is not"):
        judged(entry(problem="attic/leek"))


def test_every_format_shows_it_as_accepted_and_says_what_is_stale() -> None:
    report = judged(entry(), entry("2020-01-01", problem="attic/draught"))
    one = telling(report, problem=HOUSE.catalogue.problem)
    gone = "attic/draught is accepted in triton-doctor.toml:4 and is not there any more"
    text = " ".join(piece.text.strip() for piece in TextReport(report, phrases(), 100, "").lines())
    assert "accepted Attic: The Docker daemon" in text
    for shown in (text, as_markdown(one), as_github(one)):
        assert "it is known" in shown
        assert gone in shown
    assert "::error" not in as_github(one)
    root = junit(one)
    assert [case.get("type") for case in root.iter("skipped")] == ["accepted"]
    assert gone in "".join(case.text or "" for case in root.iter("system-out"))
    run = sarif(one)
    assert run["results"][0]["suppressions"][0]["status"] == "accepted"
    assert gone in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


# ---- the settings file ------------------------------------------------------------------------

GOOD = '\n[[accept]]\nproblem = "repository/not-found"\nreason = "made later"\nuntil = 2999-01-31\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'{ONE}until = "{DAY}"\n', r"toml:1: accept: reason is missing"),
        (f'{GOOD}{ONE}reason = "x"\n', r"toml:6: accept: until is missing"),
        (f'{ONE}reason = "x"\nuntil = "soon"\n', "neither a date nor a version"),
        (f'{ONE}reason = "x"\nuntil = 2027\n', "until: expected a text"),
        (f'{ONE}reason = " "\nuntil = "{DAY}"\n', "reason: expected a text"),
        ('[[accept]]\nproblm = "a/b"\n', "problm is not a key of it"),
        ('accept = ["gpu/busy"]\n', r"toml:1: accept: expected tables"),
        ("accepts = []\n", "Did you mean accept"),
    ],
)
def test_a_bad_entry_names_file_and_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "triton-doctor.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        resolve({}, {}, None)


def test_an_image_without_a_release_cannot_end_an_entry(tmp_path: Path) -> None:
    (tmp_path / "triton-doctor.toml").write_text(GOOD.replace("2999-01-31", '"image 25.09"'))
    done = doctor("--select", "repository", "--image", "mine:latest", cwd=tmp_path)
    assert done.returncode == 2
    assert b"triton-doctor.toml:2: accept: until 'image 25.09': the name of" in done.stderr


def test_a_real_run_with_an_entry(tmp_path: Path) -> None:
    (tmp_path / "triton-doctor.toml").write_text(GOOD)
    arguments = ["--select", "repository", "--offline", "--format", "json"]
    report = json.loads(doctor(*arguments, cwd=tmp_path).stdout)
    assert report["exit_code"] == 0
    assert [one["state"] for one in report["accepted"]] == ["holds"]
    assert report["findings"][0]["accepted"]["until"] == "2999-01-31"
    (tmp_path / "triton-doctor.toml").write_text(GOOD.replace("2999", "2020"))
    report = json.loads(doctor(*arguments, cwd=tmp_path).stdout)
    assert (report["exit_code"], report["accepted"][0]["state"]) == (1, "ran-out")


def test_what_is_accepted_is_neither_repaired_nor_in_the_way_of_a_launch(tmp_path: Path) -> None:
    fixes = ["--fix", "--dry-run", "--select", "repository", "--offline", "--format", "json"]
    model = tmp_path / "model_repository/gemma/1"
    model.mkdir(parents=True)
    (model.parent / "config.pbtxt").write_text('backend: "vllm"\n')
    (model / "model.json").write_text('{"model": "google/gemma-2b",}')
    planned = json.loads(doctor(*fixes, cwd=tmp_path).stdout)["fixes"]
    problem = "repository/model-json-syntax"
    assert problem in [one["problem"] for one in planned]
    (tmp_path / "triton-doctor.toml").write_text(GOOD.replace("repository/not-found", problem))
    report = json.loads(doctor(*fixes, cwd=tmp_path).stdout)
    assert problem in [one["problem"] for one in report["findings"]]
    assert problem not in [one["problem"] for one in report["fixes"]]
    assert [one.problem for one in errors(judged(entry()))] == []
    assert [one.problem for one in errors(judged())] == ["attic/leak"]


def test_a_repair_of_the_settings_keeps_the_entries() -> None:
    before = b'image = "x:1"  # ours\n' + GOOD.encode()
    after = with_values(before, {"http-port": 8001, "image": "x:2"})
    assert tomli.loads(after.decode())["accept"] == tomli.loads(GOOD)["accept"]
    assert GOOD.strip().encode() in after
