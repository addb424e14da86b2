"""Reading protobuf's text format: every error below is as the real server 2.51.0 words it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool, message_factory, text_format
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triton_doctor_checks.repository.broken_texts import BITS, SEEDS, Texts
from triton_doctor_checks.repository.text_format import Fault, Message, parse
from triton_doctor_checks.repository.text_schema import schema

DESCRIPTOR = Path(__file__).parents[2] / "recordings" / "model_config.binpb"
REFUSED = {
    "foo: 1": '1:4: Message type "inference.ModelConfig" has no field named "foo".',
    "Name: 'a'": '1:5: Message type "inference.ModelConfig" has no field named "Name".',
    "input { x: 1 }": '1:10: Message type "inference.ModelInput" has no field named "x".',
    "1: 1": "1:1: Expected identifier, got: 1",
    "input {": "1:8: Expected identifier, got: ",
    "name: 'a' }": "1:11: Expected identifier, got: }",
    "name 'a'": '1:6: Expected ":", found "\'a\'".',
    "input: 1": '1:8: Expected "{", found "1".',
    "input {>": '1:8: Expected "}", found ">".',
    "input [{} {}]": '1:11: Expected ",", found "{".',
    "[a.b]: 1": '1:6: Extension "a.b" is not defined or is not an extension of '
    '"inference.ModelConfig".',
    "[a": '1:3: Expected "]", found "".',
    "name: a": "1:7: Expected string, got: a",
    "name: ['a']": "1:7: Expected string, got: [",
    "name: 'a": "1:9: Unexpected end of string.",
    "name: 'a\n'": "1:9: String literals cannot cross line boundaries.",
    "name: '\\q'": "1:9: Invalid escape sequence in string literal.",
    "name: '\\xg'": "1:10: Expected hex digits for escape sequence.",
    "name: '\\u00g0'": "1:12: Expected four hex digits for \\u escape sequence.",
    "name: '\\U00200000'": "1:12: Expected eight hex digits up to 10ffff for \\U escape sequence",
    "max_batch_size: 0.5": "1:17: Expected integer, got: 0.5",
    "max_batch_size: - 2147483649": "1:19: Integer out of range (2147483649)",
    "max_batch_size: 2147483648": "1:17: Integer out of range (2147483648)",
    "max_batch_size: 08": "1:18: Numbers starting with leading zero must be in octal.",
    "max_batch_size: 0x": '1:19: "0x" must be followed by hex digits.',
    "max_batch_size: 1e": '1:19: "e" must be followed by exponent.',
    "max_batch_size: 1a": "1:18: Need space between number and identifier.",
    "max_batch_size: 1.2.3": "1:20: Already saw decimal point or exponent; can't have another one.",
    "max_batch_size: 0x1.5": "1:20: Hex and octal numbers must be integers.",
    "name.5": "1:5: Need space between identifier and decimal point.",
    "\x01": "1:1: Invalid control characters encountered in text.",
    "# a\0": "1:4: Invalid control characters encountered in text.",
    "\t\u00e9": "1:9: Interpreting non ascii codepoint 195.",
    "name: '\u00e9' \u201c": "1:12: Interpreting non ascii codepoint 226.",
    "input { optional: yes }": '1:23: Invalid value for boolean field "optional". Value: "yes".',
    "input { optional: 2 }": "1:19: Integer out of range (2)",
    "input { data_type: X }": '1:22: Unknown enumeration value of "X" for field "data_type".',
    "input { data_type: 'X' }": "1:20: Expected integer or identifier, got: 'X'",
    "sequence_batching { direct { minimum_slot_utilization: 01": "1:56: Expect a decimal number, "
    "got: 01",
    "sequence_batching { direct { minimum_slot_utilization: X": "1:56: Expected double, got: x",
    "name: 'a' name: 'b'": '1:15: Non-repeated field "name" is specified multiple times.',
    "parameters { key: '' key: '' }": '1:25: Non-repeated field "key" is specified multiple times.',
    "version_policy { all {} latest {} }": '1:32: Field "latest" is specified along with field '
    '"all", another member of oneof "policy_choice".',
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_triton_refuses_and_how_it_says_so(text: str) -> None:
    fault = parse(text)
    assert isinstance(fault, Fault)
    assert fault.error == REFUSED[text]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("name: 'a' \"b\" # c\n '\\x41\\102\\n\\u00e9\\U0001F600'", ["abAB\n\u00e9\U0001f600"]),
        ("name: '' name: 'b'", ["", "b"]),  # an empty text counts as not given
        ("name: '\u00e9\u201c\ttab'", ["\u00e9\u201c\ttab"]),
        ("name: '\\377'", ["\ufffd"]),
        ("max_batch_size: 0x1F", [31]),
        ("max_batch_size: 017", [15]),
        ("max_batch_size: -2147483648", [-2147483648]),
        ("max_batch_size: 0; max_batch_size: - 1,", [0, -1]),
    ],
)
def test_values(text: str, values: list[Any]) -> None:
    message = parse(text)
    assert isinstance(message, Message)
    assert [field.value for field in message.fields] == values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("optional", "t", True),
        ("optional", "False", False),
        ("optional", "0", False),
        ("optional", "01", True),
        ("data_type", "TYPE_FP32", "TYPE_FP32"),
        ("data_type", "11", "TYPE_FP32"),
        ("data_type", "99", 99),
        ("dims", "9223372036854775807", 2**63 - 1),
    ],
)
def test_words_and_numbers_in_a_block(name: str, text: str, value: object) -> None:
    message = parse(f"input: < {name}: {text} >")
    assert isinstance(message, Message)
    inner = message.fields[0].value
    assert isinstance(inner, Message)
    assert inner.fields[0].value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), ("-.5", -0.5), ("1e3f", 1000.0), ("INFINITY", float("inf")), ("1e999", 2e999)],
)
def test_fractions(text: str, value: float) -> None:
    message = parse(
        f"model_metrics {{ metric_control {{ histogram_options {{ buckets: [{text}] }}}}}}"
    )
    assert f"value={value!r}" in repr(message)


def test_places_are_those_of_an_editor() -> None:
    message = parse('# \u00e9\n\tinput [\n  {\tdims: [ 1,\n2 ] } ]\nname: "m"')
    assert isinstance(message, Message)
    block, name = message.fields
    assert (block.line, block.column, block.value_line, block.value_column) == (2, 2, 3, 3)
    assert (name.line, name.column, name.value_line, name.value_column) == (5, 1, 5, 7)
    assert isinstance(block.value, Message)
    assert (block.value.type, block.value.line, block.value.column) == ("ModelInput", 3, 3)
    dims = block.value.all("dims")
    assert [(one.value, one.line, one.column) for one in dims] == [(1, 3, 5), (2, 3, 5)]
    assert [(one.value_line, one.value_column) for one in dims] == [(3, 13), (4, 1)]
    assert message.get("name") == name
    assert message.get("backend") is None


def test_a_release_does_not_know_what_came_later() -> None:
    text = "model_metrics { }"
    assert isinstance(parse(text), Message)
    assert isinstance(parse(text, "2.52.0"), Message)
    assert isinstance(parse(text, "2.99.0"), Message)
    fault = parse(text, "2.51.0")
    assert isinstance(fault, Fault)
    assert (fault.case, fault.meant) == ("newer-field", "2.52.0")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*BITS, *SEEDS]), st.text(max_size=8))).map("".join))
def test_any_text_ends_in_a_message_or_a_fault(text: str) -> None:
    result = parse(text)
    if isinstance(result, Fault):
        lines = text.split("\n")
        assert 1 <= result.line <= len(lines)
        assert 1 <= result.column <= len(lines[result.line - 1]) + 1


# What Python's own reader takes and Triton's does not, by the beginning of Triton's words; and the
# other way round, by the beginning of Python's.
_ONLY_PYTHON = (
    'Non-repeated field "key"',  # a map's key twice in one entry
    'Non-repeated field "value"',
    "Interpreting non ascii",  # blanks of other scripts, as U+00A0
    "Invalid escape",  # an unknown escape is left as it is
    "Unexpected end of string",  # a zero byte in a text
    "Invalid control",
)
_ONLY_TRITON = (
    "'utf-8' codec",  # texts that are no UTF-8
    'Expected "true" or "false"',  # 0x1 and 00 for a bool
    "Couldn't parse integer: -",  # a blank behind the minus
    "Couldn't parse float: -",
    "Expected identifier or number, got -",
)


@cache
def descriptors() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(DESCRIPTOR.read_bytes())
    return pool


def python_says(text: str) -> str | None:
    """Why protobuf's own reader in Python refuses it."""
    message = descriptors().FindMessageTypeByName("inference.ModelConfig")
    try:
        text_format.Parse(text, message_factory.GetMessageClass(message)())
    except (text_format.ParseError, ValueError) as error:  # ValueError: some numbers out of range
        return str(error)
    return None


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")
def test_pythons_reader_differs_in_known_ways_only() -> None:
    texts = Texts(seed=7)
    for _one in range(1000):
        text = texts.text()
        ours, python = parse(text), python_says(text)
        if isinstance(ours, Message) and python is not None:
            assert any(words in python for words in _ONLY_TRITON), (text, python)
        if isinstance(ours, Fault) and python is None:
            words = ours.error.partition(": ")[2]
            assert words.startswith(_ONLY_PYTHON), (text, ours)


def test_the_table_is_the_message() -> None:
    pool = descriptors()
    known = schema().messages
    for name, fields in known.items():
        message = pool.FindMessageTypeByName(f"inference.{name}")
        assert [field.name for field in message.fields] == list(fields)
        for field in message.fields:
            if field.enum_type is not None:
                values = {one.name: one.number for one in field.enum_type.values}
                assert schema().enums[fields[field.name].of] == values
