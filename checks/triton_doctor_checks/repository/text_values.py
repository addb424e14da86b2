"""What numbers and texts of the text format are worth, as libprotobuf's C++ takes them. Pure."""

from __future__ import annotations

import math
import re
import struct

_ESCAPES = re.compile(
    rb"""\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))""",
    re.DOTALL,
)
# More decimal digits than any field takes; Python itself refuses to read thousands of them.
_DIGITS = 40
_SINGLE = dict(zip(b"abfnrtv\\?'\"", b"\a\b\f\n\r\t\v\\?'\"", strict=True))


def text_of(words: list[str]) -> str:
    """Texts in quotes, one after the other, as one; escaped bytes that are no UTF-8 become U+FFFD.

    Their escapes have been checked by the cutting into words.
    """
    if not any("\\" in word for word in words):
        return "".join(word[1:-1] for word in words)
    raw = b"".join(word[1:-1].encode("utf-8", "surrogatepass") for word in words)
    return _ESCAPES.sub(_byte, raw).decode("utf-8", "replace")


def _byte(hit: re.Match[bytes]) -> bytes:
    octal, hexadecimal, short, long, single = hit.groups()
    if octal:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    if single:
        return bytes([_SINGLE.get(single[0], single[0])])
    point = int(short or long, 16)
    return chr(point).encode("utf-8", "surrogatepass") if point <= 0x10FFFF else b"?"


def integer_of(word: str) -> int:
    """A whole number without a sign: decimal, 0x hexadecimal, or octal after a zero."""
    if word[0] != "0" or word == "0":
        return int(word[:_DIGITS])
    return int(word, 16 if word[1] in "xX" else 8)


def float_of(word: str) -> float:
    """A number with a fraction, an exponent or an `f` at its end; the largest become infinite."""
    return float(word.rstrip("fF"))


def is_zero(number: float, single: bool) -> bool:
    """Whether nothing but zero bits is stored of it, with single or double precision: not so -0."""
    if single and abs(number) < 1:
        return not any(struct.pack("f", number))
    return number == 0 and math.copysign(1, number) > 0
