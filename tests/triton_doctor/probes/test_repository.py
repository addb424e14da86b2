"""The repository's fact: bounded, safe to take anywhere, fit to be saved."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.probes.repository import (
    Repository,
    Target,
    engine_arguments,
    repository,
    version_number,
)
from triton_doctor.probes.repository_nearby import nearby
from triton_doctor.record import replace
from triton_doctor.redact import starred

TOKEN = "hf_" + "Ab3" * 11 + "z"


def look(folder: Path, **deployment: Any) -> Repository:
    given = {"repository": str(folder), **deployment}
    patient = replace(repository, timeout=300)  # however busy the machine is
    return Context(LocalHost(), Deployment(**given), Settings()).fact(patient)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    (folder / "gemma/1").mkdir(parents=True)
    (folder / "gemma/config.pbtxt").write_text('backend: "vllm"')
    (folder / "gemma/1/model.json").write_text('{"model": "google/gemma-2b", "seed": 7}')
    return folder


def test_the_fact_survives_being_saved(models: Path) -> None:
    fact = look(models)
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(fact)), Repository) == fact
    assert fact.model("gemma") is not None


def test_engine_arguments(models: Path) -> None:
    (model,) = look(models).models
    assert engine_arguments(model) == {"model": "google/gemma-2b", "seed": 7}
    for content in ("[1]", "{", ""):
        (models / "gemma/1/model.json").write_text(content)
        assert engine_arguments(look(models).models[0]) is None


def test_only_models_to_be_loaded_are_read(models: Path) -> None:
    (models / "other/1").mkdir(parents=True)
    (models / "other/1/model.json").write_text('{"model": "private/thing"}')
    fact = look(models)
    assert "private/thing" not in repr(fact)
    assert [(one.name, one.has_config, one.has_version) for one in fact.others] == [
        ("other", False, True)
    ]


def test_names_that_lead_out_are_not_followed(models: Path) -> None:
    (models.parent / "secret").mkdir()
    assert look(models, model=("../secret", ".", "..")).models == ()


def test_a_thousand_models_are_all_seen(tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"m{number}/1").mkdir(parents=True)
        (tmp_path / f"m{number}/config.pbtxt").touch()
    fact = look(tmp_path, model=("*",))
    assert not fact.cut
    assert len(fact.models) == 1000


def test_more_than_can_be_judged_is_told(tmp_path: Path) -> None:
    for number in range(2001):
        (tmp_path / f"m{number}").mkdir()
    fact = look(tmp_path, control_mode="none")
    assert (fact.cut, len(fact.models)) == (True, 2000)


def test_files_of_no_end_are_not_all_kept(models: Path) -> None:
    for number in range(300):
        (models / f"m{number}").mkdir()
        (models / f"m{number}/config.pbtxt").write_text("#" * 250_000)
    fact = look(models, model=("*",))
    assert fact.cut
    assert len(msgspec.json.encode(fact)) < 12_000_000


def test_a_folder_of_very_many_entries_is_cut(models: Path) -> None:
    for number in range(5100):
        (models / f"x{number}").touch()
    assert look(models).folder.left_out == 101


def test_what_matters_is_never_cut(models: Path) -> None:
    """A model among thousands, and model.json behind the shards that sort before it."""
    for number in range(5100):
        (models / f"a{number}").touch()
    for number in range(600):
        (models / f"gemma/1/model-{number:05}-of-00600.safetensors").touch()
    for number in range(2, 60):
        (models / f"gemma/{number}").mkdir()
    (models / "gemma/59/model.json").write_text("{}")
    (model,) = look(models).models
    assert model.versions[0] == 59
    assert engine_arguments(model) == {}


def test_pipes_devices_and_loops_are_never_opened(models: Path) -> None:
    (models / "gemma/1/model.json").unlink()
    os.mkfifo(models / "gemma/1/model.json")
    (models / "gemma/2").mkdir()
    (models / "gemma/2/model.json").symlink_to("/dev/zero")
    (models / "gemma/loop").symlink_to("loop")
    (model,) = look(models).models  # to open the pipe would be to wait for a writer
    assert [file.trouble for file in model.files[1:]] == ["not-a-file", "not-a-file"]
    loop = model.folder.find("loop")
    assert loop is not None
    assert loop.kind == "dangling"


def test_a_name_that_is_no_utf_8_can_be_saved(models: Path) -> None:
    os.mkdir(os.fsencode(models) + b"/caf\xe9")  # noqa: PTH102 - a name as bytes
    assert b"caf?" in msgspec.json.encode(look(models))


@pytest.mark.parametrize(
    ("path", "kind", "has_config"),
    [
        ("/models/gemma/1/weights", "folder", True),
        ("/models/gemma/1/../1/weights/", "folder", True),
        ("/models/gemma", "folder", False),
        ("/models/gemma/config.pbtxt", "file", False),
        ("/models/nothing", "missing", False),
        ("/models/away/weights", "outside", False),
        ("/models/inside/1/weights", "folder", True),
        ("/models2/other", "folder", True),
        ("/models3/other", None, False),
        ("/models/../etc", None, False),
        ("/modelsweights", None, False),
        ("google/gemma-2b", None, False),
        ("/models/x\x00y", "missing", False),
    ],
)
def test_paths_that_the_settings_name(
    models: Path, path: str, kind: str | None, has_config: bool
) -> None:
    (models / "gemma/1/weights").mkdir()
    (models / "gemma/1/weights/config.json").touch()
    (models.parent / "weights").mkdir()
    (models / "away").symlink_to("..")
    (models / "inside").symlink_to("gemma")
    (models.parent / "second/other").mkdir(parents=True)
    (models.parent / "second/other/config.json").touch()
    (models / "gemma/1/model.json").write_text(json.dumps({"model": path}))
    (model,) = look(models, more_repositories=(str(models.parent / "second"),)).models
    target = model.target(path)
    assert (target and target.kind, bool(target and target.has_config)) == (kind, has_config)


def test_adapters_are_read_and_their_paths_seen(models: Path) -> None:
    (models / "gemma/1/multi_lora.json").write_text(
        json.dumps({"sql": "/models/lora", "hf_token": "very secret"})
    )
    (model,) = look(models).models
    file = model.file("1/multi_lora.json")
    assert file is not None
    assert "very secret" not in str(file.text)
    assert model.target("/models/lora") == Target("/models/lora", "missing")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("0", 0), ("1", 1), ("10", 10), (" 1", 1), ("+1", 1), ("-1", -1), ("1.0", 1)),
        *(("2_old", 2), ("2024-06-01", 2024), ("1e3", 1), ("9" * 20, int("9" * 20))),
        *(("01", None), ("00", None), ("0x1", None), ("v1", None), ("latest", None)),
        *(("\u0661", None), ("", None), ("-", None), ("_1", None)),
    ],
)
def test_a_folders_number_is_what_triton_takes(name: str, number: int | None) -> None:
    """As tritonserver 2.51.0 read each of these names."""
    assert version_number(name) == number


@pytest.mark.parametrize(
    ("link", "outside"),
    [
        ("gemma", False),
        ("./gemma/../gemma", False),
        ("../models/gemma", False),
        ("../other/gemma", True),
        ("../models/../other/gemma", True),
        ("{root}/gemma", True),
        ("/models/gemma", False),
        ("loop", None),
    ],
)
def test_a_link_is_followed_as_the_container_does(
    models: Path, link: str, outside: bool | None
) -> None:
    """In there the repository is /models, whatever it is called and wherever it lies here."""
    (models.parent / "other/gemma").mkdir(parents=True)
    (models / "loop").symlink_to(link.format(root=models))
    entry = look(models).folder.find("loop")
    assert entry is not None
    assert (entry.kind, entry.outside) == (
        ("dangling", False) if outside is None else ("folder", outside)
    )


def test_a_link_made_in_the_container_is_read(models: Path) -> None:
    (models / "gemma/1").rename(models / "gemma/kept")
    (models / "gemma/1").symlink_to("/models/gemma/kept")
    (model,) = look(models).models
    assert engine_arguments(model) == {"model": "google/gemma-2b", "seed": 7}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f'"x": "{TOKEN}"', f'"x": "{"*" * 37}"'),
        ('"hf_token": "anything at all"', '"hf_token": "***************"'),
        ('"api-key": "k", "seed": 1', '"api-key": "*", "seed": 1'),
        ('"url": "http://me:pass@host/"', '"url": "http://*******@host/"'),
        ('"tokenizer": "m", "max_tokens": 4', '"tokenizer": "m", "max_tokens": 4'),
        ('"model": "/root/hf_models/x"', '"model": "/root/hf_models/x"'),
    ],
)
def test_secrets_become_stars_of_the_same_length(text: str, kept: str) -> None:
    assert starred(text) == kept
    assert len(text) == len(kept)


class Counting(LocalHost):
    """Counts the folders that are listed."""

    listed = 0

    def listdir(self, path: str) -> list[str]:
        self.listed += 1
        return super().listdir(path)


def test_looking_nearby_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(600):
        (tmp_path / f"d{number}").mkdir()
        for inner in range(2):
            (tmp_path / f"d{number}/m{inner}").mkdir()
    (tmp_path / "d0/m0/config.pbtxt").touch()
    monkeypatch.chdir(tmp_path)
    host = Counting()
    fact = Context(host, Deployment(), Settings()).fact(nearby)
    assert fact.inside == ()
    assert 100 < host.listed < 300
