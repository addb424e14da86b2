"""Frozen records, made by msgspec.

A frozen dataclass costs close to a millisecond when its module is imported, since its methods are
generated as source; there are a hundred of them here, and starting must be cheap. msgspec makes the
same in C, and it is what writes facts as JSON and reads them back.
"""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import asdict, replace

__all__ = ["Mutable", "Record", "asdict", "field", "replace"]


class Record(Struct, frozen=True):
    """A frozen record: fields with types and defaults, equality, a readable repr.

    `asdict(record)` is shallow; `replace(record, field=value)` is a changed copy.
    """


class Mutable(Struct, eq=False):
    """A record that changes while it is made; compared by identity."""
