"""A token given to the wizard in a real terminal: kept for its owner, and shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.terminal import DOWN, ENTER, Terminal
from tests.triton_doctor.commands.place import REPAIRED, Place
from tests.triton_doctor.commands.test_fix_token import GOOD, REVOKED, Hub, serving

ONLY = ("--fix", "--select", "token")


@pytest.fixture
def gated(place: Place) -> Place:
    """A deployment whose weights want a token, and none is set."""
    place.arguments.write_text(REPAIRED.replace("facebook/opt-125m", "google/gemma-2b"))
    return place


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_is_asked_for_tested_and_kept_for_its_owner_alone(
    gated: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "asked", [])
    with serving() as address:
        env = gated.env(HF_ENDPOINT=address)
        with Terminal(*ONLY, cwd=gated.here, env=env, columns=60) as seen:
            seen.asked()
            seen.press("a")
            seen.until("Enter alone skips")
            seen.press(REVOKED, ENTER)
            seen.until("The Hub refuses this token.")
            seen.until("Enter alone skips", times=2)  # the terminal shows what is typed before
            seen.press(GOOD, ENTER)
            seen.until("The Hub knows this token.")
            assert seen.code() in (0, 1, 3)
            shown = seen.raw.decode("utf-8", "replace")
    (kept,) = [path for path in files(gated.home) if path.name == "token"]
    assert kept.read_text().strip() == GOOD
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len([path for path in Hub.asked if "whoami" in path]) == 2  # one for each
    others = [path for path in files(gated.root) if path != kept]
    assert others
    for path in others:
        assert GOOD.encode() not in path.read_bytes(), path
    for secret in (GOOD, REVOKED):
        assert secret not in shown
    assert gated.doctor("undo").returncode == 0
    assert not kept.exists()
    assert not (gated.here / "triton-doctor.toml").exists()


def test_enter_alone_skips_it(gated: Place) -> None:
    with Terminal(*ONLY, "--offline", cwd=gated.here, env=gated.env()) as seen:
        seen.asked()
        seen.press(DOWN, "a")
        seen.until("Enter alone skips")
        seen.press(ENTER)
        seen.code()
        assert "No token was given" in seen.flat
    assert list(gated.home.iterdir()) == []


def test_yes_without_a_terminal_says_why_it_was_left(gated: Place) -> None:
    done = gated.doctor(*ONLY, "--yes=ask", "--offline", "--format", "json")
    told = [one for one in json.loads(done.stdout)["fixes"] if one["problem"] == "token/missing"]
    assert [(one["state"], one["reason"]) for one in told] == [
        ("skipped", "A token can only be asked for at a terminal")
    ]
    assert list(gated.home.iterdir()) == []
