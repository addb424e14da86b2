"""Names of models and of version folders, as tritonserver 2.51.0 took or refused each of them."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, CONFIG, Workshop
from triton_doctor.model import Outcome, Severity


@pytest.mark.parametrize(
    "name",
    ["my model", " a", "a'b", "a(b)", "a;b", "a&b", "a|b", "a`b", "a<b", "a>b", '"a', "#a", "a\\"],
)
def test_names_at_which_the_server_hangs(shop: Workshop, name: str) -> None:
    shop.model(name)
    finding = shop.judge(model=(name,)).only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.ERROR)
    assert finding.title == f"Triton cannot start a model named {name}"


@pytest.mark.parametrize(
    "name",
    [
        *("gemma:1", "a+x", ".hidden", "-x", "a%20", '"q"', '"a b"', "a\\b", "a$b", "a#b", "a*b"),
        *("a?b", "~a", "a!b", "a{b}", "a[b]", "a=b", "?", "a" * 200),
    ],
)
def test_names_that_are_taken(shop: Workshop, name: str) -> None:
    shop.model(name)
    assert shop.judge(model=(name,)).outcome is Outcome.PASSED


def test_a_name_for_another_backend_may_have_blanks(shop: Workshop) -> None:
    shop.write("model_repository/my model/config.pbtxt", 'backend: "onnxruntime"')
    shop.write("model_repository/my model/1/model.onnx", "x")
    findings = shop.judge(model=("my model",)).findings
    assert [one.title for one in findings if "cannot start a model named" in one.title] == []


def test_a_name_outside_ascii_may_fail(shop: Workshop) -> None:
    shop.model("modèle")
    finding = shop.judge(model=("modèle",)).only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.WARNING)


@pytest.mark.parametrize(
    ("name", "severity"),
    [("gemma/", "warning"), ("./gemma", "warning"), ("..", "error"), ("../x/gemma", "error")],
)
def test_a_path_for_a_name(shop: Workshop, name: str, severity: str) -> None:
    shop.model()
    finding = shop.judge(model=(name,)).only()
    assert (finding.problem, finding.severity) == ("repository/not-found", severity)
    assert finding.title == f"{name} is a path, not the name of a model"
    assert "    triton-doctor --model gemma" in finding.remedy.splitlines()


@pytest.mark.parametrize(
    ("name", "number", "meant"),
    [
        *(("1.0", 1, "1"), ("+1", 1, "1"), ("1 ", 1, "1"), ("1abc", 1, "1"), ("1e3", 1, "1")),
        *(("2024-06-01", 2024, "2024"), ("-1", 2**64 - 1, "1"), ("-0", 0, "0")),
    ],
)
def test_a_number_with_more_behind_it(shop: Workshop, name: str, number: int, meant: str) -> None:
    folder = shop.model()
    (folder / "1").rename(folder / name)
    finding = shop.judge().only()
    assert finding.problem == "repository/bad-layout"
    assert finding.title == (
        f"Triton takes the folder {name} in gemma for version {number}, "
        f"and finds no folder {number}"
    )
    assert finding.fix is not None
    step = finding.fix.steps[0].argv
    assert step == ("mv", f"model_repository/gemma/{name}", f"model_repository/gemma/{meant}")


def test_a_copy_with_a_higher_number_shadows_the_good_version(shop: Workshop) -> None:
    shop.model()
    shop.write("model_repository/gemma/2_old/model.json", ARGUMENTS)
    finding = shop.judge().only()
    assert finding.where == "model_repository/gemma/2_old"
    assert finding.remedy.splitlines()[-1].endswith("model_repository/gemma/old_2_old")
    policy = "version_policy: { specific: { versions: [1] } }"
    shop.write("model_repository/gemma/config.pbtxt", f"{CONFIG}{policy}")
    assert shop.judge().outcome is Outcome.PASSED


@pytest.mark.parametrize("name", ["1.bak", "-5", "0_old", "configs", "warmup"])
def test_a_copy_that_is_not_served_is_left_alone(shop: Workshop, name: str) -> None:
    shop.model()
    (shop.root / "model_repository/gemma" / name).mkdir()
    assert shop.judge().healthy == "gemma: config.pbtxt and 1/model.json are there"


def test_a_number_beyond_64_bits_ends_the_server(shop: Workshop) -> None:
    folder = shop.model()
    (folder / str(2**63 - 1)).mkdir()
    (folder / "1/model.json").rename(folder / str(2**63 - 1) / "model.json")
    assert shop.judge().outcome is Outcome.PASSED
    (folder / str(2**63)).mkdir()
    assert "too big for Triton" in shop.judge().only().title


@pytest.mark.parametrize("name", ["02", "v2", "version_2"])
def test_a_version_that_is_skipped_beside_a_good_one(shop: Workshop, name: str) -> None:
    shop.model()
    (shop.root / "model_repository/gemma" / name).mkdir()
    result = shop.judge()
    assert result.only().severity is Severity.NOTE
    assert result.healthy
    assert result.only().title.startswith(f"Triton passes over the folder {name} in gemma")


def test_a_file_in_the_versions_place(shop: Workshop) -> None:
    shop.write("model_repository/gemma/config.pbtxt", CONFIG)
    shop.write("model_repository/gemma/1", ARGUMENTS)
    assert shop.judge().only().title == "1 in gemma is a file where a version folder is needed"


@pytest.mark.parametrize("name", ["notes", "1", "tokenizer"])
def test_any_link_out_of_a_model_ends_its_poll(shop: Workshop, name: str) -> None:
    shop.model()
    link = shop.root / "model_repository/gemma" / name
    if link.exists():
        link.rename(shop.root / "moved")
    link.symlink_to("/nowhere")
    finding = shop.judge().only()
    assert (finding.problem, finding.severity) == ("repository/bad-layout", Severity.ERROR)
    assert f"gemma/{name}" in finding.title


def test_a_link_in_a_version_that_leads_nowhere_is_only_logged(shop: Workshop) -> None:
    folder = shop.model()
    (folder / "1/notes").symlink_to("/nowhere")
    assert shop.judge().outcome is Outcome.PASSED
