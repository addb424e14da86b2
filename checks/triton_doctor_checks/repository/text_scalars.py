"""Reads the values of fields: numbers, texts, words; as libprotobuf's C++ does. Pure."""

from __future__ import annotations

from typing import NoReturn

from triton_doctor_checks.repository.text_schema import FieldType, schema
from triton_doctor_checks.repository.text_tokens import FLOAT, INTEGER, TEXT, WORD, Refused, Tokens
from triton_doctor_checks.repository.text_values import float_of, integer_of, text_of

_LIMITS = {"int32": 2**31 - 1, "int64": 2**63 - 1, "uint32": 2**32 - 1, "uint64": 2**64 - 1}
_WORDS_OF_BOOL = {
    **dict.fromkeys(("true", "True", "t"), True),
    **dict.fromkeys(("false", "False", "f"), False),
}
_WORDS_OF_FLOAT = {"inf": float("inf"), "infinity": float("inf"), "nan": float("nan")}


class Scalars:
    """The values of one file that are no blocks. Each reading moves on behind what it read."""

    def __init__(self, source: str) -> None:
        self.schema = schema()
        self.tokens = Tokens(source)

    def scalar(self, field: FieldType) -> str | int | float | bool:
        kind = field.kind
        if kind == "string":
            return self._string(field)
        if kind == "enum":
            return self._enum(field)
        if kind == "bool":
            return self._bool(field)
        if kind in ("float", "double"):
            return self._float(field)
        return self._integer(field, _LIMITS[kind], kind[0] == "i")

    def _string(self, field: FieldType) -> str:
        tokens = self.tokens
        first = tokens.text
        if tokens.kind != TEXT:
            self._wrong("string", field)
        tokens.next()
        if tokens.kind != TEXT and "\\" not in first:
            return first[1:-1]
        words = [first]
        while tokens.kind == TEXT:
            words.append(tokens.text)
            tokens.next()
        return text_of(words)

    def _integer(self, field: FieldType, limit: int, signed: bool) -> int:
        tokens, start = self.tokens, self.tokens.start
        negative = signed and tokens.text == "-"
        if negative:
            tokens.next()
        if tokens.kind != INTEGER:
            self._wrong("integer", field, start)
        number = integer_of(tokens.text)
        if number > limit + negative:
            error = f"Integer out of range ({tokens.text})"
            raise Refused(tokens.start, error, start, field=field, seen=tokens.text)
        tokens.next()
        return -number if negative else number

    def _bool(self, field: FieldType) -> bool:
        tokens, start, word = self.tokens, self.tokens.start, self.tokens.text
        if tokens.kind == INTEGER:
            return self._integer(field, 1, False) == 1
        if tokens.kind != WORD:
            self._wrong("identifier", field)
        tokens.next()
        if word not in _WORDS_OF_BOOL:
            error = f'Invalid value for boolean field "{field.name}". Value: "{word}".'
            raise Refused(tokens.start, error, start, field=field, seen=word)
        return _WORDS_OF_BOOL[word]

    def _enum(self, field: FieldType) -> str | int:
        tokens, start, word = self.tokens, self.tokens.start, self.tokens.text
        known = self.schema.enums[field.of]
        if tokens.kind == WORD:
            tokens.next()
            if word not in known:
                error = f'Unknown enumeration value of "{word}" for field "{field.name}".'
                raise Refused(tokens.start, error, start, field=field, seen=word)
            return word
        if tokens.kind != INTEGER and word != "-":
            self._wrong("integer or identifier", field)
        number = self._integer(field, _LIMITS["int32"], True)
        return next((name for name, value in known.items() if value == number), number)

    def _float(self, field: FieldType) -> float:
        tokens, start = self.tokens, self.tokens.start
        negative = tokens.text == "-"
        if negative:
            tokens.next()
        word = tokens.text
        if tokens.kind == INTEGER and word[0] == "0" and len(word) > 1:
            error = f"Expect a decimal number, got: {word}"
            raise Refused(tokens.start, error, start, field=field, seen=word)
        if tokens.kind in (INTEGER, FLOAT):
            number = float_of(word)
        elif tokens.kind == WORD and word.lower() in _WORDS_OF_FLOAT:
            number = _WORDS_OF_FLOAT[word.lower()]
        else:
            shown = word.lower() if tokens.kind == WORD else word
            error = f"Expected double, got: {shown}"
            raise Refused(tokens.start, error, start, field=field, seen=word)
        tokens.next()
        return -number if negative else number

    def expect(self, sign: str, place: int | None = None, field: FieldType | None = None) -> None:
        tokens = self.tokens
        if tokens.text != sign:
            error = f'Expected "{sign}", found "{tokens.text}".'
            raise Refused(tokens.start, error, place, field=field, seen=tokens.text)
        tokens.next()

    def _wrong(self, wanted: str, field: FieldType, place: int | None = None) -> NoReturn:
        tokens = self.tokens
        error = f"Expected {wanted}, got: {tokens.text}"
        raise Refused(tokens.start, error, place, field=field, seen=tokens.text)
