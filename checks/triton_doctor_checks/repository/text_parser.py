"""Puts the words of a config.pbtxt together, as libprotobuf's C++ `TextFormat::Parser` does. Pure.

Written after google/protobuf/text_format.cc with the options of `TextFormat::Parse`: no unknown
fields, no numbers for names, a single field set once. Its errors are kept letter for letter.
"""

from __future__ import annotations

from typing import NoReturn

from triton_doctor_checks.repository.text_message import Field, Message
from triton_doctor_checks.repository.text_scalars import Scalars
from triton_doctor_checks.repository.text_schema import ROOT, FieldType, Version
from triton_doctor_checks.repository.text_tokens import END, WORD, Refused
from triton_doctor_checks.repository.text_values import is_zero

_PACKAGE = "inference."
_Value = Message | str | int | float | bool


class Parser(Scalars):
    """One file. triton: the server's version, () for the newest that is known."""

    def __init__(self, source: str, triton: Version) -> None:
        super().__init__(source)
        self.source = source
        self.triton = triton
        self.opened = -1  # index of the brace of the innermost block
        self._line, self._line_start, self._seen = 1, 0, 0

    def file(self) -> Message:
        return Message(ROOT, self._fields(ROOT, ""))

    def _fields(self, message: str, close: str) -> tuple[Field, ...]:
        """The fields up to the closing sign, or up to the end of the file."""
        tokens, fields = self.tokens, list[Field]()
        taken: dict[str, str] = {}  # single fields and oneofs that are set -> by which field
        while tokens.text not in ("}", ">") if close else tokens.kind != END:
            self._field(message, fields, taken)
        return tuple(fields)

    def _field(self, message: str, fields: list[Field], taken: dict[str, str]) -> None:
        tokens = self.tokens
        if tokens.kind != WORD:
            self._no_name(message)
        name, start = tokens.text, tokens.start
        tokens.next()
        field = self.schema.messages[message].get(name)
        if field is None or (field.since and self.triton and field.since > self.triton):
            error = f'Message type "{_PACKAGE}{message}" has no field named "{name}".'
            raise Refused(tokens.start, error, start, field=field, block=message, seen=name)
        if not field.many:
            self._only_once(field, taken, start)
        if field.kind != "message" or tokens.text == ":":
            self.expect(":", field=field)
        line, column = self._place(start)
        if field.many and tokens.text == "[":
            self._list(field, fields, line, column)
        else:
            place = self._place(tokens.start)
            value = self._value(field, place)
            fields.append(Field(name, value, line, column, *place))
            if not field.many:
                self._take(field, value, taken)
        if tokens.text in (";", ","):
            tokens.next()

    def _list(self, field: FieldType, fields: list[Field], line: int, column: int) -> None:
        tokens, start = self.tokens, self.tokens.start
        tokens.next()
        if tokens.text == "]":
            tokens.next()
            return
        while True:
            place = self._place(tokens.start)
            fields.append(Field(field.name, self._value(field, place), line, column, *place))
            if tokens.text == "]":
                tokens.next()
                return
            over = tokens.kind in (END, WORD) or tokens.text in ("}", ">")
            self.expect(",", start if over else None, field)

    def _value(self, field: FieldType, place: tuple[int, int]) -> _Value:
        return self._message(field, place) if field.kind == "message" else self.scalar(field)

    def _message(self, field: FieldType, place: tuple[int, int]) -> Message:
        tokens, above = self.tokens, self.opened
        close = ">" if tokens.text == "<" else "}"
        self.opened = tokens.start
        if close == ">":
            tokens.next()
        else:
            self.expect("{", field=field)
        fields = self._fields(field.of, close)
        self.expect(close, field=field)
        self.opened = above
        return Message(field.of, fields, *place)

    def _only_once(self, field: FieldType, taken: dict[str, str], start: int) -> None:
        if field.name in taken:
            error = f'Non-repeated field "{field.name}" is specified multiple times.'
        elif field.oneof and field.oneof in taken:
            error = (
                f'Field "{field.name}" is specified along with field "{taken[field.oneof]}", '
                f'another member of oneof "{field.oneof}".'
            )
        else:
            return
        raise Refused(self.tokens.start, error, start, field=field, seen=field.name)

    def _take(self, field: FieldType, value: _Value, taken: dict[str, str]) -> None:
        """A single field is set by any value where that is noted, else by one not the default."""
        if field.oneof:
            taken[field.oneof] = field.name
        if field.oneof or field.presence or self._is_set(field, value):
            taken[field.name] = field.name

    def _is_set(self, field: FieldType, value: _Value) -> bool:
        if isinstance(value, float):
            return not is_zero(value, field.kind == "float")
        if field.kind == "enum":
            return self.schema.enums[field.of].get(str(value), value) != 0
        return bool(value) or field.kind == "message"

    def _no_name(self, message: str) -> NoReturn:
        """Where a field's name should stand something else does, perhaps an extension's name."""
        tokens, start = self.tokens, self.tokens.start
        if tokens.text != "[":
            place = self.opened if tokens.kind == END else None
            error = f"Expected identifier, got: {tokens.text}"
            raise Refused(tokens.start, error, place, block=message, seen=tokens.text)
        tokens.next()
        name = self._identifier(start, message)
        while tokens.text == ".":
            tokens.next()
            name += f".{self._identifier(start, message)}"
        self.expect("]", start)
        whole = f'"{_PACKAGE}{message}"'
        error = f'Extension "{name}" is not defined or is not an extension of {whole}.'
        raise Refused(tokens.start, error, start, block=message, seen="[")

    def _identifier(self, start: int, message: str) -> str:
        tokens, word = self.tokens, self.tokens.text
        if tokens.kind != WORD:
            error = f"Expected identifier, got: {word}"
            raise Refused(tokens.start, error, start, block=message, seen="[")
        tokens.next()
        return word

    def _place(self, index: int) -> tuple[int, int]:
        """Line and column of a word; asked for in the order of the file."""
        lines = self.source.count("\n", self._seen, index)
        if lines:
            self._line += lines
            self._line_start = self.source.rfind("\n", self._seen, index) + 1
        self._seen = index
        return self._line, index - self._line_start + 1
