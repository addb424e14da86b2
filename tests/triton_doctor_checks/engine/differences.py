"""Where the doctor's verdict on a model.json is another than that of vLLM's own classes, and why.

    python -m tests.triton_doctor_checks.engine.differences

writes docs/guide/engine-verdicts.md anew. A difference names its lines (of `vllm_cases.jsonl`) and
versions exactly; the tests fail where one is missing, and where one is no longer so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.triton_doctor_checks.engine.recorded import VERSIONS, judged, recorded, said, taken
from triton_doctor.record import Record

PAGE = Path(__file__).parents[3] / "docs/guide/engine-verdicts.md"
ALL = " ".join(VERSIONS)
HEADS = "It depends on the model's attention heads, which model.json does not tell."
LENGTH = "It depends on the model's own limit, which model.json does not tell."
KIND = "It depends on the model: one that takes pictures has these."
WEIGHTS = "It depends on the model's files, which model.json does not tell."
HUB = "It depends on the Hub and its cache, which the areas `weights` and `token` look at."
MACHINE = "It depends on the machine, or on what is installed there."
PLUGIN = "A plug-in may bring it, so it is no error."
OBJECT = "What is inside the object is not judged: it has rules of its own in each version."
LOADER = "It depends on the loader that `load_format` chooses."
SWITCH = "A warning: it is looked at only where prefixes are cached."
UNLIKELY = "A warning: the version converts it to a whole number, and fails here."
MEMORY = "vLLM takes it at first, and fails when it looks for memory for its cache: there is none."


TABLE = re.compile(r"(?<=<!-- table -->\n)(?:\|.*\n)*(?=<!-- end of table -->)")
COUNTS = """\
| vLLM | release of Triton | takes | refuses | the doctor agrees |
| --- | --- | --- | --- | --- |
"""
TABLE_HEAD = """\
| `model.json` | vLLM | the doctor says | vLLM says | why |
| --- | --- | --- | --- | --- |
"""


class Difference(Record, frozen=True):
    """lines: `VERSIONS | model.json`, one a line."""

    why: str
    lines: str

    def each(self) -> Iterator[tuple[str, str]]:
        for row in self.lines.strip().splitlines():
            versions, _, line = row.partition(" | ")
            for version in (ALL if versions == "all" else versions).split():
                yield version, line


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        MEMORY,
        """
0.9.0.1 | {"gpu_memory_utilization": 0}
0.9.0.1 | {"gpu_memory_utilization": 0.0}
0.9.0.1 | {"gpu_memory_utilization": -0.1}
0.9.0.1 | {"gpu_memory_utilization": NaN}
""",
    ),
    Difference(
        HEADS,
        """
all | {"tensor_parallel_size": 3}
all | {"tensor_parallel_size": 8}
0.9.0.1 | {"tensor_parallel_size": 1.5}
""",
    ),
    Difference(
        LENGTH,
        """
all | {"max_model_len": 4096}
0.13.0 0.27.1 | {"enable_chunked_prefill": false, "max_num_batched_tokens": 1024}
""",
    ),
    Difference(
        KIND,
        """
0.9.0.1 | {"limit_mm_per_prompt": {"image": 2}}
0.9.0.1 | {"limit_mm_per_prompt": {"image": "2"}}
0.9.0.1 | {"limit_mm_per_prompt": {"image": -1}}
0.9.0.1 | {"limit_mm_per_prompt": {"picture": 1}}
0.9.0.1 | {"limit_mm_per_prompt": "image=2"}
0.9.0.1 | {"limit_mm_per_prompt": 2}
0.9.0.1 | {"mm_processor_kwargs": {"num_crops": 4}}
0.9.0.1 | {"mm_processor_kwargs": "num_crops=4"}
""",
    ),
    Difference(
        WEIGHTS,
        """
all | {"quantization": "awq"}
all | {"quantization": "gptq"}
0.27.1 | {"reasoning_parser": "deepseek_r1"}
0.27.1 | {"reasoning_parser": "nonsense"}
""",
    ),
    Difference(
        HUB,
        """
all | {"model": "no/such"}
0.13.0 0.27.1 | {"tokenizer": ""}
""",
    ),
    Difference(
        MACHINE,
        """
0.9.0.1 0.13.0 | {"swap_space": 100000}
all | {"distributed_executor_backend": "ray"}
0.27.1 | {"enable_sleep_mode": true}
""",
    ),
    Difference(
        PLUGIN,
        """
all | {"config_format": "json"}
0.27.1 | {"kv_transfer_config": {"kv_connector": "a", "kv_role": "kv_both"}}
""",
    ),
    Difference(
        OBJECT,
        """
0.9.0.1 | {"rope_scaling": {"type": "linear", "factor": 2.0}}
all | {"speculative_config": {"method": "ngram", "num_speculative_tokens": 0}}
all | {"speculative_config": {"method": "ngram"}}
all | {"speculative_config": {"method": "nonsense", "num_speculative_tokens": 2}}
all | {"speculative_config": {"nonsense": 2}}
all | {"speculative_config": {}}
0.27.1 | {"compilation_config": {"level": 3}}
0.13.0 0.27.1 | {"compilation_config": {"nonsense": 3}}
0.13.0 0.27.1 | {"structured_outputs_config": {"backend": "nonsense"}}
0.27.1 | {"kv_transfer_config": {"nonsense": 1}}
all | {"enable_lora": true, "lora_dtype": "float15"}
""",
    ),
    Difference(
        LOADER,
        """
all | {"model_loader_extra_config": {"a": 1}}
0.13.0 0.27.1 | {"model_loader_extra_config": null}
""",
    ),
    Difference(
        SWITCH,
        """
0.9.0.1 | {"prefix_caching_hash_algo": "md5"}
""",
    ),
    Difference(
        UNLIKELY,
        """
0.9.0.1 | {"max_model_len": NaN}
""",
    ),
)


def differences() -> dict[tuple[str, str], str]:
    """The reason of each, by version and line."""
    return {place: one.why for one in DIFFERENCES for place in one.each()}


def disagreements() -> Iterator[tuple[str, str]]:
    """Versions and lines where the doctor's error and vLLM's refusal do not go together."""
    for version in VERSIONS:
        for line in recorded(version)["cases"]:
            if judged(version, line)[0] == taken(version, line):
                yield version, line


def page(old: str) -> str:
    """The page with its two tables written anew."""
    parts = TABLE.split(old)
    return f"{parts[0]}{counts()}{parts[1]}{table()}{parts[2]}"


def counts() -> str:
    return COUNTS + "".join(f"{_count(version)}\n" for version in VERSIONS)


def table() -> str:
    rows = [TABLE_HEAD]
    for one in DIFFERENCES:
        where: dict[str, list[str]] = {}
        for version, line in one.each():
            where.setdefault(line, []).append(version)
        for line, versions in where.items():
            cells = [f"`{line}`", ", ".join(versions), _doctor(versions[-1], line)]
            rows.append(f"| {' | '.join([*cells, _said(versions[-1], line), one.why])} |\n")
    return "".join(rows)


def _count(version: str) -> str:
    every = recorded(version)["cases"]
    right = sum(judged(version, line)[0] != taken(version, line) for line in every)
    sound = sum(taken(version, line) for line in every)
    return f"| {version} | {VERSIONS[version]} | {sound} | {len(every) - sound} | {right} |"


def _doctor(version: str, line: str) -> str:
    error, words = judged(version, line)
    return "error" if error else "warning" if words else "nothing"


def _said(version: str, line: str) -> str:
    if taken(version, line):
        return "takes it"
    first, *others = [one.strip() for one in said(version, line).splitlines()]
    inner = [one for one in others if one.startswith("Value error")] or others[-1:]
    text = inner[0] if "validation error" in first else first
    text = text.partition(" [type=")[0].replace("|", "\\|").replace("`", "'")
    return f"`{text[:110]}{'…' if len(text) > 110 else ''}`"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
