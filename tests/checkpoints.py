"""Small models as they lie on a disk, whole and then broken as the tests need them.

The numbers in them mean nothing; that the format's own library takes them is tested.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

INDEX = "model.safetensors.index.json"
CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 64,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_hidden_layers": 2,
    "vocab_size": 256,
    "max_position_embeddings": 2048,
    "torch_dtype": "bfloat16",
}
TEXTS: dict[str, Any] = {
    "config.json": CONFIG,
    "generation_config.json": {"eos_token_id": 2},
    "tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer"},
    "tokenizer.json": {"version": "1.0", "model": {"vocab": {}}},
}


def shard(**counts: int) -> bytes:
    """A safetensors file with one BF16 tensor a name, of so many elements."""
    header, at = {}, 0
    for name, count in counts.items():
        end = at + 2 * count
        header[name] = {"dtype": "BF16", "shape": [count], "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(at)


def shard_name(number: int, of: int) -> str:
    return f"model-{number:05}-of-{of:05}.safetensors"


def model(shards: int = 2, **changed: Any) -> dict[str, bytes]:
    """The files of a whole model. changed: other keys of its config.json."""
    texts = {**TEXTS, "config.json": {**CONFIG, **changed}}
    files = {name: json.dumps(text).encode() for name, text in texts.items()}
    if shards == 1:
        return {**files, "model.safetensors": shard(a=8, b=8)}
    weight_map = {}
    for number in range(1, shards + 1):
        files[shard_name(number, shards)] = shard(**{f"layer{number}": 16})
        weight_map[f"layer{number}"] = shard_name(number, shards)
    about = {"metadata": {"total_size": 32 * shards}, "weight_map": weight_map}
    files[INDEX] = json.dumps(about).encode()
    return files


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def repository(folder: Path, settings: Mapping[str, Any], name: str = "gemma") -> Path:
    """A model repository with one model for vLLM, which has these settings."""
    put(folder / name / "1", {"model.json": json.dumps(settings).encode()})
    (folder / name / "config.pbtxt").write_text('backend: "vllm"\n')
    return folder


COMMIT = "0123456789abcdef0123456789abcdef01234567"


def cache(folder: Path, name: str, files: Mapping[str, bytes], branch: str = "main") -> Path:
    """The files of a model as huggingface_hub keeps them below `folder`; gives the snapshot."""
    top = folder / "hub" / f"models--{name.replace('/', '--')}"
    put(top / "refs", {branch: COMMIT.encode()})
    snapshot = put(top / "snapshots" / COMMIT, {})
    for number, (file, data) in enumerate(files.items()):
        put(top / "blobs", {f"{number:064x}": data})
        (snapshot / file).symlink_to(f"../../blobs/{number:064x}")
    return snapshot
