"""Secrets in every place where a repair comes by: what is shown, kept and run never holds them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.terminal import ENTER, Terminal
from tests.triton_doctor.commands.place import Place
from tests.triton_doctor.commands.test_fix_token import serving

# Forms that no pattern knows, so that only care keeps them out, and one that patterns do know.
TYPED, IN_FILE, IN_VARIABLE = (f"{name}CaNaRyXq7Zz{'0Kk9' * 6}" for name in ("ty", "fi", "va"))
IN_SETTINGS, IN_DOCKER = "hf_" + "sEtCaNaRy7" * 3, "ZG9DYU5hUnk6c2VjcmV0Q2FOYVJ5"
EVERY = (TYPED, IN_FILE, IN_VARIABLE, IN_SETTINGS, IN_DOCKER)
ALL = ("--fix", "--yes=ask", "--select", "repository,token,docker,engine")
pytestmark = pytest.mark.unmeasured
_ARGUMENTS = '{\n  "model": "google/gemma-2b",\n  "hf_token": "%s",\n  "max-model-len": 512,\n}\n'
_DOCKER = (
    '{\n  "auths": {\n    "r.example": { "auth": "%s" }\n  },\n  "currentContext": "gone"\n}\n'
)


@pytest.fixture
def full(place: Place) -> Place:
    """A deployment with a secret in each of its files."""
    place.arguments.write_text(_ARGUMENTS % IN_SETTINGS)
    for name, text in (("token", f"{IN_FILE} \n"), ("docker.json", _DOCKER % IN_DOCKER)):
        (place.home / name).write_text(text)
        (place.home / name).chmod(0o600)
    (place.home / ".docker").mkdir()
    (place.home / "docker.json").rename(place.home / ".docker/config.json")
    (place.home / "token").rename(place.here / "token.txt")
    return place


@contextmanager
def watched() -> Iterator[list[bytes]]:
    """The command lines of all processes that there are from now on, again and again."""
    old = set(Path("/proc").iterdir())
    seen: set[bytes] = set()
    lines: list[bytes] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for process in set(Path("/proc").iterdir()) - old:
                with suppress(OSError):  # it ended meanwhile
                    seen.add((process / "cmdline").read_bytes())
            time.sleep(0.02)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield lines
    finally:
        over.set()
        watcher.join()
        lines += seen


def nowhere(text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    assert [one for one in EVERY if one.encode() in data] == [], data.decode("utf-8", "replace")


def journal(place: Place) -> list[Path]:
    folder = place.home / ".local/state/triton-doctor/journal"
    return [path for path in folder.rglob("*") if path.is_file()]


def test_repairs_of_files_that_hold_secrets(full: Place) -> None:
    """Only a backup of a file may hold what the file holds, and nobody else may read it."""
    env = {"HF_TOKEN": f'"{IN_VARIABLE}"'}
    with watched() as lines:
        runs = [
            full.doctor("--fix", "--dry-run", *ALL[2:], DOCKER_HOST="", **env),
            full.doctor(*ALL, DOCKER_HOST="", **env),
            full.doctor(*ALL, "--format", "json", "--token-file", "token.txt", **env),
            full.doctor("undo", "--list"),
            full.doctor("undo", "--list", "--format", "json"),
        ]
    assert "max_model_len" in full.text
    assert '"currentContext": "default"' in (full.home / ".docker/config.json").read_text()
    assert '+  "currentContext": "default"' in runs[0].stdout, runs[0].stdout
    nowhere("".join(run.stdout + run.stderr for run in runs))
    nowhere(b"\n".join(lines))
    kept = journal(full)
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert any(IN_SETTINGS.encode() in path.read_bytes() for path in kept)
    for path in kept:
        if not path.name.endswith(".before"):
            nowhere(path.read_bytes())
    undone = full.doctor("undo")
    nowhere(undone.stdout + undone.stderr)


def test_a_token_typed_at_a_terminal(full: Place) -> None:
    """It takes the place of one that is not fit; the old one alone is kept, for undo."""
    options = ("--fix", "--select", "token", "--token-file", "token.txt")
    with serving() as address, watched() as lines:
        env = full.env(HF_ENDPOINT=address)
        (full.here / "token.txt").write_text("your_token_here\n")
        with Terminal(*options, "--offline", cwd=full.here, env=env) as seen:
            seen.asked()
            seen.press("a")
            seen.until("Enter alone skips")
            seen.press(TYPED, ENTER)
            seen.code()
            shown = seen.raw
    token = full.here / "token.txt"
    assert token.read_text().strip() == TYPED
    assert token.stat().st_mode & 0o777 == 0o600
    nowhere(shown)
    nowhere(b"\n".join(lines))
    for path in journal(full):
        nowhere(path.read_bytes())
    for arguments in (("undo", "--list"), ("undo", "--list", "--format", "json"), ("undo",)):
        done = full.doctor(*arguments)
        nowhere(done.stdout + done.stderr)
    assert token.read_text() == "your_token_here\n"
