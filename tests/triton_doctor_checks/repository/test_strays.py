"""What lies beside the models, under each control mode, and models in several repositories."""

from __future__ import annotations

from typing import Any

import pytest

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, CONFIG, Workshop
from triton_doctor.model import Outcome, Severity

ALL: list[dict[str, Any]] = [
    {"control_mode": "none"},
    {"control_mode": "poll"},
    {"model": ("*",)},
]
STRAYS = (".git/hooks/x", ".ipynb_checkpoints/x", "__pycache__/x.pyc", "weights/config.json")


@pytest.mark.parametrize("mode", ALL)
def test_every_folder_counts_when_all_are_loaded(shop: Workshop, mode: dict[str, Any]) -> None:
    shop.model()
    (shop.root / "model_repository/lost+found").mkdir()
    for name in STRAYS:
        shop.write(f"model_repository/{name}")
    finding = shop.judge(**mode).only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.ERROR)
    names = ".git, .ipynb_checkpoints, __pycache__, lost+found, weights"
    assert finding.title.endswith(f"and they are none: {names}")
    assert "--load-model=gemma" in finding.remedy
    assert "    mv model_repository/.git model_repository/../.git" in finding.remedy.splitlines()
    assert finding.fix is not None
    assert finding.fix.applicability == "ask"


@pytest.mark.parametrize("mode", ALL)
def test_files_and_links_to_folders_beside_models_are_fine(
    shop: Workshop, mode: dict[str, Any]
) -> None:
    shop.model()
    shop.write("model_repository/README.md")
    shop.write("model_repository/.DS_Store")
    (shop.root / "model_repository/other").symlink_to("gemma")
    assert shop.judge(**mode).healthy == "2 models have their files: gemma, other"


def test_by_name_only_the_loaded_ones_count(shop: Workshop) -> None:
    shop.model()
    for name in STRAYS:
        shop.write(f"model_repository/{name}")
    shop.write("model_repository/broken/config.pbtxt", "not text format at all {")
    result = shop.judge()
    assert {finding.severity for finding in result.findings} == {Severity.NOTE}
    assert result.healthy


@pytest.mark.parametrize("mode", ALL)
def test_a_second_model_that_fails_is_told_where_all_are_loaded(
    shop: Workshop, mode: dict[str, Any]
) -> None:
    shop.model()
    shop.write("model_repository/second/config.pbtxt", CONFIG)
    assert shop.judge().healthy
    finding = shop.judge(**mode).only()
    assert finding.where == "model_repository/second"


@pytest.mark.parametrize("mode", ALL)
def test_a_link_at_the_top_ends_the_whole_listing(shop: Workshop, mode: dict[str, Any]) -> None:
    shop.model()
    (shop.root / "model_repository/notes").symlink_to("/nowhere")
    assert shop.judge(**mode).only().severity is Severity.ERROR
    by_name = shop.judge()
    assert by_name.only().severity is Severity.NOTE
    assert by_name.healthy


@pytest.mark.parametrize("mode", ALL[:2])
def test_a_model_that_is_not_asked_for_by_name_is_not_missed(
    shop: Workshop, mode: dict[str, Any]
) -> None:
    shop.model("llama")
    assert shop.judge(**mode).outcome is Outcome.PASSED


def test_a_models_folder_as_repository_when_all_are_loaded(shop: Workshop) -> None:
    shop.model()
    finding = shop.judge(repository="model_repository/gemma", control_mode="none").only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.ERROR)
    assert "is the folder of one model" in finding.title


def test_a_versions_folder_as_repository(shop: Workshop) -> None:
    shop.model()
    folder = "model_repository/gemma/1"
    finding = shop.judge(repository=folder).only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.ERROR)
    assert f"    triton-doctor --repository {shop.root}/model_repository" in (
        finding.remedy.splitlines()
    )
    # With nothing to load the server starts, and serves nothing.
    none = shop.judge(repository=folder, control_mode="none").only()
    assert (none.title, none.severity) == (finding.title, Severity.WARNING)


@pytest.mark.parametrize("mode", ALL)
def test_the_parent_as_repository(shop: Workshop, mode: dict[str, Any]) -> None:
    shop.model()
    finding = shop.judge(repository=".", **mode).only()
    assert finding.problem == "repository/bad-layout"
    assert "    triton-doctor --repository model_repository" in finding.remedy.splitlines()


def test_a_repository_in_the_repository(shop: Workshop) -> None:
    shop.model()
    shop.model().rename(shop.root / "llama")
    shop.model()
    (shop.root / "model_repository/inner").mkdir()
    (shop.root / "llama").rename(shop.root / "model_repository/inner/llama")
    finding = shop.judge(control_mode="none").only()
    assert "inner lies one folder deeper" in finding.title


def test_names_that_differ_by_case_are_a_note(shop: Workshop) -> None:
    shop.model("gemma")
    shop.model("Gemma")
    result = shop.judge()
    assert result.only().severity is Severity.NOTE
    assert result.healthy


def more(shop: Workshop, path: str) -> None:
    shop.write(f"{path}/config.pbtxt", CONFIG)
    shop.write(f"{path}/1/model.json", ARGUMENTS)


@pytest.mark.parametrize("mode", [{}, *ALL])
def test_a_model_in_two_repositories(shop: Workshop, mode: dict[str, Any]) -> None:
    shop.model()
    more(shop, "second/gemma")
    finding = shop.judge(more_repositories=("second",), **mode).only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.ERROR)
    assert finding.title == "More than one repository holds gemma: model_repository, second"
    assert finding.where == "second/gemma"


def test_by_name_a_file_counts_too_and_models_not_loaded_do_not(shop: Workshop) -> None:
    shop.model()
    shop.model("other")
    shop.write("second/gemma")
    more(shop, "second/other")
    assert "holds gemma" in shop.judge(more_repositories=("second",)).only().title
    result = shop.judge(more_repositories=("second",), model=("third",))
    assert result.ids == ["repository/not-found"]
    named = shop.judge(more_repositories=("second",), control_mode="none").only()
    assert "holds other" in named.title


def test_a_model_that_only_the_second_repository_holds_is_judged_there(shop: Workshop) -> None:
    shop.model("other")
    more(shop, "second/gemma")
    assert shop.judge(more_repositories=("second",)).healthy
    shop.write("second/gemma/1/model.json", "{")
    assert shop.judge(more_repositories=("second",)).only().where == (
        "second/gemma/1/model.json:1:1"
    )


def test_a_further_repository_that_is_not_there(shop: Workshop) -> None:
    shop.model()
    finding = shop.judge(more_repositories=("second",)).only()
    assert (finding.problem, finding.where) == (
        "repository/not-found",
        f"{shop.root}/second",
    )
