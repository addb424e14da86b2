"""Are the files of a model there and whole? Each is made here, whole, and then broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checkpoints import INDEX, cache, model, put, shard, shard_name
from tests.triton_doctor_checks.weights.bench import judged
from triton_doctor.model import Outcome, Severity

FIRST = shard_name(1, 3)
CUT = shard(layer1=16)
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4976698672\n"


def test_a_whole_folder_is_sound(tmp_path: Path) -> None:
    result = judged(tmp_path, model(3))
    assert result.outcome is Outcome.PASSED
    assert result.healthy == "gemma: all files are whole (weights: 3, 0 MiB)"


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        (FIRST, CUT[:-1], "is cut short: it has 108 bytes, and by its own header 109 bytes"),
        (FIRST, CUT + b"x", "is damaged: incomplete metadata, file not fully covered"),
        (FIRST, b"", "is damaged: header too small"),
        (FIRST, POINTER, "is a pointer of git-lfs"),
        (FIRST, b"<!doctype html>", "is a web page"),
        ("config.json", b'{"a": ', "config.json in "),
        ("config.json", POINTER, "config.json is a pointer"),
        (INDEX, b"[]", "is not whole: not a JSON object"),
        ("tokenizer.json", b'{"version": "1', "tokenizer.json in"),
    ],
)
def test_a_file_that_is_not_whole(tmp_path: Path, name: str, data: bytes, title: str) -> None:
    result = judged(tmp_path, {**model(3), name: data})
    finding = result.only()
    assert finding.problem == "weights/incomplete"
    assert title in finding.title
    assert finding.where == f"{tmp_path}/gemma/weights/{name}"
    assert finding.severity is Severity.ERROR


def test_missing_files_are_one_finding(tmp_path: Path) -> None:
    files = model(5)
    del files[shard_name(2, 5)], files[shard_name(4, 5)]
    finding = judged(tmp_path, files).only()
    assert "lacks 2 of the 5 files" in finding.title
    assert finding.evidence == (shard_name(2, 5), shard_name(4, 5))


def test_files_with_one_fault_are_one_finding(tmp_path: Path) -> None:
    finding = judged(tmp_path, dict.fromkeys(model(3), POINTER) | {"config.json": b"{}"})
    pointers = [one for one in finding.findings if "pointer" in one.title]
    assert len(pointers) == 1
    fix = pointers[0].fix
    assert fix is not None
    assert fix.steps[0].show == f"git -C {tmp_path}/gemma/weights lfs pull"


def test_a_link_to_nothing(tmp_path: Path) -> None:
    files = model(3)
    del files[FIRST]
    folder = put(tmp_path / "gemma" / "weights", files)
    (folder / FIRST).symlink_to("../blobs/gone")
    assert "link to nothing" in judged(tmp_path).only().title


def test_a_folder_without_config(tmp_path: Path) -> None:
    files = model(1)
    del files["config.json"]
    finding = judged(tmp_path, files).only()
    assert finding.title == "/models/gemma/weights has no config.json"
    assert finding.severity is Severity.WARNING


def test_a_folder_without_weights(tmp_path: Path) -> None:
    files = {**model(1), "consolidated.00.pth": b"PK"}
    del files["model.safetensors"]
    assert "no weights that vLLM loads" in judged(tmp_path, files).only().title


def test_weights_that_are_not_wanted_are_not_missed(tmp_path: Path) -> None:
    files = model(1)
    del files["model.safetensors"]
    assert judged(tmp_path, files, load_format="dummy").outcome is Outcome.PASSED


def test_a_folder_without_tokenizer(tmp_path: Path) -> None:
    files = {name: data for name, data in model(1).items() if "tokenizer" not in name}
    assert judged(tmp_path, files).only().title.endswith("has no tokenizer")
    assert judged(tmp_path, tokenizer="google/gemma-2b").outcome is Outcome.PASSED
    put(tmp_path / "gemma" / "weights", {"tokenization_acme.py": b"import this"})
    assert judged(tmp_path).outcome is Outcome.PASSED


def test_an_adapter_is_no_model(tmp_path: Path) -> None:
    files = {"adapter_config.json": b"{}", "adapter_model.safetensors": shard(a=4)}
    assert "is an adapter (LoRA)" in judged(tmp_path, files).only().title


@pytest.mark.parametrize(
    "files",
    [
        {"pytorch_model.bin": b"PK\x03\x04", "config.json": b"{}", "tokenizer.json": b"{}"},
        {"params.json": b"{}", "consolidated.safetensors": shard(a=4), "tekken.json": b"{}"},
        {"model.gguf": b"GGUF", "config.json": b"{}"},
    ],
)
def test_other_forms_are_sound(tmp_path: Path, files: dict[str, bytes]) -> None:
    assert judged(tmp_path, files).outcome is Outcome.PASSED


def test_a_gguf_file_by_itself(tmp_path: Path) -> None:
    files = {"model.gguf": b"GGUF", "config.json": b"{}"}
    assert judged(tmp_path, files, model="/models/gemma/weights/model.gguf").healthy
    files = {"model.gguf": b"nothing of the kind"}
    finding = judged(tmp_path, files, model="/models/gemma/weights/model.gguf").findings[0]
    assert finding.where == f"{tmp_path}/gemma/weights/model.gguf"


def test_a_path_that_only_the_image_has_is_the_engine_checks_matter(tmp_path: Path) -> None:
    result = judged(tmp_path, model="/opt/weights")
    assert (result.outcome, result.findings) == (Outcome.SKIPPED, ())


def test_a_store_is_not_asked(tmp_path: Path) -> None:
    assert judged(tmp_path, model="s3://bucket/gemma").outcome is Outcome.COULD_NOT_TELL


# ---- a folder of this machine as the cache of downloads ---------------------------------------

NAME = "google/gemma-2b"


def cached(tmp_path: Path, files: dict[str, bytes] | None) -> Path:
    """The snapshot; the repository lies beside the cache."""
    (tmp_path / "cache").mkdir(exist_ok=True)
    return cache(tmp_path / "cache", NAME, files) if files else tmp_path / "cache"


def of_cache(tmp_path: Path, **settings: object):
    return judged(
        tmp_path / "models",
        deployment={"cache_volume": str(tmp_path / "cache")},
        **{"model": NAME, **settings},
    )


def test_a_whole_model_in_the_cache(tmp_path: Path) -> None:
    cached(tmp_path, model(3))
    assert of_cache(tmp_path).healthy == "gemma: all files are whole (weights: 3, 0 MiB)"


def test_a_damaged_download_stays_until_it_is_deleted(tmp_path: Path) -> None:
    snapshot = cached(tmp_path, {**model(3), FIRST: CUT[:-1]})
    finding = of_cache(tmp_path).only()
    assert FIRST in finding.title
    assert finding.where == str(snapshot / FIRST)
    assert finding.fix is not None
    assert finding.fix.steps[0].argv[-1] == str(snapshot / FIRST)
    assert "readlink" in finding.remedy


def test_what_is_still_to_be_fetched_is_not_green_while_nobody_was_asked(tmp_path: Path) -> None:
    cached(tmp_path, None)
    assert of_cache(tmp_path).outcome is Outcome.COULD_NOT_TELL
    files = model(3)
    del files[FIRST]
    cached(tmp_path, files)
    result = of_cache(tmp_path)
    assert (result.outcome, result.findings) == (Outcome.COULD_NOT_TELL, ())


def test_a_download_that_was_broken_off(tmp_path: Path) -> None:
    files = model(3)
    del files[FIRST]
    blobs = cached(tmp_path, files).parents[1] / "blobs"
    (blobs / ("f" * 64 + ".incomplete")).write_bytes(b"half")
    finding = of_cache(tmp_path).only()
    assert finding.title == f"The download of {NAME} into {tmp_path}/cache was broken off"
    assert finding.severity is Severity.WARNING
    assert not of_cache(tmp_path, running=True).findings  # it may be at it


def test_what_an_older_download_left_does_not_matter_to_a_whole_model(tmp_path: Path) -> None:
    blobs = cached(tmp_path, model(3)).parents[1] / "blobs"
    (blobs / ("f" * 64 + ".incomplete")).write_bytes(b"half")
    assert of_cache(tmp_path).outcome is Outcome.PASSED


def test_another_branch_is_another_snapshot(tmp_path: Path) -> None:
    cached(tmp_path, model(3))
    assert of_cache(tmp_path, revision="v2").outcome is Outcome.COULD_NOT_TELL


def test_a_path_into_the_cache(tmp_path: Path) -> None:
    put(tmp_path / "cache" / "mine", {**model(1), "model.safetensors": b""})
    finding = of_cache(tmp_path, model="/root/.cache/huggingface/mine").only()
    assert finding.where == f"{tmp_path}/cache/mine/model.safetensors"
