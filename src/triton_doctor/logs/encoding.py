"""Blocks of bytes as UTF-8: what PowerShell's `>` writes is UTF-16, some editors leave a mark."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def as_utf8(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks, put into UTF-8 where their first bytes say that they are not."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    for block in blocks:
        data = block
        if first and data:
            first = False
            name = _MARKS.get(data[:2])
            if name:
                decoder, data = codecs.getincrementaldecoder(name)("replace"), data[2:]
            elif data.startswith(codecs.BOM_UTF8):
                data = data[3:]
        yield decoder.decode(data).encode("utf-8", "replace") if decoder else data
