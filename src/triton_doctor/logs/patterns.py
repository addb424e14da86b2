"""All signatures at once: one pass for the texts that they need, then the few that may match."""

from __future__ import annotations

import re
from typing import Literal

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from triton_doctor.knowledge.signatures import HarmlessTable, Known, Signatures
from triton_doctor.logs.literals import Texts, conditions
from triton_doctor.logs.marks import MARKS, SENTENCE, Mark
from triton_doctor.record import Mutable, Record

LONG = 2 << 20  # bytes of a log from which on a faster search is worth being made
# The level of a line of Triton or vLLM that tells of no failure.
_QUIET = re.compile(rb"(?:^|[\s)|m])(?:[IW]\d{4} \d\d:|(?:DEBUG|INFO|WARNING) \d\d-\d\d )")

# vLLM prints all its settings in one line, with the words of half of what may be wrong with them.
_SETTINGS = re.compile(rb"LLM engine \(v[^)]{1,60}\) with config:|args: (?:Namespace\(|\{)")

# Of the texts of marks those that say how it goes with a server, and not what failed.
LIFE = [text for mark in MARKS if mark.kind != "failure" for text in mark.texts]
Wanted = Literal["all", "lean", "life"]


class Hit(Record, frozen=True):
    """A signature that matched; span: where in the text."""

    known: Known
    values: dict[str, str]
    span: tuple[int, int]


class Seen(Mutable):
    """What one text gave."""

    hits: list[Hit]
    marks: list[Mark]
    harmless: HarmlessTable | None = None


class Patterns:
    """Signatures, harmless lines and marks, made ready; a regex is compiled when it is needed."""

    def __init__(self, signatures: Signatures) -> None:
        self._known, self._harmless = signatures.known, signatures.harmless
        self._all: list[Known | HarmlessTable | Mark] = [*self._known, *self._harmless, *MARKS]
        self._compiled: dict[int, re.Pattern[str]] = {}
        wanted: dict[str, list[int]] = {}
        self._always: list[int] = []
        self._further: dict[int, tuple[Texts, ...]] = {}
        for number, one in enumerate(self._all):
            needed = (one.texts,) if isinstance(one, Mark) else conditions(_regex(one))
            texts = needed[0] if needed else ()
            if len(needed) > 1:
                self._further[number] = needed[1:]
            for text in texts:
                wanted.setdefault(text, []).append(number)
            if not texts:
                self._always.append(number)
        self._wanted = list(wanted.values())
        self._automaton = _automaton(list(wanted), Implementation.ContiguousNFA)
        # A line of which it is only known that it means nothing is not worth being found.
        self._texts = [text for text, numbers in wanted.items() if any(map(self._tells, numbers))]
        self._short = _automaton(self._texts, Implementation.ContiguousNFA)
        self._fast: dict[str, BytesAhoCorasick] = {}
        self._read = 0

    def places(self, block: bytes, wanted: Wanted = "all") -> list[int]:
        """Where in a block of lines something stands that may matter, in order.

        wanted: lean is without the words of any failure, where enough of those were seen; life is
        what tells where in its life a server is, and no more, where enough of all was seen.
        """
        self._read += len(block)
        long = self._read >= LONG or wanted == "life"
        finder = self._finder(wanted) if long else self._short
        return [start for _, start, _ in finder.find_matches_as_indexes(block.lower())]

    def _finder(self, wanted: Wanted) -> BytesAhoCorasick:
        """One that is three times as fast, and takes as long to be made as a short log to read."""
        if wanted not in self._fast:
            texts = LIFE if wanted == "life" else self._texts
            texts = [one for one in texts if wanted == "all" or one not in SENTENCE]
            self._fast[wanted] = _automaton(texts, Implementation.DFA)
        return self._fast[wanted]

    def _tells(self, number: int) -> bool:
        return not isinstance(self._all[number], HarmlessTable)

    def worth(self, raw: bytes) -> bool:
        """Whether a line in which something stands is worth being cleaned and looked at.

        What is said in passing of a failure is not, and neither is one that only has the words.
        """
        if b"\\" in raw or raw.startswith((b"|", b"{")):
            return True
        if _SETTINGS.search(raw, 0, 240):
            return False
        quiet = _QUIET.search(raw, 0, 160) is not None
        text = raw.decode("utf-8", "replace")
        return any(self._is_worth(number, text, quiet) for number in self._numbers(text))

    def _is_worth(self, number: int, text: str, quiet: bool) -> bool:
        one = self._all[number]
        if isinstance(one, Mark):
            return not (quiet and one.texts is SENTENCE)
        if not isinstance(one, Known):
            return False  # a line of which it is known that it means nothing
        pattern = self._pattern(number)
        return "^" in pattern.pattern or pattern.search(text) is not None

    def _numbers(self, text: str) -> set[int]:
        """Those whose texts stand there."""
        lowered = text.lower()
        raw = lowered.encode("utf-8", "replace")
        found = self._automaton.find_matches_as_indexes(raw, overlapping=True)
        numbers = {one for index in {hit[0] for hit in found} for one in self._wanted[index]}
        numbers.update(self._always)
        return {
            one
            for one in numbers
            if all(any(text in lowered for text in texts) for texts in self._further.get(one, ()))
        }

    def look(self, text: str) -> Seen:
        """Everything that matches in one cleaned text."""
        seen = Seen([], [])
        for number in sorted(self._numbers(text)):
            self._try(number, text, seen)
        return seen

    def _try(self, number: int, text: str, seen: Seen) -> None:
        one = self._all[number]
        match = self._pattern(number).search(text)
        if not match:
            return
        if isinstance(one, Mark):
            seen.marks.append(one)
        elif isinstance(one, Known):
            values = {name: value for name, value in match.groupdict().items() if value is not None}
            seen.hits.append(Hit(one, {**one.signature.give, **values}, match.span()))
        elif seen.harmless is None:
            seen.harmless = one

    def _pattern(self, number: int) -> re.Pattern[str]:
        if number not in self._compiled:
            self._compiled[number] = re.compile(_regex(self._all[number]))
        return self._compiled[number]


def _automaton(texts: list[str], kind: Implementation) -> BytesAhoCorasick:
    return BytesAhoCorasick(
        [text.encode() for text in texts], matchkind=MatchKind.Standard, implementation=kind
    )


def _regex(one: Known | HarmlessTable | Mark) -> str:
    return one.signature.regex if isinstance(one, Known) else one.regex
