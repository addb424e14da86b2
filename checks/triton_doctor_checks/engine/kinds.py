"""Which JSON values fit an argument's type, and which vLLM makes fit. Pure.

vLLM's EngineArgs check nothing; up to 0.9.1 neither did the configurations made from them, and a
wrong type came to light where it was first compared or looked up. From 0.9.2 on pydantic checks
most of them, and converts what it safely can ("0.9" to 0.9, "false" to false, 2.0 to 2).
"""

from __future__ import annotations

import re
from typing import Any

from triton_doctor_checks.engine.table import Argument

TRUE, FALSE = ("true", "t", "yes", "y", "on", "1"), ("false", "f", "no", "n", "off", "0")
_WHOLE = re.compile(r"\s*[+-]?\d+(_\d+)*(\.0*)?\s*")
_JSON: tuple[tuple[type, str], ...] = (
    (bool, "bool"), (int, "int"), (float, "float"), (str, "str"), (list, "list"), (dict, "dict"),
)  # fmt: skip
_TEXTS, _OBJECTS = ("str", "enum", "class"), ("dict", "object", "callable")
# How an argument's types are called in the catalogue's cases, and by pydantic.
_CALLED = (
    ("float", "number"),
    ("int", "whole"),
    ("bool", "boolean"),
    ("dict", "object"),
    ("object", "object"),
    ("callable", "object"),
    ("list", "list"),
)
_SAYS = {
    "number": "Input should be a valid number",
    "whole": "Input should be a valid integer",
    "boolean": "Input should be a valid boolean",
    "object": "Input should be a valid dictionary",
    "list": "Input should be a valid list",
    "text": "Input should be a valid string",
}


def json_type(value: Any) -> str:
    """As an argument's kinds are called; `null` for None."""
    return next((name for kind, name in _JSON if isinstance(value, kind)), "null")


def fits(argument: Argument, value: Any) -> bool:
    """Whether the value is of the type that the argument has."""
    kind, kinds = json_type(value), argument.kinds
    if kind == "null":
        return argument.nullable
    if kind == "int":
        return "int" in kinds or "float" in kinds or value in argument.choices
    if kind == "float":
        return "float" in kinds or ("int" in kinds and value.is_integer())
    if kind == "str":
        return any(one in _TEXTS for one in kinds)
    if kind == "dict":
        return any(one in _OBJECTS for one in kinds)
    return kind in kinds


def converts(argument: Argument, value: Any) -> bool:
    """Whether pydantic makes the value fit: its lax mode, for what JSON can hold."""
    kinds, text = argument.kinds, value.strip().lower() if isinstance(value, str) else None
    if text is not None:
        whole, number = bool(_WHOLE.fullmatch(text)), is_number(text)
        return (
            ("bool" in kinds and text in (*TRUE, *FALSE))
            or ("int" in kinds and whole)
            or ("float" in kinds and number)
        )
    if isinstance(value, bool):
        return "int" in kinds or "float" in kinds
    return isinstance(value, int | float) and "bool" in kinds and value in (0, 1)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def called(argument: Argument) -> str:
    """The catalogue's case for a value of another type."""
    return next((case for kind, case in _CALLED if kind in argument.kinds), "text")


def pydantic_says(case: str, value: Any) -> str:
    """The beginning of pydantic's own sentence."""
    if isinstance(value, str) and case in ("number", "whole"):
        what = "a number" if case == "number" else "an integer"
        return f"{_SAYS[case]}, unable to parse string as {what}"
    if isinstance(value, float) and case == "whole":
        return f"{_SAYS[case]}, got a number with a fractional part"
    if case == "boolean" and isinstance(value, str | int | float):
        return f"{_SAYS[case]}, unable to interpret input"
    return _SAYS[case]
