"""Rounds of repairs on real files: what makes matters worse is undone, and every loop ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from tests.triton_doctor.fixing.made import ASK, SAFE, finding, report, result
from triton_doctor.commands import fix_rounds
from triton_doctor.commands.fix_rounds import Bench, Choice, Rounds, Way
from triton_doctor.commands.fix_token import TokenAsking
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Journal
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.local import LocalHost
from triton_doctor.knowledge.house import phrases
from triton_doctor.lines import Line
from triton_doctor.model import Finding, Report
from triton_doctor.repairs import AskToken, Command, Edit, Fix, Setting, Step
from triton_doctor.report.fix_text import FixText
from triton_doctor.settings import Layers


class Yes:
    """Applies the first way, whatever it is; knows what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def decide(self, finding: Finding, open_ways: Sequence[Way]) -> Choice:
        self.asked.append(finding.problem)
        return open_ways[0]


class Workshop:
    """A folder, and a doctor whose findings a test makes up from what lies in it."""

    def __init__(self, folder: Path, look: Callable[[], list[Finding]]) -> None:
        self.folder, self._look, self.looks = folder, look, 0
        self.said: list[str] = []
        self.decider = Yes()
        self.journal = Journal(str(folder / "journal"))
        text = FixText(phrases(), 80)

        def write(lines: Iterable[Line]) -> None:
            self.said.extend(one.text for one in lines)

        host = LocalHost()
        self.bench = Bench(
            layers=Layers({"http_port": "9000"}, {}),
            host=host,
            checks=[],
            look=self.look,
            carrier=Carrier(LocalHands(interactive=False), self.journal, lambda _: None),
            tokens=TokenAsking(host, phrases(), None, write, 80),
            text=text,
            write=write,
        )

    def look(self) -> Report:
        self.looks += 1
        return report(result("a", *self._look()))

    def run(self) -> Rounds:
        rounds = Rounds(self.bench, self.decider)
        rounds.run()
        return rounds


def swap(path: Path, old: str, new: str) -> Fix:
    act = Edit(str(path), 1, 1, old, new)
    return Fix(f"{new} for {old}", SAFE, (Step("", act),))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "file.txt"
    path.write_text("bad\n")
    return path


def test_what_makes_matters_worse_is_undone_to_the_byte(file: Path) -> None:
    def look() -> list[Finding]:
        if file.read_text() == "bad\n":
            return [finding("a/bad", str(file), fix=swap(file, "bad", "dead"))]
        return [finding("a/dead", str(file), "Nothing reads it any more", hides=True)]

    shop = Workshop(file.parent, look)
    (attempt,) = shop.run().attempts
    assert (attempt.state, attempt.result) == ("undone", "worse")
    assert "Nothing reads it any more" in (attempt.reason or "")
    assert file.read_text() == "bad\n"
    assert [one.state for one in shop.journal.entries()] == ["undone"]
    assert shop.decider.asked == ["a/bad"]


def test_two_repairs_that_turn_in_a_circle_end(file: Path) -> None:
    def look() -> list[Finding]:
        now, other = file.read_text().strip(), "bad" if "good" in file.read_text() else "good"
        return [finding(f"a/{now}", str(file), fix=swap(file, now, other))]

    shop = Workshop(file.parent, look)
    shop.run()
    assert shop.decider.asked == ["a/bad", "a/good"]


def test_repairs_that_never_come_to_an_end_are_ended(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fix_rounds, "MOST", 5)

    def look() -> list[Finding]:
        text = file.read_text().strip()
        return [finding("a/bad", str(file), text, fix=swap(file, text, text + "!"), hides=True)]

    shop = Workshop(file.parent, look)
    shop.run()
    assert file.read_text() == "bad!!!!!\n"
    assert "stopped after 5 repairs" in " ".join(shop.said)


def test_one_that_is_still_there_is_not_tried_again(file: Path) -> None:
    def look() -> list[Finding]:
        text = file.read_text().strip()
        return [finding("a/bad", str(file), fix=swap(file, text, text + "!"))]

    shop = Workshop(file.parent, look)
    (attempt,) = shop.run().attempts
    assert (attempt.state, attempt.result) == ("applied", "still-there")
    assert file.read_text() == "bad!\n"


def test_a_command_that_fails_is_told_with_its_reason_and_the_rest_goes_on(file: Path) -> None:
    command = Command(("sh", "-c", "echo no such thing >&2; exit 3"))
    fails = Fix("Try", ASK, (Step("sh", command),))

    def look() -> list[Finding]:
        bad = [finding("a/bad", str(file), fix=swap(file, "bad", "good"))]
        return [finding("a/other", fix=fails), *(bad if "bad" in file.read_text() else [])]

    shop = Workshop(file.parent, look)
    attempts = {one.finding.problem: one for one in shop.run().attempts}
    assert attempts["a/other"].state == "failed"
    assert "exit code 3" in (attempts["a/other"].reason or "")
    assert attempts["a/bad"].result == "fixed"


def test_a_token_that_nobody_can_give_is_skipped(file: Path) -> None:
    fix = Fix("Keep a token", ASK, (Step("", AskToken(str(file.parent / "token"))),))
    shop = Workshop(file.parent, lambda: [finding("a/token", fix=fix)])
    (attempt,) = shop.run().attempts
    assert (attempt.state, attempt.entry) == ("skipped", None)
    assert "terminal" in (attempt.reason or "")
    assert not (file.parent / "token").exists()


def test_a_setting_that_an_option_wins_over_is_never_written(file: Path) -> None:
    """This run was given --http-port."""
    fix = Fix("Port 8001", SAFE, (Step("", Setting("http-port", 8001)),))
    shop = Workshop(file.parent, lambda: [finding("a/port", "9000", fix=fix)])
    assert shop.run().attempts == []
    assert shop.decider.asked == []
    why = shop.bench.over(fix)
    assert why is not None
    assert why.startswith("--http-port of this run wins over")
    other = Fix("Port 8001", SAFE, (Step("", Setting("grpc-port", 8001)),))
    assert shop.bench.over(other) is None


def test_a_setting_changes_the_deployment_that_is_looked_at_next(file: Path) -> None:
    fix = Fix("Port 8011", SAFE, (Step("", Setting("grpc-port", 8011)),))

    def look() -> list[Finding]:
        port = shop.bench.layers.resolve()[0].grpc_port
        return [finding("a/port", str(port), fix=fix)] if port == 8001 else []

    shop = Workshop(file.parent, look)
    (file.parent / "triton-doctor.toml").write_text("# mine\ngrpc-port = 8001 # for now\n")
    (attempt,) = shop.run().attempts
    assert attempt.result == "fixed"
    assert (
        file.parent / "triton-doctor.toml"
    ).read_text() == "# mine\ngrpc-port = 8011 # for now\n"
