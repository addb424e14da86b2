"""The control tensors of sequence batching, as Triton's core checks them one kind at a time.

Source: GetBooleanSequenceControlProperties and GetTypedSequenceControlProperties of
src/model_config_utils.cc in triton-inference-server/core.
"""

from __future__ import annotations

from triton_doctor_checks.repository.config_rules.complaint import blocks, text
from triton_doctor_checks.repository.text_format import Message

_BOOLEAN = ("CONTROL_SEQUENCE_START", "CONTROL_SEQUENCE_END", "CONTROL_SEQUENCE_READY")
_TYPED = "CONTROL_SEQUENCE_CORRID"
_VALUES = ("int32_false_true", "fp32_false_true", "bool_false_true")
_TYPES = ("TYPE_UINT64", "TYPE_INT64", "TYPE_UINT32", "TYPE_INT32", "TYPE_STRING")
_WORDS = "'int32_false_true', 'fp32_false_true'"


def controls(batcher: Message) -> str:
    """Triton's words for the first fault; empty where there is none."""
    for kind in (*_BOOLEAN, _TYPED):
        error = _kind(batcher, kind)
        if error:
            return error
    return ""


def _kind(batcher: Message, kind: str) -> str:
    names: set[str] = set()
    seen = False
    for _, tensor in blocks(batcher, "control_input"):
        name = text(tensor, "name")
        if not name:
            return "sequence batching control tensor must have a name"
        if name in names:
            return (
                f"sequence batching control tensor '{name}' is specified for multiple control kinds"
            )
        names.add(name)
        for _, control in blocks(tensor, "control"):
            if (text(control, "kind") or _BOOLEAN[0]) != kind:
                continue
            if seen:
                return f"sequence batching specifies multiple {kind} tensors"
            seen = True
            error = _typed(control) if kind == _TYPED else _boolean(control, kind)
            if error:
                return error
    return ""


def _boolean(control: Message, kind: str) -> str:
    given = [name for name in _VALUES if control.all(name)]
    if not given:
        return f"sequence batching must specify either {_WORDS} or 'bool_false_true' for {kind}"
    if len(given) > 1:
        more = f"{_WORDS} and 'bool_false_true'"
        return f"sequence batching specifies more than one from {more} for {kind}"
    if len(control.all(given[0])) != 2:
        return f"sequence batching control '{given[0]}' must have exactly 2 entries for {kind}"
    return ""


def _typed(control: Message) -> str:
    if any(control.all(name) for name in _VALUES):
        either = f"either {_WORDS} or 'bool_false_true'"
        return f"sequence batching must not specify {either} for {_TYPED}"
    if text(control, "data_type") not in _TYPES:
        return f"unexpected data type for control {_TYPED}"
    return ""
