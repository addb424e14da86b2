"""What the head of a safetensors file says, judged as the format's own library judges it. Pure.

The format: 8 bytes, the length of the header as a little-endian number; the header, JSON in UTF-8;
the tensors' bytes without a gap up to the end of the file. Rules and their words are those of
safetensors 0.8 (safetensors/src/tensor.rs, github.com/huggingface/safetensors).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate
from math import prod
from operator import mul
from typing import Annotated

from msgspec import DecodeError, Meta, Raw, Struct

from triton_doctor.record import Record

LENGTH = 8  # bytes that hold the length of the header
LARGEST = 100_000_000  # bytes that a header may have
_WIDEST = (1 << 64) - 1
_FARTHEST = 1 << 62  # farther than any file has an end, and near enough to be saved
# Bits of one element.
BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "U16": 16, "I16": 16, "U32": 32, "I32": 32, "U64": 64, "I64": 64,
    "F16": 16, "BF16": 16, "F32": 32, "F64": 64, "C64": 64,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "F8_E8M0": 8,
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip

_Count = Annotated[int, Meta(ge=0)]


class _Tensor(Struct, frozen=True):
    """One entry of the header."""

    dtype: str
    shape: tuple[_Count, ...]
    data_offsets: tuple[_Count, _Count]


class Header(Record, frozen=True):
    """elements: how many of each dtype, as `{"BF16": 8030261248}`.

    error: why the library refuses the file, empty where it does not; whole: bytes that the file has
    to have by its header, 0 where that was not got to.
    """

    elements: Mapping[str, int] = {}
    error: str = ""
    whole: int = 0


def wanted(head: bytes) -> int:
    """How many bytes from the start of a file are needed to judge it, by its first 8."""
    length = int.from_bytes(head[:LENGTH], "little")
    return LENGTH + length if length <= LARGEST else LENGTH


def header(head: bytes, size: int) -> Header:
    """head: the file's first `wanted` bytes, or all there are; size: bytes of the whole file."""
    if size < LENGTH or len(head) < LENGTH:
        return Header(error="header too small")
    length = int.from_bytes(head[:LENGTH], "little")
    if length > LARGEST:
        return Header(error="header too large")
    body = head[LENGTH : LENGTH + length]
    if LENGTH + length > size or len(body) < length:
        return Header(error="invalid header length", whole=LENGTH + length)
    tensors = _tensors(body)
    if isinstance(tensors, str):
        return Header(error=tensors)
    error, end = _laid_out(tensors)
    whole = LENGTH + length + end
    if not error and whole != size:
        error = "incomplete metadata, file not fully covered"
    return Header(_elements(tensors.values()), error, whole)


def _tensors(body: bytes) -> dict[str, _Tensor] | str:
    """The entries by name, or why they cannot be read."""
    from msgspec import ValidationError
    from msgspec.json import decode

    try:
        body.decode("utf-8")
        entries = decode(body, type=dict[str, Raw])
        about = entries.pop("__metadata__", None)
        if about is not None:
            decode(about, type=dict[str, str] | None)
        return {name: decode(entry, type=_Tensor) for name, entry in entries.items()}
    except UnicodeDecodeError:
        return "invalid UTF-8 in header"
    except (ValidationError, DecodeError) as error:
        return f"invalid JSON in header: {error}"
    except RecursionError:
        return "invalid JSON in header: nested too deep"


def _laid_out(tensors: Mapping[str, _Tensor]) -> tuple[str, int]:
    """Why the offsets do not tile the data, empty where they do; and where they end."""
    at = 0
    for name, one in sorted(tensors.items(), key=lambda item: item[1].data_offsets):
        start, end = one.data_offsets
        if start != at or end < start or end > _FARTHEST:
            return f"invalid offset for tensor {name}", at
        at = end
        bits = _bits(one)
        if _overflows(one):
            return "overflow computing buffer size from shape and/or element type", at
        if bits is not None and bits != (end - start) * 8:
            return "info about the tensor does not match its data offsets", at
    return "", at


def _bits(one: _Tensor) -> int | None:
    """What its shape makes; None for a dtype that is not known here."""
    each = BITS.get(one.dtype)
    return None if each is None else each * prod(one.shape)


def _overflows(one: _Tensor) -> bool:
    """Whether the library's 64 bits do not hold the product, even where a later length is 0."""
    return any(count > _WIDEST for count in accumulate(one.shape, mul))


def _elements(tensors: Iterable[_Tensor]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for one in tensors:
        counts[one.dtype] += prod(one.shape)
    return dict(sorted(counts.items()))
