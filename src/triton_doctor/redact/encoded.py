"""Secrets within what somebody encoded: base64, hex, or the percent signs of an address."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import cache
from urllib.parse import unquote

from triton_doctor.redact.shapes import Replace

Holds = Callable[[str], str | None]  # the kind of secret that a text has in it

_HEX = re.compile(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+")


@cache
def _runs() -> re.Pattern[str]:
    # The letter of a line break, as JSON writes it, is no part of the word after it.
    return re.compile(r"((?:\\[nrt])?)([A-Za-z0-9+/_-]{28,}={0,2})")


@cache
def _percents() -> re.Pattern[str]:
    return re.compile(r"[\w.~+-]{0,400}%[0-9A-Fa-f]{2}[\w.~%+-]*")


def without_encoded(text: str, holds: Holds, replace: Replace) -> str:
    """The text with something else for each word that is a secret once it is decoded."""

    def put(word: str, plain: str | None) -> str:
        kind = holds(plain) if plain else None
        return replace(kind, word) if kind else word

    if len(text) >= 28:
        text = _runs().sub(lambda hit: hit[1] + put(hit[2], _decoded(hit[2])), text)
    if "%" in text:
        text = _percents().sub(lambda hit: put(hit[0], unquote(hit[0])), text)
    return text


def _decoded(word: str) -> str | None:
    """What it says, if that is text: of a digest or a path hardly ever."""
    try:
        if _HEX.fullmatch(word):
            plain = bytes.fromhex(word)
        else:
            bare = word.rstrip("=").replace("-", "+").replace("_", "/")
            plain = base64.b64decode(bare + "=" * (-len(bare) % 4))
        said = plain.decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return said if said.replace("\n", "").replace("\r", "").isprintable() else None
