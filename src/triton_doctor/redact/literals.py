"""Secrets known exactly, such as the token in the environment: removed however they are written."""

from __future__ import annotations

import base64
import json
import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from html import escape
from shlex import quote as shell_quote
from urllib.parse import quote, quote_plus

from triton_doctor.record import Record

SHORTEST = 4  # signs; what is shorter stands in any text by chance
_ALONE = 8  # signs; what is shorter counts only where it stands alone
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_BREAK = re.compile(r"[ \t|>]*(?:\n|\\n)[ \t|>]*")


class Known(Record, frozen=True):
    """What is known of the machine that it must not tell. secrets: values as they are;
    hosts, users: names; homes: folders, the longest first."""

    secrets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def writings(secret: str) -> tuple[re.Pattern[str], ...]:
    """The ways in which a secret may be written, itself first."""
    escaped = json.dumps(secret)[1:-1]
    found = (
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        escaped,
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(escaped)[1:-1],
        repr(secret)[1:-1],
        shell_quote(secret).strip("'"),
        escape(secret),
        secret.encode().hex(),
    )
    return tuple(_pattern(one, one != secret) for one in dict.fromkeys(found))


def _pattern(writing: str, coded: bool) -> re.Pattern[str]:
    alone = (r"(?<!\w)", r"(?!\w)") if len(writing) < _ALONE else ("", "")
    flags = re.IGNORECASE if coded else 0  # %2f is %2F
    return re.compile(alone[0] + re.escape(writing) + alone[1], flags)


@lru_cache(maxsize=256)
def cores(secret: str) -> tuple[str, ...]:
    """What base64 of any text with the secret in it has in common, by where in it that stands."""
    raw, found = secret.encode(), list[str]()
    for lead in range(3):
        whole = base64.b64encode(b"\0" * lead + raw).decode().rstrip("=")
        # Signs that also hold bits of what stands before or after tell nothing.
        core = whole[(0, 2, 3)[lead] : len(whole) - (1 if (lead + len(raw)) % 3 else 0)]
        if len(core) >= _ALONE:
            found += [core, core.replace("+", "-").replace("/", "_")]
    return tuple(dict.fromkeys(found))


def without(text: str, secret: str, stand_in: Callable[[], str]) -> str:
    """The text with the stand-in for each writing of a secret."""
    for writing in writings(secret):
        text = writing.sub(lambda _hit: stand_in(), text)
    for core in cores(secret):
        while core in text:
            start, end = _around(text, text.index(core), len(core))
            text = text[:start] + stand_in() + text[end:]
    return _broken(text, secret, stand_in) if "\n" in text or "\\n" in text else text


def holds(text: str, secret: str) -> bool:
    """Whether a secret is in the text, however it is written."""
    return without(text, secret, lambda: "") != text


def _around(text: str, start: int, length: int) -> tuple[int, int]:
    """The whole run of base64 in which a core stands."""
    while start and _BASE64.fullmatch(text[start - 1]) and text[start - 1] != "=":
        start -= 1
    hit = _BASE64.match(text, start)
    return start, max(hit.end() if hit else 0, start + length)


def _broken(text: str, secret: str, stand_in: Callable[[], str]) -> str:
    """Also where a line was broken within it, in a narrow terminal or a table."""
    if len(secret) < 2 * _ALONE or secret[: _ALONE // 2] not in text:
        return text
    places, joined = _joined(text)
    found, at, done = joined.find(secret), 0, ""
    while found >= 0:
        start, end = _origin(found, places), _origin(found + len(secret) - 1, places) + 1
        done += text[at:start] + stand_in()
        at, found = end, joined.find(secret, found + len(secret))
    return done + text[at:]


def _joined(text: str) -> tuple[list[tuple[int, int]], str]:
    """The text without its line breaks; for each piece, where it is in that and in the text."""
    places, pieces, at, length = [(0, 0)], list[str](), 0, 0
    for gap in _BREAK.finditer(text):
        pieces.append(text[at : gap.start()])
        length += gap.start() - at
        at = gap.end()
        places.append((length, at))
    pieces.append(text[at:])
    return places, "".join(pieces)


def _origin(index: int, places: list[tuple[int, int]]) -> int:
    here, there = places[bisect_right(places, (index, 1 << 62)) - 1]
    return there + index - here
