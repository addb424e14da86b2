"""Inputs, outputs and batch tensors, as Triton validates them once the backend has completed them.

Source: ValidateModelIOConfig, ValidateIOShape and ValidateBatchIO of src/model_config_utils.cc in
triton-inference-server/core; the texts are its own, and were seen from 2.51.0.
"""

from __future__ import annotations

from math import prod

from triton_doctor_checks.repository.config_rules.complaint import (
    Complaint,
    Complaints,
    block,
    blocks,
    number,
    numbers,
    text,
    truth,
)
from triton_doctor_checks.repository.text_format import Field, Message

_PLAN = "tensorrt_plan"
_WILDCARD = -1
_RANGE = "must be integer >= 1, or -1 to indicate a variable-size dimension"
LACKING = ("must specify 'data_type'", "must specify 'dims'")
_BATCH_TYPES = ("TYPE_INT32", "TYPE_FP32")


def tensors(config: Message, platform: str) -> Complaints:
    """What Triton says of the first thing that is wrong in each tensor."""
    batching = number(config, "max_batch_size") > 0
    for kind in ("input", "output"):
        for field, tensor in blocks(config, kind):
            error = _shape(tensor, f"model {kind} ", batching) or _format(tensor, kind, platform)
            if error:
                yield Complaint(error, field, "tensor")


def batch_tensors(config: Message, added: tuple[tuple[str, ...], tuple[str, ...]]) -> Complaints:
    """added: the names of the inputs and of the outputs that the backend adds by itself."""
    inputs = {text(one, "name") for _, one in blocks(config, "input")} | set(added[0])
    outputs = {text(one, "name") for _, one in blocks(config, "output")} | set(added[1])
    for field, one in blocks(config, "batch_input"):
        kind = text(one, "kind") or "BATCH_ELEMENT_COUNT"
        error = _batch_type(one) or _sources(one, "input", kind, inputs)
        if error:
            yield Complaint(error, field)
    for field, one in blocks(config, "batch_output"):
        kind = text(one, "kind") or "BATCH_SCATTER_WITH_INPUT_SHAPE"
        error = _sources(one, "output", kind, inputs) or _targets(one, outputs)
        if error:
            yield Complaint(error, field)


def _shape(tensor: Message, kind: str, batching: bool) -> str:
    name = text(tensor, "name")
    if not name:
        return f"{kind}must specify 'name'"
    start = f"{kind}'{name}' "
    if text(tensor, "data_type") in ("", "TYPE_INVALID"):
        return f"{start}must specify 'data_type'"
    dims = [value for _, value in numbers(tensor, "dims")]
    if not dims:
        return f"{start}must specify 'dims'"
    reshape = block(tensor, "reshape")
    shape = None if reshape is None else [value for _, value in numbers(reshape, "shape")]
    if shape == [] and not batching:
        return (
            f"{start}cannot have empty reshape for non-batching model as scalar tensors are not "
            "supported"
        )
    if any(size < 1 and size != _WILDCARD for size in dims):
        return f"{start}dimension {_RANGE}"
    return start + _reshape(dims, shape) if shape is not None and _reshape(dims, shape) else ""


def _reshape(dims: list[int], shape: list[int]) -> str:
    if any(size < 1 and size != _WILDCARD for size in shape):
        return f"reshape dimensions {_RANGE}"
    different = "has different size for dims and reshape"
    if not shape:
        return "" if dims.count(_WILDCARD) == 0 and prod(dims) == 1 else different
    if (_WILDCARD in dims) != (_WILDCARD in shape):
        return different
    if dims.count(_WILDCARD) != shape.count(_WILDCARD):
        return "has different number of variable-size dimensions for dims and reshape"
    return "" if _runs(dims) == _runs(shape) else different


def _runs(sizes: list[int]) -> list[int]:
    """The products of the sizes between the variable ones."""
    found = [1]
    for size in sizes:
        if size == _WILDCARD:
            found.append(1)
        else:
            found[-1] *= size
    return found


def _format(tensor: Message, kind: str, platform: str) -> str:
    size = len(tensor.all("dims"))
    if text(tensor, "format") in ("FORMAT_NHWC", "FORMAT_NCHW") and size != 3:
        return "model input NHWC/NCHW require 3 dims"
    if truth(tensor, "is_shape_tensor") and platform != _PLAN:
        return "shape tensors are only supported for TensorRT platform"
    if truth(tensor, "is_non_linear_format_io"):
        if platform != _PLAN:
            return "Non-linear IO format is only supported for the TensorRT platform"
        return "" if size == 3 else f"Non-linear IO format {kind} requires 3 dims"
    return ""


def _batch_type(one: Message) -> str:
    kind = text(one, "data_type") or "TYPE_INVALID"
    return "" if kind in _BATCH_TYPES else f"unexpected batch input data type '{kind}'"


def _sources(one: Message, side: str, kind: str, inputs: set[str]) -> str:
    names = _names(one.all("source_input"))
    if len(names) != 1:
        return f"batch {side} kind '{kind}' expects 1 source input, got {len(names)}"
    unknown = [name for name in names if name not in inputs]
    return f"unknown source input name '{unknown[0]}'" if unknown else ""


def _targets(one: Message, outputs: set[str]) -> str:
    names = _names(one.all("target_name"))
    for index, name in enumerate(names):
        if name not in outputs:
            return f"unknown target output name '{name}'"
        if name in names[:index]:
            return f"target output name '{name}' can only be specified once"
    return ""


def _names(fields: tuple[Field, ...]) -> list[str]:
    return [str(field.value) for field in fields]
