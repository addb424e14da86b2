"""The table of arguments by version."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.engine.recorded import VERSIONS, recorded
from triton_doctor.api import data
from triton_doctor_checks.engine import table as tables


@pytest.mark.parametrize("version", VERSIONS)
def test_the_names_are_those_of_the_real_class(version: str) -> None:
    table = tables.table(version)
    assert table is not None
    assert set(table.arguments) == set(recorded(version)["fields"])


@pytest.mark.parametrize("version", VERSIONS)
def test_null_is_allowed_where_the_real_class_says_so(version: str) -> None:
    known = tables.arguments(version)
    assert known is not None
    real = {
        name: field["nullable"] or ("default" in field and field["default"] is None)
        for name, field in recorded(version)["fields"].items()
    }
    assert [name for name in real if real[name] != known[name].nullable] == []


def test_every_release_with_vllm_has_a_table() -> None:
    rows = data("triton_doctor.probes", "data/triton_releases.toml")["release"]
    assert len(rows) > 30
    assert [row["tag"] for row in rows if "vllm" in row and tables.table(row["vllm"]) is None] == []


@pytest.mark.parametrize(
    ("version", "read"),
    [
        ("0.9.0rc1", "0.9.0"),
        ("0.9.0", "0.9.0"),
        ("0.9.0.1", "0.9.0.1"),
        ("0.8.2", "0.8.1"),
        ("0.4.0.post1", "0.4.0.post1"),
        ("0.5.3", "0.5.0.post1"),
        ("0.11.1+9114fd76.nv25.12", "0.11.1"),
        ("0.33.0", "0.33.0"),
    ],
)
def test_a_version_between_two_is_the_one_below(version: str, read: str) -> None:
    table = tables.table(version)
    assert table is not None
    assert (table.version, table.read) == (version, read)


@pytest.mark.parametrize("version", [None, "", "main", "0.1.7", "0.34.0", "1.0.0"])
def test_what_was_not_read_is_not_known(version: str | None) -> None:
    assert tables.table(version) is None
    assert tables.arguments(version) is None


def test_history() -> None:
    assert tables.history("disable_log_requests") == tables.History("0.2.0", "0.10.0", "0.10.1.1")
    assert tables.history("model") == tables.History("0.2.0")
    assert tables.history("engine_args") is None
    assert tables.release_with("0.10.1.1") == "25.09"
    assert tables.release_with("0.33.0") == ""


def test_what_took_a_names_place_came_before_it_went() -> None:
    replaced = data("triton_doctor_checks.engine", "arguments.json")["replaced"]
    for name, successor in replaced.items():
        past, new = tables.history(name), tables.history(successor["to"][0])
        assert past is not None, name
        assert new is not None, name
        assert past.gone is not None, name


def test_choices_and_kinds() -> None:
    old, new = tables.arguments("0.5.5"), tables.arguments("0.13.0")
    assert old is not None
    assert new is not None
    assert new["dtype"].closed
    assert "bfloat16" in new["dtype"].choices
    assert new["tensor_parallel_size"].kinds == ("int",)
    assert not new["tokenizer_mode"].closed
    assert not old["model"].required
    oldest = tables.arguments("0.2.0")
    assert oldest is not None
    assert oldest["model"].required
