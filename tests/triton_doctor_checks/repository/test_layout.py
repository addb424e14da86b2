"""Folders: the repository, the model's, the versions'."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, CONFIG, Workshop
from triton_doctor.model import Finding, Outcome, Severity
from triton_doctor.probes.shell import Shell
from triton_doctor.repairs import Applicability, Edit, MakeFolder, Setting


def test_the_guides_repository_is_sound(shop: Workshop) -> None:
    shop.model()
    result = shop.judge()
    assert result.outcome is Outcome.PASSED
    assert result.healthy == "gemma: config.pbtxt and 1/model.json are there"


def test_several_models_and_all_of_them(shop: Workshop) -> None:
    shop.model("a")
    shop.model("b")
    assert shop.judge(model=("a", "b")).healthy == "2 models have their files: a, b"
    assert shop.judge(model=("*",)).healthy == "2 models have their files: a, b"


def test_version_0_and_the_newest_of_many_are_fine(shop: Workshop) -> None:
    shop.write("model_repository/gemma/config.pbtxt", CONFIG)
    shop.write("model_repository/gemma/0/model.json", ARGUMENTS)
    assert shop.judge().healthy == "gemma: config.pbtxt and 0/model.json are there"
    shop.write("model_repository/gemma/10/model.json", ARGUMENTS)
    shop.write("model_repository/gemma/9/model.json", "broken, and never served")
    assert shop.judge().healthy == "gemma: config.pbtxt and 10/model.json are there"


def test_a_version_folder_out_of_the_repository(shop: Workshop) -> None:
    folder = shop.model()
    (folder / "1").rename(shop.root / "v1")
    (folder / "1").symlink_to(shop.root / "v1")
    assert shop.judge().only().title == "Version folder gemma/1 is a link out of the repository"


def test_the_models_folder_given_as_repository(shop: Workshop) -> None:
    shop.model()
    finding = shop.judge(repository="model_repository/gemma").only()
    assert finding.problem == "repository/bad-layout"
    assert f"    triton-doctor --repository {shop.root}/model_repository" in (
        finding.remedy.splitlines()
    )


def test_files_directly_in_the_repository(shop: Workshop) -> None:
    shop.write("model_repository/config.pbtxt", CONFIG)
    shop.write("model_repository/1/model.json", ARGUMENTS)
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert finding.remedy.splitlines()[-3:] == [
        "    mkdir -p model_repository/gemma",
        "    mv model_repository/config.pbtxt model_repository/gemma/config.pbtxt",
        "    mv model_repository/1 model_repository/gemma/1",
    ]


def test_one_folder_too_deep(shop: Workshop) -> None:
    shop.model().parent.rename(shop.root / "inner")
    (shop.root / "model_repository").mkdir()
    (shop.root / "inner").rename(shop.root / "model_repository/inner")
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert "    triton-doctor --repository model_repository/inner" in finding.remedy.splitlines()


def test_a_models_folder_within_itself(shop: Workshop) -> None:
    shop.model().rename(shop.root / "gemma")
    (shop.root / "model_repository/gemma").mkdir()
    (shop.root / "gemma").rename(shop.root / "model_repository/gemma/gemma")
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert "    triton-doctor --repository model_repository/gemma" in finding.remedy.splitlines()


@pytest.mark.parametrize("name", ["v1", "01", "version_1", "00001", "0x1"])
def test_a_version_that_is_no_number(shop: Workshop, name: str) -> None:
    folder = shop.model()
    (folder / "1").rename(folder / name)
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert finding.title == f"{name} in gemma is no version number for Triton"
    number = 1 if name != "0x1" else 0
    repair = f"    mv model_repository/gemma/{name} model_repository/gemma/{number}"
    assert finding.remedy.splitlines()[-1] == repair
    assert finding.fix is not None
    assert finding.fix.steps[0].argv[1:] == tuple(repair.split()[1:])


def test_no_version_at_all(shop: Workshop) -> None:
    shop.write("model_repository/gemma/config.pbtxt", CONFIG)
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert finding.title == "gemma has no version folder (in it: config.pbtxt)"


@pytest.mark.parametrize("version_folder", [True, False])
def test_model_json_one_level_off(shop: Workshop, version_folder: bool) -> None:
    folder = shop.model()
    (folder / "1/model.json").rename(folder / "model.json")
    if not version_folder:
        (folder / "1").rmdir()
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert finding.where == "model_repository/gemma/model.json"
    assert finding.remedy.splitlines()[-2:] == [
        "    mkdir -p model_repository/gemma/1",
        "    mv model_repository/gemma/model.json model_repository/gemma/1/model.json",
    ]


def test_config_one_level_off(shop: Workshop) -> None:
    folder = shop.model()
    (folder / "config.pbtxt").rename(folder / "1/config.pbtxt")
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert finding.where == "model_repository/gemma/1/config.pbtxt"


def test_strange_folders_are_a_note_only(shop: Workshop) -> None:
    shop.model()
    (shop.root / "model_repository/.git").mkdir()
    shop.write("model_repository/notes/config.pbtxt", CONFIG)
    shop.model("other.vllm", config=None)
    result = shop.judge()
    finding = result.only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.NOTE)
    assert finding.title.endswith(": .git, notes")
    assert result.healthy


def test_repairs_are_in_the_words_of_the_shell(shop: Workshop) -> None:
    folder = shop.model()
    (folder / "1").rename(folder / "v1")
    lines = shop.judge(Shell("cmd")).only().remedy.splitlines()
    assert lines[-1] == r"    move model_repository\gemma\v1 model_repository\gemma\1"


def setting_of(finding: Finding) -> object:
    """What the fix writes into the settings file."""
    assert finding.fix is not None
    (act,) = (step.act for step in finding.fix.steps)
    assert isinstance(act, Setting)
    return act.value


def test_the_folder_that_holds_the_models_becomes_the_repository(shop: Workshop) -> None:
    shop.model()
    one = shop.judge(repository="model_repository/gemma").only()
    assert setting_of(one) == str(shop.root / "model_repository")
    version = shop.judge(repository="model_repository/gemma/1").only()
    assert setting_of(version) == str(shop.root / "model_repository")
    (shop.root / "model_repository").rename(shop.root / "inner")
    (shop.root / "model_repository").mkdir()
    (shop.root / "inner").rename(shop.root / "model_repository/inner")
    assert setting_of(shop.judge().only()) == "model_repository/inner"


def test_files_of_a_model_without_a_folder_are_moved_into_one(shop: Workshop) -> None:
    shop.write("models/config.pbtxt", CONFIG)
    shop.write("models/1/model.json")
    fix = shop.judge(repository="models").only().fix
    assert fix is not None
    assert [step.argv for step in fix.steps] == [
        ("mkdir", "-p", "models/gemma"),
        ("mv", "models/config.pbtxt", "models/gemma/config.pbtxt"),
        ("mv", "models/1", "models/gemma/1"),
    ]


def test_a_version_is_made_for_vllm_only(shop: Workshop) -> None:
    shop.write("model_repository/gemma/config.pbtxt", CONFIG)
    fix = shop.judge().only().fix
    assert fix is not None
    assert fix.applicability is Applicability.ASK
    assert [type(step.act) for step in fix.steps] == [MakeFolder, Edit]
    shop.write("model_repository/gemma/config.pbtxt", 'backend: "onnxruntime"\n')
    assert [one.fix for one in shop.judge().findings if one.problem.endswith("bad-layout")] == [
        None
    ]


def test_a_number_that_is_too_big_is_put_aside_as_no_version(shop: Workshop) -> None:
    shop.model()
    (shop.root / "model_repository/gemma" / ("9" * 20)).mkdir()
    fix = shop.judge().only().fix
    assert fix is not None
    assert fix.steps[0].argv[2] == "model_repository/gemma/old_" + "9" * 20
    (shop.root / fix.steps[0].argv[1]).rename(shop.root / fix.steps[0].argv[2])
    assert shop.judge().ids == []


def test_a_model_given_as_a_path_is_given_by_its_name(shop: Workshop) -> None:
    shop.model()
    assert setting_of(shop.judge(model=("gemma/",)).only()) == ("gemma",)
