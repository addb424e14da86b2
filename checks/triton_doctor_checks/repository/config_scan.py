"""The few fields of config.pbtxt that can be told without its whole grammar. Pure.

A scan of the protobuf text format's words: comments, strings, braces. It gives up (None) at
anything it does not know, so that a broken file is never judged by what it seems to say.
"""

from __future__ import annotations

import re

from triton_doctor.api import Record

_WORD = re.compile(
    r"""
      (?P<skip>[\s,;]+|\#[^\n]*)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<open>[{<\[]) | (?P<close>[}>\]]) | (?P<colon>:)
    | (?P<plain>[A-Za-z0-9_.+-]+)
    """,
    re.VERBOSE,
)
_COMMENT = re.compile(r"#[^\n]*")
_POLICY = re.compile(
    r"version_policy\s*:?\s*\{\s*(latest|all|specific)\s*:?\s*\{([^{}]*)\}\s*[,;]?\s*\}"
)


class Field(Record, frozen=True):
    """One field at the outermost level: its value without quotes, and its line from 1."""

    value: str
    line: int


def fields(text: str) -> dict[str, Field] | None:
    """The last value of each outermost field that is a number, a word or a text; None: not sure."""
    found: dict[str, Field] = {}
    depth, at, before = 0, 0, [("", ""), ("", "")]
    while at < len(text):
        hit = _WORD.match(text, at)
        if hit is None:
            return None
        kind, word = str(hit.lastgroup), hit[0]
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            return None
        (first, name), (second, _) = before
        if depth == 0 and kind in ("text", "plain") and (first, second) == ("plain", "colon"):
            value = word[1:-1] if kind == "text" else word
            found[name] = Field(value, text.count("\n", 0, at) + 1)
        if kind != "skip":
            before = [before[1], (kind, word)]
        at = hit.end()
    return found if depth == 0 else None


def says_nothing(text: str) -> bool:
    """Whether neither `backend` nor `platform` stands anywhere outside comments."""
    return not re.search("backend|platform", _COMMENT.sub("", text), re.IGNORECASE)


def served(text: str, versions: tuple[int, ...]) -> tuple[int, ...] | None:
    """Which of the versions, newest first, the version policy picks; None where it is unclear.

    Without a policy Triton serves the newest one.
    """
    bare = _COMMENT.sub("", text)
    if "version_policy" not in bare:
        return versions[:1]
    hit = _POLICY.search(bare)
    if hit is None:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", hit[2])]
    if hit[1] == "latest":
        return versions[: numbers[0] if numbers else 1]
    if hit[1] == "specific":
        return tuple(number for number in versions if number in numbers)
    return versions
