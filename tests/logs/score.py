"""How often the root cause is named first, over labelled logs.

    python -m tests.logs.score FILE… [--misses] [--only TEXT]

Each line of a file is a JSON object: id, text (the log), cause (a problem's id, `none/healthy`, or
`unknown` for a failure that is none of them), also (ids that are fair answers too), confidence
(high, medium). Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from triton_doctor.knowledge.catalogue import Catalogue
from triton_doctor.logs.patterns import Patterns
from triton_doctor.logs.reader import Reader
from triton_doctor.model import Severity
from triton_doctor.readings import Reading
from triton_doctor.record import Mutable, Record
from triton_doctor.registry import load_catalogue, load_signatures

HEALTHY = "none/healthy"
UNKNOWN = "unknown"  # a failure whose cause is none of the problems: to name one would be wrong


class Case(Record, frozen=True):
    """A labelled log, and what was read in it: the problem named first, empty where none was."""

    id: str
    cause: str
    fair: tuple[str, ...]
    sure: bool
    answer: str
    reading: Reading

    @property
    def right(self) -> bool:
        return (self.answer or UNKNOWN) in (self.cause, *self.fair)

    @property
    def wrong(self) -> bool:
        """A cause was named, and it is another one."""
        return bool(self.answer) and not self.right


class Area(Mutable):
    """Counts of one area: labelled so, answered so, and both."""

    labelled: int = 0
    answered: int = 0
    both: int = 0


def read(patterns: Patterns, text: str) -> Reading:
    reader = Reader(patterns)
    reader.feed(text.encode("utf-8", "surrogatepass"))
    return reader.finish()


def judged(entry: dict[str, Any], patterns: Patterns, catalogue: Catalogue) -> Case:
    told = read(patterns, entry["text"])
    cause = told.cause
    answer = cause.problem if cause else ""
    healthy = entry["cause"] == HEALTHY
    # A note is no error; a failure that is not known is not the same as none.
    if healthy and cause and catalogue.problem(cause.problem).severity is not Severity.ERROR:
        answer = ""
    if not answer and told.untold is None:
        answer = HEALTHY if healthy or HEALTHY in entry.get("also", ()) else ""
    fair = tuple(entry.get("also", ()))
    return Case(entry["id"], entry["cause"], fair, entry["confidence"] == "high", answer, told)


def share(cases: Iterable[Case]) -> str:
    some = list(cases)
    right = sum(case.right for case in some)
    return f"{right} of {len(some)} ({right / len(some):.1%})" if some else "none"


def table(cases: list[Case]) -> str:
    areas: dict[str, Area] = {}
    for case in cases:
        if case.cause not in (HEALTHY, UNKNOWN):
            areas.setdefault(case.cause.split("/")[0], Area()).labelled += 1
            # A fair answer counts for the area of the label.
            name = case.cause if case.right else case.answer
            if name and name != HEALTHY:
                areas.setdefault(name.split("/")[0], Area()).answered += 1
            areas[case.cause.split("/")[0]].both += case.right
        elif case.answer and case.answer != HEALTHY:
            areas.setdefault(case.answer.split("/")[0], Area()).answered += 1
    rows = ["| area | logs | precision | recall |", "| --- | --- | --- | --- |"]
    for name, area in sorted(areas.items()):
        precision = f"{area.both / area.answered:.0%}" if area.answered else "-"
        recall = f"{area.both / area.labelled:.0%}" if area.labelled else "-"
        rows.append(f"| {name} | {area.labelled} | {precision} | {recall} |")
    return "\n".join(rows)


def summary(cases: list[Case]) -> str:
    failing = [case for case in cases if case.cause not in (HEALTHY, UNKNOWN)]
    strange = [case for case in cases if case.cause == UNKNOWN]
    sound = [case for case in cases if case.cause == HEALTHY]
    clean = sum(case.answer in ("", HEALTHY) or case.right for case in sound)
    wrong = [case for case in cases if case.wrong]
    return "\n".join(
        [
            "| what | logs |",
            "| --- | --- |",
            f"| root cause first, label sure | {share(case for case in failing if case.sure)} |",
            f"| root cause first, all | {share(failing)} |",
            f"| healthy without an error | {clean} of {len(sound)} |",
            f"| healthy and said to be so | {share(sound)} |",
            *([f"| none of ours, and none named | {share(strange)} |"] if strange else []),
            (
                f"| a wrong cause named | {len(wrong)} of {len(cases)}"
                f" ({len(wrong) / len(cases):.1%}) |"
            ),
        ]
    )


def misses(cases: list[Case]) -> str:
    rows = []
    for case in cases:
        if not case.right:
            told = " ".join(
                f"{one.problem}@{one.line}{'' if one.role == 'root-cause' else '(c)'}"
                for one in case.reading.told
            )
            rows.append(f"{case.id}: {case.cause} {list(case.fair) or ''} <- {told or 'unknown'}")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--misses", action="store_true", help="name the logs that were missed")
    parser.add_argument("--only", default="", help="logs whose id or cause has this in it")
    options = parser.parse_args()
    signatures, broken = load_signatures()
    for one in broken:
        sys.stderr.write(f"broken: {one.place}: {one.error}\n")
    patterns, catalogue = Patterns(signatures), load_catalogue().catalogue
    entries = [
        json.loads(line)
        for file in options.files
        for line in file.read_text("utf-8").splitlines()
        if line
    ]
    wanted = [one for one in entries if options.only in one["id"] + " " + one["cause"]]
    cases = [judged(one, patterns, catalogue) for one in wanted]
    if options.misses:
        sys.stdout.write(misses(cases) + "\n\n")
    kinds = Counter("sure" if case.sure else "unsure" for case in cases)
    sys.stdout.write(f"{len(cases)} logs ({kinds['sure']} of them with a label that is sure)\n\n")
    sys.stdout.write(summary(cases) + "\n\n" + table(cases) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
