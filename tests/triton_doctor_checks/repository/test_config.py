"""config.pbtxt: its name, its encoding, and what it says of the model."""

from __future__ import annotations

import pytest

from tests.triton_doctor_checks.repository.kit import ARGUMENTS, CONFIG, Workshop
from triton_doctor import record
from triton_doctor.model import Outcome, Severity
from triton_doctor.probes.repository import Repository
from triton_doctor_checks.repository.config_tree import served_by_text

GUIDE = """\
# the guide's own
name: "gemma"
backend: "vllm"
max_batch_size: 256   # too many
input [ { name: "text_input" data_type: TYPE_STRING dims: [ -1 ] } ]
"""


@pytest.mark.parametrize(
    "name", ["config.pbtxt.txt", "Config.pbtxt", "config.pbtext", "config.pbtx", "config.txt"]
)
def test_another_name(shop: Workshop, name: str) -> None:
    folder = shop.model()
    (folder / "config.pbtxt").rename(folder / name)
    finding = shop.judge().only()
    assert finding.problem == "repository/config-missing"
    assert finding.title == f"gemma has {name} where config.pbtxt is needed"
    repair = f"    mv model_repository/gemma/{name} model_repository/gemma/config.pbtxt"
    assert finding.remedy.splitlines()[-1] == repair
    assert finding.fix is not None
    assert finding.fix.applicability == "safe"


def test_none(shop: Workshop) -> None:
    shop.model(config=None)
    finding = shop.judge().only()
    assert (finding.problem, finding.title) == (
        "repository/config-missing",
        "gemma has no config.pbtxt",
    )
    assert "    instance_group [{ count: 1 kind: KIND_MODEL }]" in finding.remedy.splitlines()


def test_none_needed(shop: Workshop) -> None:
    """A folder named model.backend, and a file from which Triton tells the backend."""
    shop.model("gemma.vllm", config=None)
    assert shop.judge(model=("gemma.vllm",)).outcome is Outcome.PASSED
    shop.write("model_repository/echo/1/model.py", "")
    assert shop.judge(model=("echo",)).outcome is Outcome.PASSED


def test_a_folder_or_a_broken_link_of_that_name(shop: Workshop) -> None:
    folder = shop.model(config=None)
    (folder / "config.pbtxt").mkdir()
    assert shop.judge().only().title == "config.pbtxt of gemma is not a file"
    (folder / "config.pbtxt").rmdir()
    (folder / "config.pbtxt").symlink_to("../../config.pbtxt")
    shop.write("config.pbtxt", CONFIG)
    finding = shop.judge().only()
    assert finding.problem == "repository/config-missing"
    assert "leads nowhere in the container" in finding.title


def test_a_file_system_that_ignores_case_only_warns(shop: Workshop) -> None:
    folder = shop.model()
    (folder / "config.pbtxt").rename(folder / "Config.pbtxt")
    fact = shop.fact()
    assert not fact.ignores_case
    values = {**record.asdict(fact), "ignores_case": True}
    result = shop.judge_fact(Repository(**values))
    assert result.only().severity is Severity.WARNING


@pytest.mark.parametrize(
    ("content", "words"),
    [(CONFIG.encode("utf-8-sig"), "a byte order mark"), (CONFIG.encode("utf-16"), "UTF-16")],
)
def test_windows_encodings(shop: Workshop, content: bytes, words: str) -> None:
    folder = shop.model()
    (folder / "config.pbtxt").write_bytes(content)
    finding = shop.judge().only()
    assert finding.problem == "repository/config-syntax"
    assert words in finding.title


def test_the_guides_batch_size(shop: Workshop) -> None:
    shop.model(config=GUIDE)
    finding = shop.judge().only()
    assert finding.problem == "repository/config-invalid"
    assert finding.where == "model_repository/gemma/config.pbtxt:4:17"
    assert finding.evidence[0] == "4 | max_batch_size: 256   # too many"
    assert finding.fix is not None
    assert finding.fix.steps[0].show.splitlines()[-1] == "+ max_batch_size: 0   # too many"


@pytest.mark.parametrize(
    "config",
    [
        'backend: "vllm"\nmax_batch_size: 0',
        'backend: "vllm"\n# max_batch_size: 256',
        'backend: "vllm" parameters { key: "max_batch_size: 8" value { string_value: "8" } }',
        "backend: 'vllm'\r\nname: ''\r\n",
        'backend: "vllm" # Latin-1 in a comment: \xe9',
    ],
)
def test_no_verdict_that_cannot_be_supported(shop: Workshop, config: str) -> None:
    shop.model(config=config)
    assert shop.judge().ids == []


def test_another_name_inside(shop: Workshop) -> None:
    shop.model(config='name: "gemma-2b"\nbackend: "vllm"')
    finding = shop.judge().only()
    assert finding.problem == "repository/name-mismatch"
    assert finding.title == "The folder is gemma, but config.pbtxt calls the model gemma-2b"
    assert finding.where == "model_repository/gemma/config.pbtxt:1:7"


@pytest.mark.parametrize("config", ["", "max_batch_size: 0", '# backend: "vllm"'])
def test_no_backend(shop: Workshop, config: str) -> None:
    shop.model(config=config)
    finding = shop.judge().only()
    assert finding.problem == "repository/config-invalid"
    assert finding.title == "config.pbtxt of gemma names no backend"


def test_another_backend_needs_no_model_json(shop: Workshop) -> None:
    shop.write("model_repository/echo/config.pbtxt", 'backend: "python" max_batch_size: 8')
    shop.write("model_repository/echo/1/model.py", "")
    result = shop.judge(model=("echo",))
    assert result.healthy == "echo: config.pbtxt and version folder 1 are there"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("", (3,)),
        ("version_policy { latest { num_versions: 2 } }", (3, 2)),
        ("version_policy: { all: {} }", (3, 2, 1)),
        ("version_policy: { specific: { versions: [1, 3] } }", (3, 1)),
        ("version_policy: { specific: { versions: [1] versions: 2 } }", (2, 1)),
        ("version_policy { }", (3, 2, 1)),
        ("version_policy { latest { } }", ()),
        ("version_policy: { unheard_of: { x: 1 } }", None),
    ],
)
def test_versions_that_are_served(policy: str, expected: tuple[int, ...] | None) -> None:
    assert served_by_text(f'backend: "vllm" {policy}', (3, 2, 1)) == expected


def test_only_served_versions_are_judged(shop: Workshop) -> None:
    shop.model(config=f"{CONFIG} version_policy: {{ specific: {{ versions: [1] }} }}")
    shop.write("model_repository/gemma/2/notes.txt")
    assert shop.judge().outcome is Outcome.PASSED
    shop.write("model_repository/gemma/config.pbtxt", CONFIG)
    assert shop.judge().only().problem == "repository/model-json-missing"


def test_secondary_files_are_kept_out_of_evidence(shop: Workshop) -> None:
    shop.model(config=f'name: "hf_{"A" * 34}"\nbackend: "vllm"')
    assert f"hf_{'A' * 34}" not in repr(shop.judge())


def test_arguments_stay_readable(shop: Workshop) -> None:
    shop.model()
    assert ARGUMENTS in repr(shop.fact().models[0].files[1].text).replace("\\n", "\n")
