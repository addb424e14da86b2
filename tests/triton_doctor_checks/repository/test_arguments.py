"""model.json: whether it is there, and what keeps it from being JSON."""

from __future__ import annotations

import json

import pytest

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, Workshop
from triton_doctor.model import Outcome, Severity

TOKEN = "hf_" + "Ab3" * 11 + "z"

# content, case's words in the title, line:column
FAULTS = [
    ('{\n  "model": "m",\n  "seed": 1,\n}\n', "a comma too many", "3:12"),
    ('{"lora": [1, 2, ], "model": "m"}', "a comma too many", "1:15"),
    ('{\n  "model": "m"\n  "seed": 1\n}', "a comma too few", "2:14"),
    ('{\n  // which model\n  "model": "m"\n}', "a comment", "2:3"),
    ('{\n  "model": "m", # gated\n  "seed": 1}', "a comment", "2:17"),
    ("{'model': 'm'}", "single quotes", "1:2"),
    ("{\u201cmodel\u201d: \u201cm\u201d}", "typographic quotes", "1:2"),
    ('{"model": "m", "enforce_eager": True}', "a Python word", "1:33"),
    ('{model: "m"}', "a name without quotes", "1:2"),
    ('{"model": "C:\\models\\gemma"}', "a lone backslash", "1:14"),
    ('{\n"model": "m,\n"seed": 1}', "without its closing quote", "2:13"),
    ('{"model": "m"}\n{"seed": 1}', "goes on after its end", "2:1"),
    ('{"model": "m"', "breaks off", "1:13"),
    ('{"model":', "breaks off", "1:9"),
    ('```json\n{"model": "m"}\n```\n', "Markdown", "1:1"),
    ("", "is empty", "1:1"),
    (" \n\n", "is empty", "1:1"),
    ('[{"model": "m"}]', "a JSON array", "1:1"),
    ('\n"google/gemma-2b"', "a JSON string", "2:1"),
    ("null", "a JSON null", "1:1"),
    ('{"model" = "m"}', "is not valid JSON", "1:10"),
]


@pytest.mark.parametrize(("content", "words", "place"), FAULTS)
def test_faults(shop: Workshop, content: str, words: str, place: str) -> None:
    finding = shop.arguments(content).only()
    assert finding.problem == "repository/model-json-syntax"
    assert finding.severity is Severity.ERROR
    assert words in finding.title
    assert finding.where == f"model_repository/gemma/1/model.json:{place}"


@pytest.mark.parametrize(("content", "words", "place"), FAULTS)
def test_what_is_called_a_fault_is_one_for_pythons_reader(
    content: str, words: str, place: str
) -> None:
    try:
        value = json.loads(content)
    except ValueError:
        return
    assert not isinstance(value, dict)


@pytest.mark.parametrize(
    "content",
    [
        '{"model": "m", "seed": NaN, "max_model_len": Infinity}',
        '\r\n{\r\n\t"model": "caf\\u00e9"\r\n}\r\n',
        "{}",
    ],
)
def test_what_pythons_reader_takes_is_sound(shop: Workshop, content: str) -> None:
    assert shop.arguments(content).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("content", "words", "severity"),
    [
        (ARGUMENTS.encode("utf-8-sig"), "byte order mark", Severity.ERROR),
        (ARGUMENTS.encode("utf-16"), "UTF-16", Severity.ERROR),
        (ARGUMENTS.encode("utf-16-be"), "UTF-16", Severity.ERROR),
        ('{"model": "caf\xe9"}'.encode("latin-1"), "old encoding at line 1, column 15", "error"),
        ('{"model": "caf\xe9"}'.encode(), "outside ASCII at line 1, column 15 (U+00E9)", "warning"),
    ],
)
def test_encodings(shop: Workshop, content: bytes, words: str, severity: str) -> None:
    result = shop.arguments(content)
    assert result.only().problem == "repository/model-json-syntax"
    assert words in result.only().title
    assert result.only().severity == severity


def test_the_readers_own_line_is_shown(shop: Workshop) -> None:
    finding = shop.arguments('{\n\t"model": "m",\n\t"seed": 1,\n}\n').only()
    assert finding.evidence == ('3 |  "seed": 1,', "              ^")


def test_a_long_line_is_cut_around_the_fault(shop: Workshop) -> None:
    finding = shop.arguments('{"model": "' + "m" * 5000 + "\", 'x': 1}").only()
    assert "'x'" in finding.evidence[0]
    assert len(finding.evidence[0]) < 120


def test_hostile_json_is_survived(shop: Workshop) -> None:
    assert shop.arguments("[" * 200_000).ids == ["repository/model-json-syntax"]
    assert shop.arguments('{"seed": ' + "9" * 10_000 + "}").ids in (
        [],  # Python before 3.11 reads it
        ["repository/model-json-syntax"],
    )


@pytest.mark.parametrize("name", ["model.json.txt", "Model.json", "models.json", "model.jsn"])
def test_another_name(shop: Workshop, name: str) -> None:
    folder = shop.model()
    (folder / "1/model.json").rename(folder / "1" / name)
    finding = shop.judge().only()
    assert finding.problem == "repository/model-json-missing"
    assert finding.title == f"gemma has {name} where model.json is needed"
    source, target = "model_repository/gemma/1/" + name, "model_repository/gemma/1/model.json"
    assert finding.remedy.splitlines()[-1] == f"    mv {source} {target}"


def test_none(shop: Workshop) -> None:
    folder = shop.model()
    (folder / "1/model.json").unlink()
    (folder / "1/tokenizer.json").touch()
    finding = shop.judge().only()
    assert finding.problem == "repository/model-json-missing"
    assert finding.where == "model_repository/gemma/1/model.json"


def test_config_and_arguments_are_both_told(shop: Workshop) -> None:
    shop.model(config=None)
    shop.write("model_repository/gemma/1/model.json", "{")
    assert shop.judge().ids == ["repository/config-missing", "repository/model-json-syntax"]


def test_a_folder_a_link_a_pipe_of_that_name(shop: Workshop) -> None:
    import os

    folder = shop.model()
    place = folder / "1/model.json"
    place.unlink()
    place.mkdir()
    assert shop.judge().only().title == "model_repository/gemma/1/model.json is not a file"
    place.rmdir()
    os.mkfifo(place)
    assert shop.judge().only().title == "model_repository/gemma/1/model.json is not a file"
    place.unlink()
    place.symlink_to(shop.write("elsewhere.json", ARGUMENTS))
    assert "leads nowhere in the container" in shop.judge().only().title


def test_a_huge_file_is_not_judged(shop: Workshop) -> None:
    result = shop.arguments("{" + " " * (300 << 10) + "}")
    assert (result.ids, result.outcome) == ([], Outcome.COULD_NOT_TELL)


def test_a_token_in_the_file_stays_there(shop: Workshop) -> None:
    """In a line that is shown as evidence, and in one that is not."""
    broken = f'{{"model": "m", "hf_token": "{TOKEN}",}}'
    result = shop.arguments(broken)
    assert result.ids == ["repository/model-json-syntax"]
    assert TOKEN not in repr(result)
    assert TOKEN not in repr(shop.fact())
    shop.write("model_repository/gemma/1/model.json", '{"hf_token": "no-known-form-but-secret"}')
    assert "no-known-form" not in repr(shop.fact())
