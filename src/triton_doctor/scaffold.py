"""The guide's two files for one model, right for the vLLM that is to read them. Pure text."""

from __future__ import annotations

import json
import re

# vLLM took this name out in 0.10.1, and has logged no requests by default since.
_QUIET, _QUIET_UNTIL = "disable_log_requests", (0, 10, 1)
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
SHARE = 0.9  # as the guide has it
WEIGHTS = "google/gemma-2b"

CONFIG = """\
backend: "vllm"
instance_group [
  {
    count: 1
    kind: KIND_MODEL
  }
]
"""

# The backend of 23.10, which has vLLM 0.2.0, completes nothing by itself.
_WHOLE_UNTIL = (0, 2, 1)
_TENSORS = """\
max_batch_size: 0
model_transaction_policy { decoupled: true }
input [
  { name: "text_input" data_type: TYPE_STRING dims: [ 1 ] },
  { name: "stream" data_type: TYPE_BOOL dims: [ 1 ] },
  { name: "sampling_parameters" data_type: TYPE_STRING dims: [ 1 ] optional: true }
]
output [ { name: "text_output" data_type: TYPE_STRING dims: [ -1 ] } ]
"""


def scaffold(
    repository: str, model: str, weights: str, vllm: str | None = None, share: float = SHARE
) -> dict[str, str]:
    """Path and text of each file of a new model.

    repository: the folder, as it is named; model: its name in Triton; weights: id on the Hub or a
    folder; vllm: its version in the image, None where it is unknown: then only names that every
    version takes are written. share: of the GPU's memory, above 0 and at most 1.
    """
    folder = f"{repository.rstrip('/')}/{model}"
    return {
        f"{folder}/config.pbtxt": config(vllm),
        f"{folder}/1/model.json": arguments(weights, vllm, share),
    }


def config(vllm: str | None = None) -> str:
    """A config.pbtxt."""
    if not _before(vllm, _WHOLE_UNTIL):
        return CONFIG
    head, _, rest = CONFIG.partition("\n")
    return f"{head}\n{_TENSORS}{rest}"


def arguments(weights: str, vllm: str | None = None, share: float = SHARE) -> str:
    """A model.json."""
    values: dict[str, object] = {"model": weights}
    if _before(vllm, _QUIET_UNTIL):  # else every prompt is written into the log
        values[_QUIET] = True
    values["gpu_memory_utilization"] = share
    return json.dumps(values, indent=4, ensure_ascii=False) + "\n"


def _before(vllm: str | None, version: tuple[int, int, int]) -> bool:
    """Whether this vLLM is known to be older."""
    match = _VERSION.match(vllm or "")
    return match is not None and tuple(map(int, match.groups())) < version
