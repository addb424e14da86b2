"""An amount of memory, and how far it may be off."""

from __future__ import annotations

from math import hypot

from triton_doctor.record import Record


class Amount(Record, frozen=True):
    """bytes: the estimate; error: bytes that it may be off, to either side."""

    bytes: int = 0
    error: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.bytes + other.bytes, together(self.error, other.error))

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.bytes - other.bytes, together(self.error, other.error))


def together(*errors: int) -> int:
    """Errors that have nothing to do with each other."""
    return int(hypot(*errors))
