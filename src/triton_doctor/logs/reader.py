"""A log, fed in blocks of bytes, to a Reading."""

from __future__ import annotations

from triton_doctor.logs.cleaning import Cleaned, cleaned, decode
from triton_doctor.logs.joining import Joined, Kept, joined
from triton_doctor.logs.patterns import Patterns, Seen, Wanted
from triton_doctor.logs.places import MOST, Places
from triton_doctor.logs.ranking import reading
from triton_doctor.logs.runs import EARLY, Failure, Run, Sighting
from triton_doctor.logs.scanning import Line, Scanner
from triton_doctor.logs.tables import MOST_ROWS, Cell, Table, is_row
from triton_doctor.logs.unwrapping import PLACES, unwrapped
from triton_doctor.readings import Reading

EVIDENCE = 600  # characters of a line that are kept to be shown
RUNS = 3  # lives of a server that are kept: the last ones
REMEMBERED = 2048  # texts whose look-up is kept, since logs repeat themselves
_WEIGHTS = {"exception": 3, "fatal": 3, "python": 1, "sentence": 1}


class Reader:
    """Feed it, then ask for `reading()`; it may be asked and fed again, as a log grows."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns
        self._scanner = Scanner(self._places, patterns.worth)
        self._full = False  # what is scanned is looked through for a new life alone
        self._table = Table()
        self._row = ""
        self._below = Places()
        self._runs = [Run()]
        self._seen: dict[str, Seen] = {}
        self._kept = Kept()

    def feed(self, block: bytes) -> None:
        self._kept.feed(block)
        for line in self._scanner.feed(block):
            self._line(line)

    def finish(self) -> Reading:
        """What the log came to, now that it is at its end."""
        for line in self._scanner.finish():
            self._line(line)
        self._cell(self._table.end())
        self._again()
        told = self.reading()
        if self._vague and (told.untold or not told.ready):
            for whole in joined(self._kept.text()):
                self._whole(whole)
            told = self.reading()
        return told

    @property
    def _vague(self) -> bool:
        """Nothing by now that says why: no signature matched, or only what many causes give."""
        hits = (one.hit.known.signature for one in self._runs[-1].sightings)
        return all(one.rank == "symptom" for one in hits)

    def _whole(self, whole: Joined) -> None:
        """A message over several lines: what its parts do not show by themselves."""
        seen = self._look(whole.text)
        before = (one for one in reversed(self._runs) if one.first <= whole.line)
        run = next(before, self._runs[0])  # the first ones of very many are not kept
        for hit in seen.hits if seen.harmless is None else ():
            if hit.span[0] < whole.first < hit.span[1]:
                model = unwrapped(whole.text).model
                served = bool(run.ready) and whole.line > run.ready
                run.sight(Sighting(hit, whole.line, whole.raw[:EVIDENCE], "", model, served))

    def reading(self) -> Reading:
        """What was learned so far."""
        return reading(self._runs, self._scanner.lines)

    def _places(self, block: bytes) -> list[int]:
        """What was said before a server served, or in its first lines, is where a failure of an
        unknown kind is; after that only what is known is looked for, and once as much is kept as
        is ever kept of one life, only the next one."""
        run = self._runs[-1]
        enough = bool(run.ready) or len(run.failures) >= EARLY
        self._full = run.full
        wanted: Wanted = "life" if run.full else "lean" if enough else "all"
        return self._patterns.places(block, wanted)

    def _line(self, line: Line) -> None:
        for raw in decode(line.raw).split("\r"):  # a progress bar is drawn over itself
            if raw and not raw.isspace():
                message = cleaned(raw)
                if self._below.takes(message):
                    continue
                self._again()
                if is_row(message.text):
                    self._table_row(line.number, raw, message.text)
                else:
                    self._cell(self._table.end())
                    self._scanner.enough()
                    self._message(line.number, raw, message)
                    if self._below.begin(line.number, raw, message):
                        self._scanner.want(MOST + 2)

    def _again(self) -> None:
        """A message whose places stood in the lines below it tells more than its first line did."""
        if whole := self._below.end():
            self._runs[-1].forget(whole[0])
            self._message(*whole)

    def _table_row(self, number: int, raw: str, text: str) -> None:
        """Rows are wanted up to the end of the table once one tells of a failure."""
        for mark in self._look(text).marks:
            self._runs[-1].mark(mark, number)
            if mark.kind == "load-failed":
                self._scanner.want(MOST_ROWS)
        self._cell(self._table.feed(number, text))
        if self._table.line == number:
            self._row = raw

    def _cell(self, cell: Cell | None) -> None:
        if cell and cell.text.startswith(("UNAVAILABLE", "Not loaded")):
            self._message(cell.line, self._row, Cleaned(cell.text, "E", framed=True), cell.model)

    def _message(self, number: int, raw: str, message: Cleaned, model: str = "") -> None:
        inner = unwrapped(message.text)
        texts = dict.fromkeys([message.text, inner.text, " ".join(message.text.split())])
        seen = [self._look(text) for text in texts if text]
        run = self._placed(number, seen)
        harmless = next((one.harmless for one in seen if one.harmless), None)
        if harmless is not None:
            return
        known = set()
        for part, hit in ((part, hit) for part, one in enumerate(seen) for hit in one.hits):
            # Of the parts of a message that tells its places, none tells of them.
            if part and PLACES in message.text and hit.known.signature.of_places:
                continue
            if id(hit.known) not in known:
                known.add(id(hit.known))
                evidence = _around(raw, hit.span)
                of = model or inner.model
                run.sight(Sighting(hit, number, evidence, message.level, of, bool(run.ready)))
        self._failure(number, raw, message, seen, run)

    def _placed(self, number: int, seen: list[Seen]) -> Run:
        """The life of the server that a line belongs to; it may be the first of a new one."""
        for mark in {mark.regex: mark for one in seen for mark in one.marks}.values():
            if self._runs[-1].begins_anew(mark):
                self._runs = [*self._runs, Run(number)][-RUNS:]
                if self._full:
                    self._scanner.afresh()
            self._runs[-1].mark(mark, number)
        return self._runs[-1]

    def _failure(self, number: int, raw: str, message: Cleaned, seen: list[Seen], run: Run) -> None:
        weights = [
            _WEIGHTS[mark.name] for one in seen for mark in one.marks if mark.kind == "failure"
        ]
        weight = max(weights, default=0)
        if message.level in ("I", "W") and weight < 3 and run.load_failed != number:
            return
        if message.level in ("E", "F"):
            weight = max(weight, 2)
        if weight:
            run.fail(
                Failure(number, message.text[:EVIDENCE], raw[:EVIDENCE], weight, bool(run.ready))
            )

    def _look(self, text: str) -> Seen:
        seen = self._seen.get(text)
        if seen is None:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            seen = self._patterns.look(text)
            if len(text) < EVIDENCE:
                self._seen[text] = seen
        return seen


def _around(raw: str, span: tuple[int, int]) -> str:
    """The line, or of a very long one the part in which the match is about to be."""
    if len(raw) <= EVIDENCE:
        return raw
    start = max(0, min(span[0] - EVIDENCE // 3, len(raw) - EVIDENCE))
    return ("…" if start else "") + raw[start : start + EVIDENCE] + "…"
