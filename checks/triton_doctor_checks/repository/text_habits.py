"""Which habit led to a fault in config.pbtxt, as far as what stands there tells. Pure."""

from __future__ import annotations

import re
import unicodedata

from triton_doctor_checks.repository.text_guesses import (
    Habit,
    block_name,
    unknown_field,
    unknown_value,
)
from triton_doctor_checks.repository.text_schema import ROOT, FieldType, schema
from triton_doctor_checks.repository.text_tokens import Refused

QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u00b4"
_BOOLS = {
    **dict.fromkeys(("true", "yes", "on", "y", "enable", "enabled"), "true"),
    **dict.fromkeys(("false", "no", "off", "n", "disable", "disabled", "none", "null"), "false"),
}
_TEMPLATE = re.compile(
    r"\{?\{\{-?\s*[\w.|$ -]+-?\}\}|\{%|\$\{|\$\(|\$[A-Za-z_]|<[\w .-]*[A-Za-z][\w .-]*>"
    r"|%[A-Za-z_]+%|@[A-Za-z_]+@"
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_COMMENT = re.compile(r"#[^\n]*")
# The first sign that tells: the beginning of Triton's words -> the case.
_BY_WORDS = (
    ("Non-repeated field", "twice"),
    ("Integer out of range", "range"),
    ("String literals", "unclosed-quote"),
    ("Unexpected end of string", "unclosed-quote"),
    ("Invalid escape", "backslash"),
    ("Expected hex digits", "backslash"),
    ("Expected four hex", "backslash"),
    ("Expected eight hex", "backslash"),
    ("Invalid control", "control"),
    ("Need space", "number"),
    ("Numbers starting", "number"),
    ("Hex and octal", "number"),
    ("Already saw", "number"),
    ('"0x" must', "number"),
    ('"e" must', "number"),
    ("Expect a decimal", "number"),
)
_BY_KIND = {"string": "needs-text", "bool": "needs-word", "enum": "needs-type"}


def habit(text: str, refused: Refused) -> Habit:
    """The habit that led to it; one without a case where none is known."""
    field = refused.field
    about = field.name if field else ""
    if refused.error.startswith("Interpreting"):
        return _foreign(text[refused.at])
    if 'has no field named "' in refused.error:
        return unknown_field(refused)
    case = _around(text, refused)
    if case:
        return Habit(case, about=about)
    if refused.error.startswith("Unknown enumeration"):
        return unknown_value(refused)
    if "another member of oneof" in refused.error:
        return Habit("only-one", refused.error.split('"')[3], about=about)
    for words, name in _BY_WORDS:
        if refused.error.startswith(words):
            return Habit(name, about=about)
    return _structure(refused) if field is None else _value(refused, field)


def _foreign(sign: str) -> Habit:
    if sign in QUOTES:
        return Habit("smart-quotes", about=f"U+{ord(sign):04X}")
    blank = sign.isspace() or unicodedata.category(sign) in ("Zs", "Cf", "Cc")
    return Habit("blank" if blank else "letter", about=f"U+{ord(sign):04X}")


def _around(text: str, refused: Refused) -> str | None:
    """The case that tells itself by what stands around the place, or None."""
    place = refused.place
    start = text.rfind("\n", 0, place) + 1
    if _FENCE.match(text, start) and not text[start:place].strip(" \t\r`~"):
        return "fence"
    if refused.seen == "=":
        return "equals"
    if text.startswith(("//", "/*"), place):
        return "comment"
    for back in (0, 1, 2):
        hit = _TEMPLATE.match(text, max(0, place - back))
        if hit and hit.end() > place:
            return "template"
    first = _COMMENT.sub("", text[:place]).strip()
    if refused.block == ROOT and (first == "[" or (refused.seen in ("{", "[") and not first)):
        return "json"
    if refused.block and refused.seen[:1] in ("'", '"'):
        return "quoted-name"
    return None


def _structure(refused: Refused) -> Habit:
    if refused.error == "Expected identifier, got: ":
        return Habit("unclosed")
    if refused.seen in ("}", "]", ">", ")"):
        return Habit(
            "extra" if refused.block == ROOT else "unclosed-above", about=block_name(refused.block)
        )
    if refused.seen in (",", ";"):
        return Habit("stray")
    return Habit("no-name", about=block_name(refused.block))


def _value(refused: Refused, field: FieldType) -> Habit:
    seen, about = refused.seen, field.name
    if refused.error.startswith('Expected ":"'):
        return Habit("missing-colon", about=about)
    if refused.error.startswith('Expected ","'):
        over = not seen or seen[0].isalpha() or seen in ("}", ">")
        return Habit("unclosed-list" if over else "missing-comma", about=about)
    if refused.error.startswith('Expected "{"'):
        return Habit("single" if seen == "[" else "needs-block", about=about)
    if refused.error.startswith(('Expected "}"', 'Expected ">"')):
        return Habit("pair", about=about)
    if seen == "":
        return Habit("no-value", about=about)
    if seen == "[":
        return Habit("single", about=about)
    case = _BY_KIND.get(field.kind, "needs-number")
    bare = seen.strip("\"'")
    if case == "needs-word":
        return Habit(case, _BOOLS.get(bare.lower(), ""), bare.lower() in _BOOLS, about)
    if case == "needs-type":
        inner = schema().enums[field.of]
        return Habit(case, bare if bare in inner else "", bare in inner, about, ", ".join(inner))
    return Habit(case, about=about)
