"""Texts that must stand in a line for a regex to match it, read from the regex's source.

Hundreds of signatures are looked for in every line. One pass over the bytes for these texts leaves
few lines on which regexes are tried at all. Parsing by the standard library costs ten times as much
as this, and it would be paid at each start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Texts = tuple[str, ...]

_TOKEN = re.compile(
    r"""
      (?P<word>(?:[\w ,:;=@%/!~-](?![*+?{])){2,})
    | (?P<group>\((?:\?(?:P<\w+>|:|[aiLmsu-]+:))?(?!\?))
    | (?P<look>\(\?<?[=!])
    | (?P<flags>\(\?[aiLmsux-]+\))
    | (?P<back>\(\?P=\w+\) | \\\d)
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<many>(?:[*+?]|\{\d*(?:,\d*)?\})[?+]?)
    | (?P<kind>\\[dDwWsSbBAZ] | [.^$])
    | (?P<plain>\\.|[^|()])
    | (?P<bar>\|)
    | (?P<end>\))
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r"}
# Signs that are written otherwise where a log is quoted in another one, and those that
# bytes.lower() and str.lower() do not treat alike.
_BREAKS = re.compile(r"""["'`\\\n\t\r<>&]|[^\x00-\x7f]""")
ENOUGH = 24  # characters of a text above which a longer one is no better
# Words of every sound log; looking for them finds nothing.
_COMMON = {"get", "head", "post", "error", "failed", "int", "str", "list", "float", "model"}


def required(regex: str) -> Texts:
    """Lower-case texts of which at least one stands in all that matches; () where none was found.

    A regex in verbose mode has none.
    """
    return next(iter(conditions(regex)), ())


def conditions(regex: str) -> tuple[Texts, ...]:
    """All sets of texts of which each must have one in what matches, the most telling set first."""
    if re.match(r"\(\?[a-z]*x", regex):
        return ()
    tokens = _TOKEN.finditer(regex)
    first = _Sequence(tokens)
    if not first.more:
        return tuple(sorted((one for one in first.found if one), key=_worth, reverse=True))
    rest, _ = _branches(tokens)
    best = _best(first.found)
    return ((*best, *rest),) if rest and best else ()


def _branches(tokens: Iterator[re.Match[str]]) -> tuple[Texts, Texts]:
    """The best of each alternative up to the closing bracket, and what each begins with.

    Either is empty where one of the alternatives has nothing.
    """
    best: list[Texts] = []
    heads: list[Texts] = []
    more = True
    while more:
        branch = _Sequence(tokens)
        best.append(_best(branch.found))
        heads.append(branch.heads or ())
        more = branch.more
    return _all_of(best), _all_of(heads)


def _all_of(branches: list[Texts]) -> Texts:
    if not all(branches):
        return ()
    return tuple(dict.fromkeys(text for texts in branches for text in texts))


class _Sequence:
    """One alternative, read up to its end.

    found: sets of texts of which it must have one each; heads: what it begins with; more: another
    alternative follows.
    """

    def __init__(self, tokens: Iterator[re.Match[str]]) -> None:
        self.found: list[Texts] = []
        self.heads: Texts | None = None  # None: nothing was read yet
        self.more = False
        self._run: list[str] = []
        self._last: str | int = 0  # what a quantifier applies to: a sign, or so many of `found`
        for token in tokens:
            kind, text = token.lastgroup, token.group()
            if kind in ("bar", "end"):
                self.more = kind == "bar"
                break
            self._take(str(kind), text, tokens)
        self._flush()

    def _take(self, kind: str, text: str, tokens: Iterator[re.Match[str]]) -> None:
        if kind in ("word", "plain"):
            self._last = _ESCAPES.get(text, text[-1]) if kind == "plain" else 0
            self._run.append(str(self._last) if kind == "plain" else text)
            return
        if kind == "many":
            self._repeat(text)
            return
        before = self._flush()
        self._last = 0
        if kind == "group":
            self._group(before, tokens)
        elif kind == "look":
            _branches(tokens)
        elif text not in ("^", "\\b"):
            self.heads = self.heads or ()

    def _group(self, before: str, tokens: Iterator[re.Match[str]]) -> None:
        """What stands before a group belongs to each of its alternatives too."""
        texts, heads = _branches(tokens)
        self.found.append(texts)
        self._last = 1
        if before.strip() and heads:
            self.found.append(tuple(before + head for head in heads))
            self._last = 2
        if self.heads is None:
            self.heads = heads

    def _repeat(self, quantifier: str) -> None:
        """Take back what may be absent; after what is repeated the run is broken."""
        optional = quantifier[0] in "*?" or quantifier.startswith(("{0", "{,"))
        if isinstance(self._last, str) and self._run:
            if optional:
                self._run.pop()
            self._flush()
            if not optional:
                self._run.append(self._last)
                self._flush()
        elif isinstance(self._last, int) and self._last and optional:
            del self.found[-self._last :]
            if not self.found:
                self.heads = ()
        self.heads = self.heads or ()
        self._last = 0

    def _flush(self) -> str:
        """End the run of plain signs; what of it touches what follows."""
        text = "".join(self._run).lower()
        self._run.clear()
        parts = _BREAKS.split(text)
        longest = max(parts, key=len)
        if longest.strip():
            self.found.append((longest,))
        if text and self.heads is None:
            self.heads = (parts[0],) if parts[0].strip() else ()
        return parts[-1]


def _best(found: list[Texts]) -> Texts:
    """Those whose shortest is longest; of equals the fewest."""
    return max(found, key=_worth, default=())


def _worth(texts: Texts) -> tuple[int, int]:
    shortest = min((len(text) for text in texts if text.strip() not in _COMMON), default=0)
    if any(text.strip() in _COMMON for text in texts):
        shortest = 1
    return min(shortest, ENOUGH), -len(texts)
