"""Every command in README and the guides is run; every settings file in them is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.readme import command
from triton_doctor.deployment import keys
from triton_doctor.settings import resolve

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*.md"))]
# `<!-- runs: 0 1 -->` before a block: run it here, it ends with one of these codes.
# `<!-- tested: NAME -->`: it needs a machine of its own; a test of the lab, or CI, runs it by name.
BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>.+?) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL
)


def blocks(kind: str) -> list[tuple[Path, str, str]]:
    """Page, mark and text of every block of a kind."""
    return [
        (page, match["mark"] or "", match["body"])
        for page in PAGES
        for match in BLOCK.finditer(page.read_text("utf-8"))
        if match["kind"] == kind
    ]


COMMANDS = blocks("sh")


def test_there_are_commands_to_run() -> None:
    assert len([mark for _, mark, _ in COMMANDS if mark.startswith("runs:")]) >= 3


@pytest.mark.parametrize(
    ("page", "mark", "body"),
    COMMANDS,
    ids=[f"{page.name}-{n}" for n, (page, _, _) in enumerate(COMMANDS)],
)
def test_a_command_of_the_docs_does_what_they_say(
    page: Path, mark: str, body: str, tmp_path: Path
) -> None:
    kind, _, rest = mark.partition(": ")
    if kind == "tested":
        runners = [*(ROOT / "tests/lab").glob("test_*.py"), Path(__file__)]
        assert any(f'command("{rest}")' in one.read_text("utf-8") for one in runners), rest
        return
    assert kind == "runs", (
        f"{page}: a block without a mark, so that nobody knows whether it is true:\n{body}"
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in re.sub(r"\\\n", " ", body).strip().split("\n"):
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": path,
                "CHECKOUT": str(ROOT),
                "XDG_STATE_HOME": f"{tmp_path}-state",  # what repairs are kept in
            },
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert str(done.returncode) in rest.split(), (line, done.returncode, done.stderr)
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "body", [body for page, _, body in blocks("toml") if page.name == "settings.md"]
)
def test_a_settings_file_of_the_docs_is_understood(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "triton-doctor.toml").write_text(body)
    monkeypatch.chdir(tmp_path)
    deployment, settings = resolve({}, {}, None)
    assert deployment.model == ("llama",)
    assert settings.ignore == ("gpu/busy",)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/guide/settings.md").read_text("utf-8")
    assert [key for key in keys() if f"`{key}`" not in page] == []


def test_ci_runs_the_second_command() -> None:
    script = command("second command").rpartition(" ")[2]
    assert script == "tests/run"
    assert f"../{script}" in (ROOT / ".ci/run").read_text("utf-8")
