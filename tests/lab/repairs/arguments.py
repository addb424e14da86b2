"""Repairs of model.json: its form, the names in it, and the values that vLLM refuses."""

from __future__ import annotations

from typing import Literal

from tests.lab.repairs.files import Breaks, options, together
from tests.lab.repairs.kit import MODEL, Repair

FILE = f"{MODEL}/1/model.json"
SOUND = """{
    "model": "google/gemma-2b",

      "gpu_memory_utilization" : 0.9,
\t"max_model_len": 4096,
    "seed": 7
}
"""
_SYNTAX = "repository/model-json-syntax"
_NAME = "repository/unknown-engine-argument"
_VALUE = "engine/invalid-argument"


def write(content: str | bytes) -> Breaks:
    return lambda scene: scene.write(FILE, content)


def slip(
    case: str,
    old: str,
    new: str,
    problem: str = _SYNTAX,
    how: Literal["safe", "ask"] = "safe",
    *,
    select: str = "repository",
    lines: int = 1,
) -> Repair:
    """One place of the sound file is written wrong.

    lines: how many of it may change, from the end of the slip up; the others are to stay.
    """
    assert old in SOUND
    broken = SOUND.replace(old, new, 1).replace("\n", "\r\n")
    every = [one for one in SOUND.split("\n") if one]
    last = next(at for at, one in enumerate(every) if old.split("\n")[0] in one)
    kept = (*every[: last + 1 - lines], *every[last + 1 :])
    return Repair(problem, case, how, write(broken), select, keeps=kept)


_CURLY = "{\n  \u201cmodel\u201d: \u201cgoogle/gemma-2b\u201d,\n      \u201cseed\u201d:   7\n}\n"
_LAST = '    "seed": 7\n'

ARGUMENTS = [
    slip("trailing-comma", '"seed": 7', '"seed": 7,'),
    slip("missing-comma", "4096,", "4096"),
    slip("comment", "4096,", "4096, // short"),
    slip("single-quotes", '"seed"', "'seed'"),
    Repair(
        _SYNTAX,
        "smart-quotes",
        "safe",
        write(_CURLY),
        "repository",
        keeps=('      "seed":   7',),
    ),
    slip("python-word", '"seed": 7', '"enforce_eager": True'),
    slip("unquoted-key", '"seed"', "seed"),
    slip("fence", "{\n", "```json\n{\n"),
    Repair(
        _SYNTAX,
        "list",
        "safe",
        write(f"[\n{SOUND}]\n".replace("\n", "\r\n")),
        "repository",
        keeps=tuple(SOUND.split("\n")[1:-2]),
    ),
    Repair(_SYNTAX, "bom", "safe", write(b"\xef\xbb\xbf" + SOUND.encode()), "repository"),
    Repair(
        _SYNTAX,
        "utf-16",
        "safe",
        write(SOUND.encode("utf-16")),
        "repository",
        keeps=tuple(SOUND.split("\n")),
    ),
    Repair(
        _SYNTAX,
        "cut-off",
        "ask",
        write(SOUND.rstrip("}\n").replace("\n", "\r\n")),
        "repository",
        keeps=tuple(SOUND.split("\n")[:-2]),
    ),
    slip("letter", '"seed": 7', '"served_model_name": "caf\u00e9"'),
    slip(
        "nested",
        _LAST,
        '    "engine_args": {\n        "seed": 7,\n        "dtype": "auto"\n    }\n',
        _NAME,
    ),
    slip("misspelt", '"max_model_len"', '"max-model-len"', _NAME),
    slip("alias", '"max_model_len"', '"max_model_length"', _NAME, "ask"),
    slip("request", '"max_model_len": 4096', '"top_p": 0.5', _NAME, "ask"),
    slip("removed", '"seed": 7', '"engine_use_ray": true', _NAME, lines=2),
    slip("replaced", '"seed": 7', '"forced_num_gpu_blocks": 64', _NAME),
    Repair(
        _NAME,
        "opposite",
        "safe",
        together(
            write('{"model": "google/gemma-2b",\r\n  "disable_log_requests": true}\r\n'),
            options("--image", "nvcr.io/nvidia/tritonserver:26.01-vllm-python-py3"),
        ),
        "repository",
    ),
    slip("later", '"seed": 7', '"kv_cache_memory_bytes": 9000000', _NAME, "ask"),
    slip("lora", '"seed": 7', '"enable_lora": true', "repository/lora-list", "ask", lines=2),
    slip("repeated", _LAST, '    "seed": 1,\n    "seed": 7\n', "repository/repeated-argument"),
    slip("number", "0.9,", '"0.9",', _VALUE, select="engine"),
    slip("whole", "4096,", '"4k",', _VALUE, "ask", select="engine"),
    slip("range", "0.9,", "1.9,", _VALUE, "ask", select="engine"),
    slip("choice", '"seed": 7', '"dtype": "fp16"', _VALUE, "ask", select="engine"),
    slip(
        "object",
        '"seed": 7',
        '"hf_overrides": "rope"',
        _VALUE,
        "ask",
        select="engine",
        lines=2,
    ),
    slip("pair", '"seed": 7', '"max_num_batched_tokens": 128', _VALUE, "ask", select="engine"),
    slip(
        "unknown",
        '"seed": 7',
        '"quantization": "awk"',
        "engine/quantization-mismatch",
        "ask",
        select="engine",
        lines=2,
    ),
    Repair(
        "engine/no-model-named",
        "nameless",
        "ask",
        write(SOUND.replace('"model": "google/gemma-2b",', "")),
        "engine",
        keeps=tuple(SOUND.split("\n")[2:5]),
    ),
    Repair(
        "weights/incomplete",
        "a-file",
        "ask",
        together(
            lambda scene: scene.write(f"{MODEL}/weights/model.safetensors", b"\0" * 99),
            lambda scene: scene.write(f"{MODEL}/weights/config.json", "{}\n"),
            write(SOUND.replace("google/gemma-2b", "/models/gemma/weights/model.safetensors")),
        ),
        "engine",
        keeps=tuple(SOUND.split("\n")[2:]),
    ),
    slip(
        "address",
        '"google/gemma-2b"',
        '"https://huggingface.co/google/gemma-2b"',
        "token/model-not-found",
        select="engine",
    ),
]
