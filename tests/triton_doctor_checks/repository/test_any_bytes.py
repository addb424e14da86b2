"""Whatever bytes stand in the two files, a run ends in a verdict, and writes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, CONFIG, Workshop
from triton_doctor.cli import cli

# Nothing but the two checks that read the files, and nothing asked of a network.
OPTIONS = ["--select", "repository,engine", "--gpus", "none", "--offline", "--format", "json"]
ENDED = {"passed", "found", "could-not-tell", "skipped"}
_PIECES = [
    *("{", "}", "[", "]", "<", ">", ":", ",", ";", '"', "'", "\\", "\0", "\n", "\r", "\t", "#"),
    *("input", "dims", "kind", "KIND_GPU", "specific", "versions", "parameters", "key", "value"),
    *("backend", "vllm", "max_batch_size", "name", "gemma", "${X}", "```", "\ufeff", "\u00a0"),
    *('"model"', '"dtype"', '"engine_args"', "true", "None", "NaN", "0", "-1", "1e999", "9" * 40),
    *("\ud7ff", "\U0001f600", "[bold]", "{model}", "../..", "C:\\x", "<b>", "\x1b[31m"),
]
RAW = st.binary(max_size=300)
NEARLY = st.lists(st.sampled_from(_PIECES), max_size=30).map(lambda parts: " ".join(parts).encode())
WIDE = st.text(max_size=60).flatmap(
    lambda text: st.sampled_from([text.encode(one) for one in ("utf-8-sig", "utf-16", "utf-32")])
)


@st.composite
def changed(draw: st.DrawFn, text: str) -> bytes:
    """A sound file with a few bytes taken out and others put in."""
    data = text.encode()
    begin = draw(st.integers(0, len(data)))
    end = draw(st.integers(begin, min(len(data), begin + 8)))
    return data[:begin] + draw(st.binary(max_size=4)) + data[end:]


def contents(text: str) -> st.SearchStrategy[bytes]:
    return st.one_of(RAW, NEARLY, WIDE, changed(text), changed(text))


def state(folder: Path) -> dict[str, Any]:
    """All that a write would leave a trace in."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def run(root: Path) -> dict[str, Any]:
    before = state(root)
    asked = [*OPTIONS, "--repository", str(root / "model_repository")]
    done = CliRunner().invoke(cli, asked, catch_exceptions=False, standalone_mode=False)
    assert state(root) == before
    assert done.return_value in (0, 1, 3), done.output
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def verdict(root: Path) -> None:
    report = run(root)
    outcomes = {check["id"]: check["outcome"] for check in report["checks"]}
    assert set(outcomes.values()) <= ENDED, report
    # Never silence: a finding, a doubt, or the line that all is well.
    told = any(check["healthy"] or check["doubts"] for check in report["checks"])
    assert told or report["findings"], report
    assert all(finding["title"] and finding["where"] for finding in report["findings"])


LONG = settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))


@LONG
@given(config=contents(CONFIG))
def test_any_bytes_in_config(shop: Workshop, config: bytes) -> None:
    folder = shop.model()
    (folder / "config.pbtxt").write_bytes(config)
    verdict(shop.root)


@LONG
@given(arguments=contents(ARGUMENTS))
def test_any_bytes_in_model_json(shop: Workshop, arguments: bytes) -> None:
    folder = shop.model()
    (folder / "1/model.json").write_bytes(arguments)
    verdict(shop.root)


@LONG
@given(config=contents(CONFIG), arguments=contents(ARGUMENTS))
def test_any_bytes_in_both(shop: Workshop, config: bytes, arguments: bytes) -> None:
    folder = shop.model()
    (folder / "config.pbtxt").write_bytes(config)
    (folder / "1/model.json").write_bytes(arguments)
    verdict(shop.root)


def test_a_write_would_be_noticed(shop: Workshop) -> None:
    folder = shop.model()
    before = state(shop.root)
    os.utime(folder / "config.pbtxt", ns=(1, 1))
    assert state(shop.root) != before


@pytest.mark.parametrize("name", ["config.pbtxt", "1/model.json"])
def test_the_largest_line_is_judged_in_time(shop: Workshop, name: str) -> None:
    """Files as large as are read at all, of one line, of what the readers look for."""
    folder = shop.model()
    for text in ("{" * 200_000, "input {" * 30_000, '"a' * 100_000, "[1," * 60_000, " " * 250_000):
        (folder / name).write_text(text)
        verdict(shop.root)
