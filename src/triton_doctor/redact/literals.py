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
_GAP = re.compile(r"(?:[\s|>]|\\n)+")  # what a narrow terminal or a table puts into a long word


class Known(Record, frozen=True):
    """What is known of the machine that it must not tell. secrets: values as they are;
    hosts, users: names; homes: folders."""

    secrets: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()


class Writings(Record, frozen=True):
    """How one secret may be written. plain: texts; patterns: of them; cores: what base64 of any
    text with the secret in it has in common, by where in it that stands."""

    plain: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    cores: tuple[str, ...]

    def may_be_in(self, text: str) -> bool:
        """Costs next to nothing, since most texts have no secret."""
        return any(one in text for one in self.plain) or any(one in text for one in self.cores)


@lru_cache(maxsize=256)
def writings(secret: str) -> Writings:
    """The secret itself, and as addresses, JSON (also within JSON), shells and pages have it."""
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
    lower = (re.sub(r"%[0-9A-F]{2}", lambda hit: hit[0].lower(), one) for one in found)
    plain = tuple(dict.fromkeys((*found, secret.encode().hex().upper(), *lower)))
    return Writings(plain, tuple(_pattern(one) for one in plain), tuple(_cores(secret)))


def _pattern(writing: str) -> re.Pattern[str]:
    alone = (r"(?<!\w)", r"(?!\w)") if len(writing) < _ALONE else ("", "")
    return re.compile(alone[0] + re.escape(writing) + alone[1])


def _cores(secret: str) -> dict[str, None]:
    raw, found = secret.encode(), list[str]()
    for lead in range(3):
        whole = base64.b64encode(b"\0" * lead + raw).decode().rstrip("=")
        # Signs that also hold bits of what stands before or after tell nothing.
        core = whole[(0, 2, 3)[lead] : len(whole) - (1 if (lead + len(raw)) % 3 else 0)]
        if len(core) >= _ALONE:
            found += [core, core.replace("+", "-").replace("/", "_")]
    return dict.fromkeys(found)


def without(text: str, secret: str, stand_in: Callable[[], str]) -> str:
    """The text with the stand-in for each writing of a secret."""
    known = writings(secret)
    if known.may_be_in(text):
        for pattern in known.patterns:
            text = pattern.sub(lambda _hit: stand_in(), text)
        for core in known.cores:
            while core in text:
                start, end = _around(text, text.index(core), len(core))
                text = text[:start] + stand_in() + text[end:]
    return _broken(text, secret, stand_in)


def is_written(text: str, secret: str) -> bool:
    """Whether the text is this secret and nothing else."""
    return text in writings(secret).plain


def _around(text: str, start: int, length: int) -> tuple[int, int]:
    """The whole run of base64 in which a core stands."""
    end = start + length
    while start and _BASE64.fullmatch(text[start - 1]) and text[start - 1] != "=":
        start -= 1
    hit = _BASE64.match(text, start)
    return start, max(hit.end() if hit else 0, end)


def _broken(text: str, secret: str, stand_in: Callable[[], str]) -> str:
    """Also where a line was broken within it, and where the breaks became blanks afterwards."""
    if len(secret) < 2 * _ALONE or secret[: _ALONE // 2] not in text or not _GAP.search(text):
        return text
    wanted = _GAP.sub("", secret)
    places, joined = _joined(text)
    found, at, done = joined.find(wanted), 0, ""
    while found >= 0:
        start, end = _origin(found, places), _origin(found + len(wanted) - 1, places) + 1
        done += text[at:start] + stand_in()
        at, found = end, joined.find(wanted, found + len(wanted))
    return done + text[at:]


def _joined(text: str) -> tuple[list[tuple[int, int]], str]:
    """The text without its gaps; for each piece, where it is in that and in the text."""
    places, pieces, at, length = [(0, 0)], list[str](), 0, 0
    for gap in _GAP.finditer(text):
        pieces.append(text[at : gap.start()])
        length += gap.start() - at
        at = gap.end()
        places.append((length, at))
    pieces.append(text[at:])
    return places, "".join(pieces)


def _origin(index: int, places: list[tuple[int, int]]) -> int:
    here, there = places[bisect_right(places, (index, 1 << 62)) - 1]
    return there + index - here
