"""What a form of a secret is made of.

A pattern is compiled when a text first holds one of its signs, short texts that the secret cannot
be without. Looking for those costs next to nothing, so neither does a text that has no secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

Replace = Callable[[str, str], str]  # kind and secret -> what stands there instead

# A line that a terminal, a table, a shell or a log broke: what ends it, and what begins the next.
_BEFORE_LINE = (
    r"(?:[\w.-]{1,64} +\| "  # compose
    r"|[IWEF]\d{4} [\d:.]+ \d+ [\w.]+:\d+\] "  # Triton
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z? "  # docker logs --timestamps
    r"|\([\w=. ]{1,60}\) )?"  # vLLM's workers
)
# Blanks and bars; also as JSON writes those that are not ASCII, and what no eye sees.
_BLANK = r"(?:[ \t\xa0|>│┃║\\]|\\u(?:00a0|250[23]|2551))*"
WRAP = (
    rf"(?:{_BLANK}(?:\r?\n|(?:\\r)?\\n){_BEFORE_LINE}{_BLANK}"
    r"|(?:\x1b|\\u001b)\[[\d;]{0,9}m|[\xad\u200b\u2060\ufeff]|\\u(?:00ad|200b|2060|feff))?"
)


class Form(NamedTuple):
    """kind: as in `[token-1]`; signs: lower case, one of them is in every text with the secret.

    pattern: a named group that took part is the secret, where there is one, else all of it.
    """

    kind: str
    signs: tuple[str, ...]
    pattern: str
    flags: int = 0

    def sub(self, replace: Replace, text: str) -> str:
        return _compiled(self.pattern, self.flags).sub(
            lambda hit: _in_place(hit, replace, self.kind), text
        )


def _in_place(hit: re.Match[str], replace: Replace, kind: str) -> str:
    group = hit.lastgroup or 0
    start, end = hit.start(group) - hit.start(), hit.end(group) - hit.start()
    return hit[0][:start] + replace(kind, hit[group]) + hit[0][end:]


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)


def exact(prefix: str, alphabet: str, count: int) -> str:
    """A prefix and so many signs, also where a line was broken within; or any longer one."""
    broken = f"{prefix}(?:{alphabet}{WRAP}){{{count - 1}}}{alphabet}(?!{alphabet})"
    return f"{broken}|{prefix}{alphabet}{{8,}}"


def edge(signs: str, first: str = "") -> str:
    """None of these signs stands before, or they are those of a line break as JSON writes it.

    first: what the secret can begin with, which is seen sooner than what stands before.
    """
    look = f"(?=[{first}])" if first else ""
    return rf"{look}(?:(?<![{signs}])|(?<=\\[nrt]))"
