"""Judges one value of model.json against the argument that it is for. Pure."""

from __future__ import annotations

import json
from typing import Any

from triton_doctor.api import Record
from triton_doctor_checks.engine.kinds import (
    FALSE,
    called,
    converts,
    fits,
    is_number,
    json_type,
    pydantic_says,
)
from triton_doctor_checks.engine.limits import (
    ANY_COMPARISON,
    CHECKED,
    COMPARED,
    COMPARED_SINCE,
    COMPARISON,
    GGUF_UNTIL,
    LET_THROUGH,
    LOOKED_UP,
    MORE_CHOICES,
    NULL_TAKEN,
    RANGES,
    UNCHECKED,
    USED_AS,
)
from triton_doctor_checks.engine.table import Argument, Table, order

Choices = tuple[str | int, ...]
_BY_NAME = {one.name: [same for same in RANGES if same.name == one.name] for one in RANGES}
_PYTHON = {"bool": "bool", "null": "NoneType"}
_EXAMPLES = {
    "number": "0.9", "whole": "1", "boolean": "true",
    "object": "{}", "list": "[]", "text": '"auto"',
}  # fmt: skip


class Bad(Record, frozen=True):
    """A value that is refused, or (mild) taken and then not what it seems.

    case: of engine/invalid-argument's words; error: what vLLM says; allowed: in signs, not words;
    example: a value that works, as JSON; meant: it is the same value, rightly written.
    quantization: it is a matter of its own problem.
    """

    case: str
    error: str = ""
    allowed: str = ""
    example: str = ""
    mild: bool = False
    quantization: bool = False
    meant: bool = False


def bad(table: Table, argument: Argument, value: Any, both_texts: bool = False) -> Bad | None:
    """both_texts: max_num_seqs and max_num_batched_tokens are texts, and so never compared."""
    if not fits(argument, value):
        return _mistyped(table, argument, value, both_texts)
    if isinstance(value, str):
        return _choice(table, argument, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _range(table, argument, value)
    if argument.name == "compilation_config" and value and not table.since("0.10.1.1"):
        # Until then the object was made a text with Python's quotes and read as JSON.
        error = "Expecting property name enclosed in double quotes"
        return Bad("object-unreadable", error, "0, 1, 2, 3", "3")
    return None


def _mistyped(table: Table, argument: Argument, value: Any, both_texts: bool) -> Bad | None:
    name, kind, case = argument.name, json_type(value), called(argument)
    example = _example(argument, value, case)
    meant = isinstance(value, str) and converts(argument, value)
    if _compared(table, name, value) and not (both_texts and _checked(table, name)):
        python = _PYTHON.get(kind, kind)
        error = COMPARISON.get(name, ANY_COMPARISON).format(type=python)
        return Bad(case, error, example=example, meant=meant)
    if not _checked(table, name):
        return _unchecked(table, argument, value, case)
    if converts(argument, value):
        return _false_text() if _says_no(argument, value) else None
    if value is None and name in NULL_TAKEN:
        return None
    if argument.choices and case == "text":
        return _refused_choice(argument.choices)
    return Bad(case, pydantic_says(case, value), example=example)


def _false_text() -> Bad:
    return Bad("false-text", example="false", mild=True, meant=True)


def _checked(table: Table, name: str) -> bool:
    """Whether pydantic looks at it in this version."""
    free = LET_THROUGH.get(name)
    return table.since(CHECKED) and name not in UNCHECKED and (not free or table.since(free))


def _compared(table: Table, name: str, value: Any) -> bool:
    if isinstance(value, int | float):
        return False
    if name in COMPARED_SINCE and table.since(COMPARED_SINCE[name]):
        return isinstance(value, str)
    return name in COMPARED and not table.since(COMPARED[name])


def _unchecked(table: Table, argument: Argument, value: Any, case: str) -> Bad | None:
    """Nobody looks at the type: what matters is what Python makes of the value."""
    name, example = argument.name, _example(argument, value, case)
    if name in LOOKED_UP and name != "load_format":
        return Bad("text", LOOKED_UP[name][1].format(value=value), example=example)
    if name in USED_AS and (value or name in ("model", "speculative_config")):
        kind = json_type(value)
        return Bad(case, USED_AS[name].format(type=_PYTHON.get(kind, kind)), example=example)
    if name == "compilation_config" and (table.since("0.10.1.1") or not _level(value)):
        return Bad(case, "Input should be a dictionary", example=example)
    if case == "boolean":
        if _says_no(argument, value):
            return _false_text()
        if value is None or isinstance(value, int | float) or converts(argument, value):
            return None
    meant = isinstance(value, str) and converts(argument, value)
    return Bad("misread", example=example, mild=True, meant=meant)


def _level(value: Any) -> bool:
    """A level of compilation alone, which was taken until objects could be read."""
    return value is None or (not isinstance(value, bool) and value in (0, 1, 2, 3))


def _says_no(argument: Argument, value: Any) -> bool:
    return "bool" in argument.kinds and isinstance(value, str) and value.strip().lower() in FALSE


def _choice(table: Table, argument: Argument, value: str) -> Bad | None:
    name, choices = argument.name, argument.choices or MORE_CHOICES.get(argument.name, ())
    if name == "load_format" and table.since(GGUF_UNTIL):
        choices = tuple(one for one in choices if one != "gguf")
    if not choices or value in choices:
        return None
    if name == "quantization":
        return _quantization(table, value, choices)
    checked = _checked(table, name)
    if checked and argument.closed:
        return _refused_choice(choices)
    folded, error = LOOKED_UP.get(name, (False, ""))
    if folded and value.lower() in [str(one).lower() for one in choices]:
        return None
    if name == "distributed_executor_backend" and table.since("0.10.2") and "." in value:
        return None  # the name of a class of the user's own
    if name == "guided_decoding_backend" and value.partition(":")[0] in choices:
        return None
    if error and not (checked and name == "tokenizer_mode"):
        return _refused_choice(choices, error.format(value=value))
    return Bad("choice-unsure", allowed=_listed(choices), example=_first(choices), mild=True)


def _quantization(table: Table, value: str, choices: Choices) -> Bad | None:
    if value.lower() in choices:
        return None
    # Before, the command line knew fewer than the engine; later ones were not read.
    mild = not table.since("0.7.0") or table.since("0.28.0")
    error = f"Unknown quantization method: {value}"
    return Bad("unknown", error, _listed(choices), _first(choices), mild, quantization=True)


def _refused_choice(choices: Choices, error: str = "") -> Bad:
    if not error:
        words = [repr(one) for one in choices]
        tail = f" or {words[-1]}" if len(words) > 1 else words[-1]
        error = f"Input should be {', '.join(words[:-1])}{tail}"
    return Bad("choice", error, _listed(choices), _first(choices))


def _range(table: Table, argument: Argument, value: float) -> Bad | None:
    version = order(table.version)
    for one in _BY_NAME.get(argument.name, ()):
        if order(one.since) <= version < order(one.until) and not one.taken(value):
            case = "range" if one.error else "range-late"
            error = one.error.format(value=value)
            return Bad(case, error, one.shown, one.example, one.mild)
    return None


def _listed(choices: Choices) -> str:
    return ", ".join(str(one) for one in choices)


def _first(choices: Choices) -> str:
    return json.dumps(choices[0])


def _example(argument: Argument, value: Any, case: str) -> str:
    """The value as it is meant, where that is plain; else any that works."""
    if isinstance(value, str) and case in ("number", "whole") and is_number(value):
        number = float(value)
        if number == number and abs(number) < 1e15:
            return str(int(number)) if number.is_integer() and "." not in value else repr(number)
    if argument.choices:
        return _first(argument.choices)
    return _EXAMPLES[case]
