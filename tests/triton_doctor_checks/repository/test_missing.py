"""Why the repository, or a model in it, is not there."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.repository.kit import CONFIG, Workshop
from triton_doctor.model import Outcome
from triton_doctor.probes.docker_engine import DockerEngine


def test_no_folder(shop: Workshop) -> None:
    finding = shop.judge().only()
    assert finding.problem == "repository/not-found"
    assert finding.title == f"There is no folder {shop.root}/model_repository"


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ("deploy/model_repository", "deploy/model_repository"),
        ("../model_repository", "../model_repository"),
        ("models", "models"),
        (".", "."),
    ],
)
def test_no_folder_but_one_nearby(shop: Workshop, place: str, hint: str) -> None:
    shop.write(f"{place}/gemma/config.pbtxt", CONFIG)
    finding = shop.judge(repository="model_repository" if place != "." else "repo").only()
    assert finding.problem == "repository/not-found"
    assert f"    triton-doctor --repository {hint}" in finding.remedy.splitlines()


def test_standing_inside_the_model(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.model())
    assert "triton-doctor --repository .." in shop.judge().only().remedy


def test_only_what_leads_here_counts_above(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some folder of somebody else's, two levels up, is no model of this repository."""
    shop.write("../unrelated/config.pbtxt", CONFIG)
    folder = shop.root / "deep"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert "looks like" not in shop.judge().only().title


def test_the_one_nearby_that_holds_the_model_comes_first(shop: Workshop) -> None:
    shop.write("a/other/config.pbtxt", CONFIG)
    shop.write("b/gemma/config.pbtxt", CONFIG)
    assert "triton-doctor --repository b" in shop.judge().only().remedy


def test_a_folder_that_is_on_the_engines_machine_is_not_judged(shop: Workshop) -> None:
    result = shop.judge(
        engine=DockerEngine(endpoint="ssh://gpu", source="DOCKER_HOST", remote=True)
    )
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    here = shop.judge(engine=DockerEngine(endpoint="unix:///x", source="default"))
    assert here.ids == ["repository/not-found"]


def test_a_file_in_the_repositorys_place(shop: Workshop) -> None:
    shop.write("model_repository", "")
    finding = shop.judge().only()
    assert (finding.problem, finding.title.split()[-4:]) == (
        "repository/not-found",
        ["is", "not", "a", "folder"],
    )


def test_an_empty_repository(shop: Workshop) -> None:
    (shop.root / "model_repository").mkdir()
    finding = shop.judge().only()
    assert finding.problem == "repository/not-found"
    assert "model_repository/gemma/1/model.json" in finding.remedy


def test_another_model_than_the_one_asked_for(shop: Workshop) -> None:
    shop.model("llama")
    (shop.root / "model_repository/.git").mkdir()
    finding = shop.judge().only()
    assert finding.title == "model_repository has no model named gemma; in it: llama"
    assert "    triton-doctor --model llama" in finding.remedy.splitlines()


@pytest.mark.parametrize("name", ["Gemma", "gema", "gemma2"])
def test_a_misspelt_model(shop: Workshop, name: str) -> None:
    shop.model(name)
    finding = shop.judge().only()
    assert finding.title == f"model_repository has no model named gemma, but one named {name}"
    assert f"    mv model_repository/{name} model_repository/gemma" in finding.remedy.splitlines()
    assert finding.fix is not None
    assert finding.fix.applicability == "ask"


def test_one_of_two_models_is_missing(shop: Workshop) -> None:
    shop.model("gemma")
    finding = shop.judge(model=("gemma", "mistral")).only()
    assert (finding.problem, finding.where) == ("repository/not-found", "model_repository")


def test_a_file_in_the_models_place(shop: Workshop) -> None:
    shop.write("model_repository/gemma")
    assert shop.judge().only().title == "gemma in model_repository is a file, not a folder"


def test_links_that_the_container_cannot_follow(shop: Workshop) -> None:
    (shop.root / "model_repository").mkdir()
    link = shop.root / "model_repository/gemma"
    link.symlink_to("/nowhere/at/all")
    assert shop.judge().only().title == "gemma in model_repository is a link that leads nowhere"
    link.unlink()
    shop.model("other").rename(shop.root / "elsewhere")
    link.symlink_to(shop.root / "elsewhere")
    finding = shop.judge().only()
    assert finding.title == "gemma in model_repository is a link out of the repository"
    assert finding.problem == "repository/not-found"


def test_a_link_within_the_repository_is_followed(shop: Workshop) -> None:
    shop.model("gemma-2b")
    (shop.root / "model_repository/gemma").symlink_to("gemma-2b")
    assert shop.judge().outcome is Outcome.PASSED


def test_a_repository_that_is_itself_a_link(shop: Workshop) -> None:
    shop.model()
    (shop.root / "models").symlink_to("model_repository")
    assert shop.judge(repository="models").outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "path",
    ["", "/gemma", "/gemma/config.pbtxt", "/gemma/1", "/gemma/1/model.json"],
)
def test_what_may_not_be_read_is_not_judged(shop: Workshop, path: str) -> None:
    """The server runs as root and may read it: no verdict, and no green."""
    shop.model()
    result = shop.judge(denied=f"{shop.root}/model_repository{path}")
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)
    assert f"model_repository{path}" in result.doubts[0].reason
