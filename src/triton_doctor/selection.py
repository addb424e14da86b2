"""Which checks run and which findings count, by --select and --ignore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triton_doctor.errors import UsageError
from triton_doctor.knowledge.catalogue import Catalogue
from triton_doctor.model import Check
from triton_doctor.record import Record


class Selection(Record, frozen=True):
    """Areas and ids that were chosen and left out; nothing chosen means everything."""

    select: frozenset[str]
    ignore: frozenset[str]
    judged: frozenset[str]  # areas that have a check of their own

    def has(self, problem: str, check: str = "") -> bool:
        """Whether a check's finding of this problem belongs in the report."""
        names = {problem, problem.rpartition("/")[0]}
        chosen = not self.select or bool((names | {check}) & self.select)
        return chosen and not names & self.ignore

    def wants(self, check: Check) -> bool:
        """Whether a check could find anything that was chosen."""
        if check.id in self.ignore:
            return False
        if not self.select:
            return True
        # An area means its own check; one without a check means those that find its problems.
        elsewhere = {problem.rpartition("/")[0] for problem in check.finds} - self.judged
        own = any(one.rpartition("/")[0] == check.id for one in self.select if "/" in one)
        return own or bool({check.id, *elsewhere, *check.finds} & self.select)


def selection(
    select: Sequence[str],
    ignore: Sequence[str],
    catalogue: Catalogue,
    checks: Sequence[Check],
) -> Selection:
    """Check the words of --select and --ignore against the catalogue; UsageError if unknown."""
    return Selection(
        frozenset(_known(select, "--select", catalogue)),
        frozenset(_known(ignore, "--ignore", catalogue)),
        frozenset(check.id for check in checks),
    )


def not_here(words: Sequence[str], checks: Sequence[Check], catalogue: Catalogue) -> dict[str, str]:
    """The checks that cannot be made here, with the one each of them needs, or an empty text.

    What stands on the ground of one that is not made is not made either. UsageError for a word that
    is no check.
    """
    by_id = {check.id: check for check in checks}
    for word in _known(words, "--not-here", catalogue):
        if word not in by_id:
            raise UsageError(
                f"{word!r} is no check of its own",
                where="--not-here",
                hint=f"There are: {', '.join(by_id)}. --ignore leaves out a single problem.",
            )
    aside = dict.fromkeys(words, "")
    more = True
    while more:
        new = {
            check.id: next(need for need in check.needs if need in aside)
            for check in checks
            if check.id not in aside and any(need in aside for need in check.needs)
        }
        aside.update(new)
        more = bool(new)
    return aside


def with_needs(wanted: Iterable[Check], checks: Sequence[Check]) -> list[Check]:
    """The wanted checks and all that they need, in the order of `checks`."""
    by_id = {check.id: check for check in checks}
    chosen: set[str] = set()
    waiting = [check.id for check in wanted]
    while waiting:
        one = waiting.pop()
        if one not in chosen and one in by_id:
            chosen.add(one)
            waiting += by_id[one].needs
    return [check for check in checks if check.id in chosen]


def _known(words: Sequence[str], option: str, catalogue: Catalogue) -> list[str]:
    problems = {problem.id: problem.id for problem in catalogue.problems()}
    problems.update(
        {alias: problem.id for problem in catalogue.problems() for alias in problem.aliases}
    )
    names = {**problems, **{area: area for area in catalogue.areas}}
    known = []
    for word in words:
        if word not in names:
            from difflib import get_close_matches

            near = get_close_matches(word, names, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(
                f"{word!r} is neither an area nor a problem",
                where=option,
                hint=f"{hint}`triton-doctor list` shows all of them.",
            )
        known.append(names[word])
    return known
