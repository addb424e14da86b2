"""The table of toolkits and drivers: its rows, and that it hangs together."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
import tomli

from triton_doctor.probes.cuda_rules import rules_for, version

DATA = resources.files("triton_doctor.probes") / "data"


def table(name: str = "cuda_drivers.toml") -> dict[str, Any]:
    return tomli.loads((DATA / name).read_text("utf-8"))


def test_the_row_of_an_image_s_cuda() -> None:
    rules = rules_for("12.9.0.043", table())
    assert (rules.cuda, rules.driver, rules.windows_driver) == ((12, 9), "575.51.03", "576.02")
    assert (rules.oldest_driver, rules.least_capability) == (525, (5, 0))
    assert rules.first_toolkit["sm_120"] == (12, 8)


def test_a_cuda_that_is_not_in_the_table_keeps_the_rules_of_its_major_version() -> None:
    rules = rules_for("13.9", table())
    assert (rules.cuda, rules.driver, rules.oldest_driver) == ((13, 9), "", 580)
    assert rules_for("14.0.0", table()).oldest_driver is None
    assert rules_for(None, table()).cuda is None


def test_every_release_s_cuda_has_rules() -> None:
    releases = table("triton_releases.toml")["release"]
    known = [rules_for(row["cuda"], table()) for row in releases if "cuda" in row]
    assert len(known) > 20
    assert all(rules.oldest_driver for rules in known)


@pytest.mark.parametrize("row", table()["toolkit"], ids=lambda row: row["cuda"])
def test_a_toolkit_goes_with_a_driver_that_runs_its_major_version(row: dict[str, str]) -> None:
    oldest = table()["oldest_driver"][row["cuda"].partition(".")[0]]
    assert version(row["linux"])[0] >= oldest
