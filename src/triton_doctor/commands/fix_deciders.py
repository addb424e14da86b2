"""Who decides what is repaired: a person at the terminal, or a word said before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from triton_doctor.commands.fix_rounds import Choice, Way
from triton_doctor.lines import Line
from triton_doctor.model import Finding
from triton_doctor.repairs import Applicability
from triton_doctor.report.fix_text import FixText

Write = Callable[[Iterable[Line]], None]


class Unattended:
    """--yes: everything from this applicability on is applied, and nobody is asked."""

    def __init__(self, floor: Applicability, text: FixText, write: Write) -> None:
        self._floor, self._text, self._write = floor, text, write

    def decide(self, finding: Finding, open_ways: Sequence[Way]) -> Choice:
        for way in open_ways:
            if way.fix.applicability.at_least(self._floor):
                self._write(self._text.finding(finding))
                self._write(described(way, self._text, first=True))
                return way
        return "later"


class Wizard:
    """Shows each repair and asks for a choice with the arrow keys or a letter."""

    def __init__(self, text: FixText, write: Write) -> None:
        self._text, self._write = text, write

    def decide(self, finding: Finding, open_ways: Sequence[Way]) -> Choice:
        from triton_doctor.ui import asking

        self._write(self._text.finding(finding))
        for number, way in enumerate(open_ways):
            self._write(described(way, self._text, first=number == 0))
        say = self._text.say
        choices = [asking.Choice("a", say("fix", "apply"))]
        if len(open_ways) > 1:
            choices.append(asking.Choice("o", say("fix", "instead")))
        if any(way.prepared and way.prepared.diff for way in open_ways):
            choices.append(asking.Choice("d", say("fix", "diff")))
        choices += [asking.Choice("s", say("fix", "skip")), asking.Choice("q", say("fix", "quit"))]
        safe = open_ways[0].fix.applicability is Applicability.SAFE
        while True:
            letter = asking.choose(
                say("fix", "asking"), say("fix", "hint"), choices, "as"[not safe]
            )
            if letter == "d":
                self._show(open_ways)
                continue
            if letter in "ao":
                return open_ways["ao".index(letter)]
            return "decline" if letter == "s" else "stop"

    def _show(self, open_ways: Sequence[Way]) -> None:
        for way in open_ways:
            if way.prepared and way.prepared.diff:
                self._write(self._text.diff(way.prepared.diff))


def described(way: Way, text: FixText, *, first: bool, diff: bool = False) -> Iterable[Line]:
    """A way to repair something; diff: with the change of files as a whole, not step by step."""
    prepared = way.prepared
    yield from text.way(
        way.fix,
        undoable=bool(prepared and prepared.undoable),
        root=any(step.root for step in way.fix.steps),
        first=first,
        diff=prepared.diff if diff and prepared else "",
    )
