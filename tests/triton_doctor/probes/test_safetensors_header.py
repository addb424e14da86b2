"""The head of a safetensors file, judged beside the format's own library."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, deserialize

from tests.checkpoints import shard
from triton_doctor.probes.safetensors_header import header, wanted

WHOLE = shard(a=3, bb=5)


def file(text: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(text)) + text + data


def tensor(dtype: str, shape: list[int], *offsets: int) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": list(offsets)}


def told(**tensors: Any) -> bytes:
    return json.dumps(tensors).encode()


def refused(data: bytes) -> bool:
    """What the library itself says to these bytes as a file."""
    try:
        deserialize(data)
    except SafetensorError:
        return True
    return False


def test_a_whole_file_tells_its_elements() -> None:
    seen = header(WHOLE, len(WHOLE))
    assert not refused(WHOLE)
    assert (seen.error, seen.elements, seen.whole) == ("", {"BF16": 8}, len(WHOLE))


def test_the_head_alone_is_enough() -> None:
    need = wanted(WHOLE)
    assert need == len(WHOLE) - 16
    assert header(WHOLE[:need], len(WHOLE)) == header(WHOLE, len(WHOLE))


def test_a_file_cut_short_tells_how_long_it_was() -> None:
    cut = WHOLE[:-4]
    assert header(cut, len(cut)).whole == len(WHOLE)
    assert "not fully covered" in header(cut, len(cut)).error


CASES = {
    "nothing": b"",
    "seven bytes": b"1234567",
    "zeros": bytes(64),
    "no end": b"\xff" * 8 + b"{}",
    "no header": file(b""),
    "no tensors": file(b"{}"),
    "padded": file(b"  {}   "),
    "more after it": file(b"{} x"),
    "cut JSON": file(b'{"a'),
    "a list": file(b"[]"),
    "no UTF-8": file(b'{"\xff": 1}'),
    "NaN": file(b'{"a": NaN}'),
    "nested": file(b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "a tensor": file(told(a=tensor("F32", [1], 0, 4)), bytes(4)),
    "a byte too few": file(told(a=tensor("F32", [1], 0, 4)), bytes(3)),
    "a byte too many": file(told(a=tensor("F32", [1], 0, 4)), bytes(5)),
    "a gap": file(told(a=tensor("F32", [1], 4, 8)), bytes(8)),
    "one on another": file(told(a=tensor("F32", [1], 0, 4), b=tensor("F32", [1], 0, 4)), bytes(4)),
    "another shape": file(told(a=tensor("F32", [2], 0, 4)), bytes(4)),
    "below zero": file(told(a=tensor("F32", [-1], 0, 4)), bytes(4)),
    "no whole number": file(told(a=tensor("F32", [1.0], 0, 4)), bytes(4)),
    "backwards": file(told(a=tensor("F32", [0], 4, 0))),
    "three offsets": file(told(a=tensor("F32", [0], 0, 0, 0))),
    "beyond 64 bits": file(told(a=tensor("F32", [1 << 63, 4], 0, 0))),
    "beyond, and none of it": file(told(a=tensor("F32", [1 << 63, 4, 0], 0, 0))),
    "an end far out": file(told(a=tensor("U8", [1 << 63], 0, 1 << 63))),
    "no elements": file(told(a=tensor("F32", [0], 0, 0))),
    "four bits": file(told(a=tensor("F4", [2], 0, 1)), bytes(1)),
    "half a byte": file(told(a=tensor("F4", [1], 0, 1)), bytes(1)),
    "a scale": file(told(a=tensor("F8_E8M0", [3], 0, 3)), bytes(3)),
    "a word more": file(told(a={**tensor("F32", [1], 0, 4), "x": 1}), bytes(4)),
    "metadata": file(told(__metadata__={"format": "pt"})),
    "odd metadata": file(told(__metadata__={"format": 1})),
    "no metadata": file(told(__metadata__=None)),
}


@pytest.mark.parametrize("data", CASES.values(), ids=CASES.keys())
def test_it_says_what_the_library_says(data: bytes) -> None:
    assert bool(header(data, len(data)).error) == refused(data)


def test_a_dtype_that_nobody_knows_yet_is_no_fault() -> None:
    """A later library may have it; that of the image is not known."""
    data = file(told(a=tensor("F2", [8], 0, 2)), bytes(2))
    assert header(data, len(data)).error == ""
    assert header(data, len(data)).elements == {"F2": 8}


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    assert bool(header(data, len(data)).error) == refused(data)


@settings(max_examples=600, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
def test_damage_is_seen_where_the_library_sees_it(at: int, byte: int, cut: int) -> None:
    data = (WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :])[: len(WHOLE) - cut // 4]
    ours = header(data[: wanted(data)], len(data))
    if refused(data):
        assert ours.error or set(ours.elements) - {"BF16"}  # a dtype that nobody knows
    else:
        assert not ours.error
