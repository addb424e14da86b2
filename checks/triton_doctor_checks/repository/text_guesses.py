"""What was meant by a name or a value that Triton does not know in config.pbtxt. Pure."""

from __future__ import annotations

from triton_doctor.api import Record
from triton_doctor_checks.engine.spelling import guess
from triton_doctor_checks.repository.text_schema import ROOT, FieldType, schema
from triton_doctor_checks.repository.text_tokens import Refused

# Names of element types in numpy and torch, and what is left of Triton's own without its head.
_TYPES = {
    **dict.fromkeys(("float", "float32"), "FP32"),
    **dict.fromkeys(("half", "float16"), "FP16"),
    **dict.fromkeys(("double", "float64"), "FP64"),
    **dict.fromkeys(("str", "text", "bytes", "object"), "STRING"),
    "bfloat16": "BF16",
    "boolean": "BOOL",
    "long": "INT64",
}


class Habit(Record, frozen=True):
    """As in Fault: the case of the words, what was meant, of what it speaks, what may be there."""

    case: str | None = None
    meant: str = ""
    sure: bool = False
    about: str = ""
    options: str = ""


def unknown_field(refused: Refused) -> Habit:
    name, block = refused.seen, refused.block
    known, about = schema().messages, block_name(refused.block)
    if refused.field is not None:
        return Habit("newer-field", ".".join(map(str, refused.field.since)), about=about)
    near = guess(name, known[block])
    if near is not None:
        sure = near.sure or name.rstrip("s") == near.name.rstrip("s")
        return Habit("misspelt-field", near.name, sure, about)
    if block != ROOT and name in known[ROOT]:
        return Habit("unclosed-above", about=about)
    for path, home in _homes():
        if name in home:
            return Habit("misplaced", _example(path, home[name]), about=about)
    return Habit("no-such-field", about=about, options=", ".join(sorted(known[block])))


def block_name(message: str) -> str:
    """A block by the name that opens it in the file."""
    if message == ROOT:
        return "config.pbtxt"
    known = schema().messages
    openers = (
        one.name for fields in known.values() for one in fields.values() if one.of == message
    )
    return next(openers, message)


def _homes() -> list[tuple[tuple[str, ...], dict[str, FieldType]]]:
    """Each block with the fields that lead to it, the nearest first, without the outermost."""
    known = schema().messages
    homes: list[tuple[tuple[str, ...], dict[str, FieldType]]] = [((), known[ROOT])]
    for path, fields in homes:
        homes += [((*path, one.name), known[one.of]) for one in fields.values() if one.of in known]
    return homes[1:]


def _example(path: tuple[str, ...], field: FieldType) -> str:
    """A field in the blocks that it belongs in, on one line."""
    values = {"string": ': "..."', "bool": ": true", "message": " { ... }", "float": ": 0.5"}
    value = f": {next(iter(schema().enums[field.of]))}" if field.kind == "enum" else ": 1"
    inner = field.name + values.get(field.kind, value)
    return "".join(f"{one} {{ " for one in path) + inner + " }" * len(path)


def unknown_value(refused: Refused) -> Habit:
    field, seen = refused.field, refused.seen
    if field is None:
        return Habit()
    values = schema().enums[field.of]
    options = ", ".join(value for value in values if value != "TYPE_INVALID")
    head = next(iter(values)).partition("_")[0]
    for name in (seen, f"{head}_{seen}", f"{head}_{_bare_type(seen)}"):
        if name.upper() in values:
            return Habit("unknown-value", name.upper(), True, field.name, options)
    near = guess(seen, [value.lower() for value in values])
    meant = near.name.upper() if near else ""
    case = "unknown-value" if meant else "no-such-value"
    return Habit(case, meant, bool(near and near.sure), field.name, options)


def _bare_type(word: str) -> str:
    """What a type of numpy or torch is called in Triton, without the head."""
    word = word.lower().removeprefix("type_").removeprefix("dt_")
    return _TYPES.get(word, word)
