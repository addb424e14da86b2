"""What is kept of one life of a server, from its first line to its last. Bounded."""

from __future__ import annotations

from triton_doctor.logs.marks import Mark
from triton_doctor.logs.patterns import Hit
from triton_doctor.record import Mutable, Record, field

MOST_HITS = 400  # kept whole; further ones only count as echoes
MOST_ECHOES = 200
TELLING = 6  # lines that are shown of a failure that is not known
EARLY, LATE = 40, 20  # lines of failures kept from the beginning and from the end


class Sighting(Record, frozen=True):
    """A signature that matched a line; served: the server was ready by then."""

    hit: Hit
    line: int
    evidence: str
    level: str
    model: str
    served: bool


class Failure(Record, frozen=True):
    """A line that says that something failed; weight: how much it is likely to tell."""

    line: int
    text: str
    evidence: str
    weight: int
    served: bool


class Run(Mutable):
    """starts, ready, load_failed, gave_up, told_to_stop: lines where each was seen, 0 = never."""

    first: int = 1
    starts: set[str] = field(default_factory=set)
    ready: int = 0
    load_failed: int = 0
    gave_up: int = 0
    told_to_stop: int = 0
    sightings: list[Sighting] = field(default_factory=list)
    echoes: dict[str, list[int]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    late: list[Failure] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)

    def mark(self, mark: Mark, line: int) -> None:
        if mark.kind == "start":
            self.starts.add(mark.name)
        elif mark.kind == "ready":
            self.ready = self.ready or line
        elif mark.kind == "load-failed":
            self.load_failed = line
        elif mark.kind == "gave-up":
            self.gave_up = line
        elif mark.kind == "told-to-stop":
            self.told_to_stop = line

    def begins_anew(self, mark: Mark) -> bool:
        return mark.kind == "start" and mark.name in self.starts

    def sight(self, sighting: Sighting) -> None:
        problem = sighting.hit.known.problem
        lines = self.echoes.setdefault(problem, [])
        if len(lines) < MOST_ECHOES and sighting.line not in lines[-3:]:
            lines.append(sighting.line)
        if len(self.sightings) < MOST_HITS:
            self.sightings.append(sighting)

    def forget(self, line: int) -> None:
        """What matched a line that is to be looked at again, as a whole."""
        self.sightings = [one for one in self.sightings if one.line != line]

    def fail(self, failure: Failure) -> None:
        """Keep the first ones, each text once, and the last ones."""
        if len(self.failures) < EARLY and failure.text not in self.texts:
            self.texts.add(failure.text)
            self.failures.append(failure)
        else:
            self.late.append(failure)
            del self.late[:-LATE]

    @property
    def full(self) -> bool:
        """Nothing more would be kept of it; what failed while it served is kept for itself."""
        every = self.sightings
        return len(every) >= MOST_HITS and (not self.ready or every[-1].served)

    @property
    def failed(self) -> bool:
        """Something went wrong that a server does not get over."""
        if self.gave_up or self.load_failed:
            return True
        every = [*self.failures, *self.late]
        return any(one.weight > 1 and not (self.ready and not one.served) for one in every) or (
            not self.ready and bool(every)
        )

    @property
    def telling(self) -> bool:
        """Whether it says how it went at all."""
        return bool(self.ready or self.sightings or self.failed)

    def telling_lines(self) -> list[Failure]:
        """The failures that say most, in order."""
        every = [*self.failures, *(one for one in self.late if one not in self.failures)]
        heavy = sorted(every, key=lambda one: (-one.weight, one.line))[:TELLING]
        return sorted(heavy, key=lambda one: one.line)
