"""What is seen of real folders with models, made here, whole and broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import encode

from tests.checkpoints import INDEX, model, put, repository, shard, shard_name
from tests.fakes import FakeHost
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.local import LocalHost
from triton_doctor.host.protocol import FileStat
from triton_doctor.probes.checkpoint import Checkpoint
from triton_doctor.probes.weights import weights
from triton_doctor.probes.weights_reading import read
from triton_doctor.probes.weights_store import HostStore

WITHIN = "/models/gemma/weights"
Files = dict[str, bytes]


def look(root: Path, **settings: Any) -> Checkpoint:
    """The fact for one model whose model.json says so."""
    repository(root, {"model": WITHIN, **settings})
    deployment = Deployment(repository=str(root))
    (seen,) = Context(LocalHost(), deployment, Settings()).fact(weights).checkpoints
    encode(seen)  # a fact is saved as JSON
    return seen


def beside(tmp_path: Path, files: Files, **settings: Any) -> Checkpoint:
    put(tmp_path / "gemma" / "weights", files)
    return look(tmp_path, **settings)


def faults(seen: Checkpoint) -> dict[str, str]:
    broken = {one.name: one.fault for one in seen.files if one.fault}
    return {**broken, **{one.name: one.fault for one in seen.trouble}}


def test_a_whole_folder(tmp_path: Path) -> None:
    seen = beside(tmp_path, model(3), revision="main")
    assert (seen.source, seen.reason, seen.form) == ("folder", "", "safetensors")
    assert seen.where == str(tmp_path / "gemma" / "weights")
    assert seen.path == f"{tmp_path}/gemma/1/model.json"
    assert seen.sound
    assert seen.elements == {"BF16": 48}
    assert len(seen.files) == 3
    assert seen.size == sum(one.size for one in seen.files)
    assert seen.total == 96
    assert seen.architectures == ("LlamaForCausalLM",)
    assert seen.config is not None
    assert seen.config["max_position_embeddings"] == 2048
    assert seen.tokenizer == {"tokenizer_class": "LlamaTokenizer"}
    assert "tokenizer.json" in seen.names
    assert seen.asked == "main"
    assert not faults(seen)


CUT = shard(layer1=16)
PAGE = b"<!DOCTYPE html><html><body>Not found</body></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4976698672\n"
FIRST = shard_name(1, 2)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "empty"),
        (POINTER, "pointer"),
        (PAGE, "page"),
        (CUT[:-1], "short"),
        (CUT[:40], "short"),
        (CUT[:5], "damaged"),
        (CUT + b"x", "long"),
        (bytes(len(CUT)), "damaged"),
        (CUT[:12] + b"\xff" + CUT[13:], "damaged"),
    ],
)
def test_a_shard_that_is_not_whole(tmp_path: Path, data: bytes, fault: str) -> None:
    seen = beside(tmp_path, {**model(2), FIRST: data})
    assert faults(seen) == {FIRST: fault}
    assert not seen.sound


def test_a_shard_that_the_index_names_and_nobody_has(tmp_path: Path) -> None:
    files = model(2)
    del files[FIRST]
    assert faults(beside(tmp_path, files)) == {FIRST: "missing"}


def test_a_file_that_the_index_does_not_name_is_not_looked_at(tmp_path: Path) -> None:
    seen = beside(tmp_path, {**model(2), "consolidated.safetensors": b"broken"})
    assert seen.sound
    assert "consolidated.safetensors" in seen.names


def test_a_link_to_nothing(tmp_path: Path) -> None:
    files = model(2)
    del files[FIRST]
    folder = put(tmp_path / "gemma" / "weights", files)
    (folder / FIRST).symlink_to("../blobs/gone")
    assert faults(look(tmp_path)) == {FIRST: "broken-link"}


def test_a_link_out_of_the_mounted_folder_leads_nowhere_in_the_container(tmp_path: Path) -> None:
    files = model(2)
    outside = put(tmp_path / "elsewhere", {FIRST: files.pop(FIRST)})
    folder = put(tmp_path / "models" / "gemma" / "weights", files)
    (folder / FIRST).symlink_to(outside / FIRST)
    assert faults(look(tmp_path / "models")) == {FIRST: "broken-link"}


def test_a_link_within_the_mounted_folder_is_followed(tmp_path: Path) -> None:
    files = model(2)
    put(tmp_path / "gemma" / "blobs", {"b1": files.pop(FIRST)})
    folder = put(tmp_path / "gemma" / "weights", files)
    (folder / FIRST).symlink_to("../blobs/b1")
    assert look(tmp_path).sound


@pytest.mark.parametrize("name", ["config.json", INDEX, "generation_config.json"])
@pytest.mark.parametrize(
    ("data", "fault"), [(b"", "empty"), (b'{"a": ', "damaged"), (b"[]", "damaged"), (PAGE, "page")]
)
def test_json_that_is_not_whole(tmp_path: Path, name: str, data: bytes, fault: str) -> None:
    assert faults(beside(tmp_path, {**model(2), name: data})) == {name: fault}


def test_a_tokenizer_that_is_cut(tmp_path: Path) -> None:
    seen = beside(tmp_path, {**model(1), "tokenizer.json": b'{"version": "1.0", "mod'})
    assert faults(seen) == {"tokenizer.json": "damaged"}


@pytest.mark.parametrize(
    ("files", "form", "fault"),
    [
        ({"pytorch_model.bin": b"PK\x03\x04", "training_args.bin": b"x"}, "bin", ""),
        ({"pytorch_model.bin": b"\x80\x02}q"}, "bin", ""),
        ({"pytorch_model.bin": b"plain text"}, "bin", "damaged"),
        ({"model.pt": b"PK\x03\x04", "optimizer.pt": b""}, "pt", ""),
        ({"model.Q4_K_M.gguf": b"GGUF\x03"}, "gguf", ""),
        ({"model.Q4_K_M.gguf": POINTER}, "gguf", "pointer"),
    ],
)
def test_older_forms(tmp_path: Path, files: Files, form: str, fault: str) -> None:
    seen = beside(tmp_path, {"config.json": b"{}", **files})
    assert seen.form == form
    assert len(seen.files) == 1
    assert (seen.files[0].fault or "") == fault


def test_bin_shards_by_their_index(tmp_path: Path) -> None:
    index = json.dumps({"weight_map": {"a": "pytorch_model-00001-of-00002.bin", "b": "p2.bin"}})
    files = {"pytorch_model-00001-of-00002.bin": b"PK\x03\x04"}
    seen = beside(tmp_path, {**files, "pytorch_model.bin.index.json": index.encode()})
    assert faults(seen) == {"p2.bin": "missing"}


def test_mistrals_own_form(tmp_path: Path) -> None:
    files = {"params.json": b'{"dim": 64}', "consolidated.safetensors": shard(a=4)}
    seen = beside(tmp_path, {**files, "model.safetensors": b"broken"})
    assert (seen.form, seen.config, seen.sound) == ("mistral", {"dim": 64}, True)


def test_an_adapter_is_no_model(tmp_path: Path) -> None:
    files = {"adapter_config.json": b"{}", "adapter_model.safetensors": shard(a=4)}
    seen = beside(tmp_path, files)
    assert (seen.form, len(seen.files), seen.config) == ("adapter", 1, None)


def test_a_gguf_file_by_itself(tmp_path: Path) -> None:
    files = {"model.gguf": b"GGUF\x03", "other.gguf": b"", "config.json": b"{}"}
    seen = beside(tmp_path, files, model=f"{WITHIN}/model.gguf")
    assert (seen.source, seen.form, seen.sound) == ("folder", "gguf", True)
    assert [one.name for one in seen.files] == ["model.gguf"]


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("/models/gone", "absent"),
        ("/models/gemma/config.pbtxt", "a-file"),
        ("/opt/weights", "elsewhere"),
        ("./weights", "elsewhere"),
        ("s3://bucket/weights", "store"),
        ("", "unnamed"),
        (7, "unnamed"),
    ],
)
def test_what_cannot_be_looked_at(tmp_path: Path, named: object, reason: str) -> None:
    seen = look(tmp_path, model=named)
    assert (seen.source, seen.reason, seen.files) == ("none", reason, ())


def test_a_second_repository_is_mounted_beside_the_first(tmp_path: Path) -> None:
    put(tmp_path / "more" / "weights", model(1))
    repository(tmp_path / "first", {"model": "/models2/weights"})
    plan = Deployment(
        repository=str(tmp_path / "first"), more_repositories=(str(tmp_path / "more"),)
    )
    (seen,) = Context(LocalHost(), plan, Settings()).fact(weights).checkpoints
    assert seen.sound


def test_a_folder_that_may_not_be_read_says_nothing_of_the_weights() -> None:
    """A fake: the tests run as root, who may read everything."""
    host = FakeHost(
        folders={"/w": ["a.safetensors"]},
        files={"/w/a.safetensors": PermissionError(13, "Permission denied")},
        stats={"/w/a.safetensors": FileStat("file", 0o600, 0, 0, 9, 0.0)},
    )
    store = HostStore(host, "/w", "")
    assert faults(read(store, Checkpoint("gemma", "/models/w"))) == {"a.safetensors": "denied"}


def test_the_code_of_a_model(tmp_path: Path) -> None:
    mapped = {"AutoConfig": "configuration_x.X", "AutoModel": ["modeling_x.A", None]}
    assert beside(tmp_path, model(1, auto_map=mapped)).remote_code == (
        "configuration_x",
        "modeling_x",
    )


def _cut(data: bytes, at: int) -> bytes:
    return data[: at % (len(data) + 1)]


def _flipped(data: bytes, at: int) -> bytes:
    spot = at % len(data)
    return data[:spot] + bytes([data[spot] ^ (1 << at % 8)]) + data[spot + 1 :]


def _doubled(data: bytes, at: int) -> bytes:
    return data[: at % len(data)] + data


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(model(2))),
    st.sampled_from([_cut, _flipped, _doubled]),
    st.integers(0, 1 << 16),
)
def test_no_damage_makes_it_stumble(
    name: str, damage: Callable[[bytes, int], bytes], at: int
) -> None:
    files = model(2)
    files[name] = damage(files[name], at)
    host = FakeHost(
        folders={"/w": list(files)}, files={f"/w/{one}": data for one, data in files.items()}
    )
    encode(read(HostStore(host, "/w", ""), Checkpoint("gemma", "/models/w")))
