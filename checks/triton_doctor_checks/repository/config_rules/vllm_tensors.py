"""The tensors of Triton's vLLM backend, which adds those that config.pbtxt does not name. Pure.

Source: `_auto_complete_inputs_and_outputs` in src/model.py of triton-inference-server/vllm_backend,
branches r23.10 to r26.01. One that is there by name is left as it is.
"""

from __future__ import annotations

from functools import cache

from triton_doctor.api import Record, Severity
from triton_doctor_checks.repository.config_rules.complaint import (
    Complaint,
    Complaints,
    blocks,
    numbers,
    text,
    truth,
)
from triton_doctor_checks.repository.text_format import Message

Tag = tuple[int, ...]


class Tensor(Record, frozen=True):
    """One tensor; size: of its only dimension; since: the first release with it."""

    name: str
    kind: str
    size: int
    since: Tag = (23, 11)


_STRING, _BOOL = "TYPE_STRING", "TYPE_BOOL"
TEXT_INPUT = "text_input"
_RETURNED = (
    *("return_finish_reason", "return_cumulative_logprob", "return_logprobs"),
    *("return_num_input_tokens", "return_num_output_tokens"),
)
INPUTS = (
    Tensor(TEXT_INPUT, _STRING, 1),
    Tensor("stream", _BOOL, 1),
    Tensor("sampling_parameters", _STRING, 1),
    Tensor("exclude_input_in_output", _BOOL, 1, (24, 3)),
    Tensor("image", _STRING, -1, (25, 1)),
    *(Tensor(name, _BOOL, 1, (24, 12)) for name in _RETURNED),
    Tensor("embedding_request", _STRING, 1, (25, 11)),
)
OUTPUTS = (
    Tensor("text_output", _STRING, -1),
    Tensor("finish_reason", _STRING, -1, (24, 12)),
    Tensor("cumulative_logprob", "TYPE_FP32", -1, (24, 12)),
    Tensor("logprobs", _STRING, -1, (24, 12)),
    Tensor("num_input_tokens", "TYPE_UINT32", 1, (24, 12)),
    Tensor("num_output_tokens", "TYPE_UINT32", -1, (24, 12)),
)


@cache
def added(release: Tag) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that the backend of a release knows; () stands for the newest."""
    known = [
        tuple(one.name for one in side if not release or one.since <= release)
        for side in (INPUTS, OUTPUTS)
    ]
    return known[0], known[1]


def mismatches(config: Message) -> Complaints:
    """Tensors that the server takes as they are, and with which requests then fail."""
    sides = (("input", INPUTS, "input-type"), ("output", OUTPUTS, "output-type"))
    for side, known, case in sides:
        for field, tensor in blocks(config, side):
            name, kind = text(tensor, "name"), text(tensor, "data_type")
            same = next((one for one in known if one.name == name), None)
            if same is not None and kind not in ("", "TYPE_INVALID", same.kind):
                at = tensor.get("data_type") or field
                error = f"{name} {kind}"
                yield Complaint(error, at, case, Severity.WARNING)
            elif side == "input":
                yield from _input(tensor, same)


def _input(tensor: Message, same: Tensor | None) -> Complaints:
    name = text(tensor, "name")
    sizes = [size for _, size in numbers(tensor, "dims")]
    if name != TEXT_INPUT and not truth(tensor, "optional") and name:
        yield Complaint(name, tensor.get("name"), "not-optional", Severity.WARNING)
    if same is not None and sizes and not _fits(sizes, same.size):
        error = f"{name} dims {sizes}"
        yield Complaint(error, tensor.get("dims"), "input-dims", Severity.WARNING)


def _fits(sizes: list[int], size: int) -> bool:
    """Whether a tensor of one element, as requests have it, is of this shape."""
    return any(one < 1 and one != -1 for one in sizes) or sizes in ([size], [1], [-1])
