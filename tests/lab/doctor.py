"""Runs the real program, as a process of its own, with a clean home and no secret around it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests import warm
from tests.published import held

_ROOT = Path(__file__).resolve().parents[2]
HUB = ""  # the address of the lab's stand-in Hub, while there is one
_SOURCES = os.pathsep.join(str(_ROOT / name) for name in ("src", "checks"))


@dataclass(frozen=True)
class DoctorRun:
    """What one run of the program said. `code` is its exit status."""

    code: int
    out: str
    err: str

    @cached_property
    def json(self) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = json.loads(self.out)
        except ValueError:
            raise AssertionError(f"stdout is not JSON (exit {self.code}):\n{self}") from None
        return parsed

    @property
    def ids(self) -> list[str]:
        """The problems found, as reported: once for each place."""
        return [finding["problem"] for finding in self.json["findings"]]

    @property
    def told(self) -> str:
        """What was found, what could not be told, and what was done, one line each."""
        lines = [f"exit {self.code}"]
        lines += [f"found {one['problem']}: {one['title']}" for one in self.json["findings"]]
        lines += [
            f"{one['id']} {one['outcome']} {one['reason']}"
            for one in self.json["checks"]
            if one["outcome"] != "passed"
        ]
        keys = ("problem", "title", "applicability", "state", "result", "reason")
        lines += [" | ".join(str(one[key]) for key in keys) for one in self.json.get("fixes", [])]
        return "\n".join(lines)

    def outcome(self, check: str) -> str:
        """passed, found, skipped, could-not-tell, crashed or timed-out."""
        return str(self.check(check)["outcome"])

    def check(self, check: str) -> dict[str, Any]:
        """The whole result of one check, by its id."""
        for result in self.json["checks"]:
            if result["id"] == check:
                return dict(result)
        raise AssertionError(f"no check {check} in {self}")

    def finding(self, problem: str) -> dict[str, Any]:
        """The first finding of this problem."""
        for finding in self.json["findings"]:
            if finding["problem"] == problem:
                return dict(finding)
        raise AssertionError(f"{problem} was not found in {self}")

    def __str__(self) -> str:
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def until_it_listens(process: subprocess.Popen[bytes], timeout: float = 60) -> None:
    """Until a line of the doctor's own has run. Before that a signal meets Python alone, which
    ends by it with its own words or, in what it loads at its start, even swallows it."""
    sigterm = 1 << signal.SIGTERM - 1  # nobody but the doctor catches it
    end = time.monotonic() + timeout
    while time.monotonic() < end and process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        if int(status.partition("SigCgt:")[2].split()[0], 16) & sigterm:
            return
        time.sleep(0.001)
    raise AssertionError(f"it does not listen: {process.args!r}, exit {process.returncode}")


def run_doctor(
    *args: str,
    host: str,
    home: Path,
    cwd: Path,
    env: Mapping[str, str | None],
    timeout: float,
    before: Sequence[str] = (),
) -> DoctorRun:
    """`env` is laid over a small clean environment; None takes a variable away.

    before: words that go before the program's own, as of `unshare`.
    """
    variables, given = environment(host, home, env), _with_format(args)
    try:
        done = warm.run(given, cwd=cwd, env=variables, timeout=timeout, before=before)
    except subprocess.TimeoutExpired as late:
        out, err = (
            bytes(one or b"").decode("utf-8", "replace") for one in (late.output, late.stderr)
        )
        shown = DoctorRun(-9, out, err)
        raise AssertionError(f"the doctor did not end in {timeout:g} s: {shown}") from None
    as_published(args, done.stdout)
    return DoctorRun(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def as_published(args: Sequence[str], out: bytes) -> None:
    """Whatever these tests make the program print as JSON is as its schema in docs says."""
    if out.startswith(b'{\n  "schema_version"'):
        held(args, out)


def _with_format(args: tuple[str, ...]) -> list[str]:
    """Asks for JSON where a check run was asked for and no format was named."""
    other_command = bool(args) and not args[0].startswith("-")
    named = any(arg == "--format" or arg.startswith("--format=") for arg in args)
    return list(args) if other_command or named else [*args, "--format", "json"]


def environment(host: str, home: Path, changes: Mapping[str, str | None]) -> dict[str, str]:
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")
    clean = {name: os.environ[name] for name in kept if name in os.environ}
    clean |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    clean |= {"HOME": str(home), "LANG": "C.UTF-8", "DOCKER_HOST": host, "PYTHONPATH": _SOURCES}
    if HUB:
        # Its own address is a mirror's, of which `network` would speak in every run.
        clean |= {"HF_ENDPOINT": HUB, "TRITON_DOCTOR_IGNORE": "network"}
    for name, value in changes.items():
        clean.pop(name, None)
        if value is not None:
            clean[name] = value
    return clean
