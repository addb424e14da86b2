"""docs/problems is what the generator writes now."""

from __future__ import annotations

from pathlib import Path

from tests.house import tree
from triton_doctor.model import Problem, Severity, Signature, Words
from triton_doctor.report.pages import fold, page


def test_pages_are_up_to_date() -> None:
    done = tree.python("docs/generate.py", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_stale_a_missing_and_a_superfluous_page_are_noticed(tmp_path: Path) -> None:
    copy = tmp_path / "problems"
    assert tree.python("docs/generate.py", "--into", str(copy)).returncode == 0
    (copy / "README.md").write_text("old", encoding="utf-8")
    (copy / "engine" / "crashed.md").unlink()
    (copy / "engine" / "gone.md").write_text("was once", encoding="utf-8")
    done = tree.python("docs/generate.py", "--check", "--into", str(copy))
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "out of date: README.md",
        "out of date: engine/crashed.md",
        "out of date: engine/gone.md",
    ]
    assert tree.python("docs/generate.py", "--into", str(copy)).returncode == 0
    assert tree.python("docs/generate.py", "--check", "--into", str(copy)).returncode == 0
    assert not (copy / "engine" / "gone.md").exists()


def test_a_page_shows_cases_fixes_and_samples() -> None:
    words = Words("{name} is down", "Nothing works.", "Start {name}:\n\n    start {name}")
    text = page(
        Problem(
            id="acme:thing/down",
            severity=Severity.WARNING,
            words=words,
            facts={"name": "thing"},
            cases={"far": Words("{name} is down", "Nothing works.", "Call {name}.")},
            examples={"far": {"name": "the moon"}},
            fixes={"start": "Start {name} on {machine}"},
            signatures=(Signature("down", ("E thing: down",)),),
            links=("https://example.com",),
        )
    )
    assert "# thing is down" in text
    assert "    start thing\n" in text
    assert "- Start thing on …" in text
    assert "## Case `far`\n\nCall the moon." in text
    assert "```text\nE thing: down\n```" in text


def test_long_paragraphs_are_folded_and_commands_are_not() -> None:
    text = "word " * 40 + "\n\n    command " + "x" * 120
    folded = fold(text).splitlines()
    assert max(len(line) for line in folded[:-1]) <= 100
    assert folded[-1].endswith("x" * 120)
