"""A broken plug-in costs nothing but a finding, and a good one is as good as a shipped check."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.house import tree

PLUGINS = str(tree.ROOT / "tests" / "house" / "plugins")
AREAS = (
    "acme:quota,brokentoml:whole,crashes:divides,crashes:exits,crashes:strays,hangs:quota,doctor"
)


def doctor(*argv: str) -> tuple[int, dict[str, Any]]:
    done = tree.python("-m", "triton_doctor", "--format", "json", "--offline", *argv, extra=PLUGINS)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """One run over the plug-ins alone, with two models so that the good one finds something."""
    code, report = doctor(
        "--select", AREAS, "--model", "gemma,llama", "--timeout", "8", "--jobs", "8"
    )
    assert code == 3, "two crashes, a hang and nothing as bad as an error"
    return report


def test_a_good_plugin_finds_its_problem_under_its_own_name(report: dict[str, Any]) -> None:
    (found,) = [one for one in report["findings"] if one["problem"] == "acme:quota/exceeded"]
    assert found["title"] == "2 models are asked for and 1 may run"
    assert found["docs"] == "docs/problems/acme/quota/exceeded.md"


def test_what_cannot_be_loaded_is_a_finding(report: dict[str, Any]) -> None:
    told = " ".join(
        one["title"] + one["why"]
        for one in report["findings"]
        if one["problem"] == "doctor/plugin-broken"
    )
    assert "raises 1.2" in told
    assert "this plug-in wants a licence" in told
    assert "brokentoml_checks.torn" in told


def test_each_failure_costs_only_its_own_check(report: dict[str, Any]) -> None:
    outcomes = {one["id"]: one["outcome"] for one in report["checks"]}
    assert outcomes["acme:quota"] == "found"
    assert outcomes["brokentoml:whole"] == "passed"
    assert outcomes["crashes:exits"] == "crashed"
    assert outcomes["crashes:strays"] == "crashed"
    assert outcomes["hangs:quota"] == "timed-out"


def test_a_crash_names_its_cause() -> None:
    code, report = doctor("--select", "crashes:divides")
    (crashed,) = [one for one in report["checks"] if one["id"] == "crashes:divides"]
    assert (code, crashed["outcome"]) == (3, "crashed")
    assert "ZeroDivisionError" in crashed["reason"]


def test_a_plugin_is_listed_and_explained() -> None:
    done = tree.python("-m", "triton_doctor", "explain", "acme:quota/exceeded", extra=PLUGINS)
    assert done.returncode == 0, done.stderr
    assert "3 models are asked for and 1 may run" in done.stdout


def test_without_the_plugins_nothing_is_broken() -> None:
    done = tree.python("-m", "triton_doctor", "list")
    assert done.returncode == 0, done.stderr
    assert "acme:" not in done.stdout
