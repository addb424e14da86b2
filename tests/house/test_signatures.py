"""Signatures recognise their own samples, nobody else's, and never take long over a line."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.house import tree
from triton_doctor.model import Problem, Signature

EVERY = [
    (problem, signature)
    for problem in tree.catalogue().problems()
    for signature in problem.signatures
]
ITS_OWN = [f"{problem.id}: {signature.regex}" for problem, signature in EVERY]
LENGTH, PATIENCE = 100_000, 0.2  # characters, seconds


def hostile(signature: Signature) -> Iterator[str]:
    """Long lines made of what the pattern looks for, over and over, and never quite to its end."""
    for sample in signature.samples:
        found = re.search(signature.regex, sample)
        matched = found.group() if found else sample
        for part in (sample, matched, matched[:-1], matched[: len(matched) // 2] or "a", "'", " "):
            yield (part * (LENGTH // max(len(part), 1) + 1))[:LENGTH]
    yield "a" * LENGTH


def strangers(problem: Problem, signature: Signature) -> list[str]:
    """Samples of other problems that this pattern takes for its own, unless it may go with them."""
    return [
        f"{other.id}: {sample}"
        for other, one in EVERY
        if other.id != problem.id and other.id not in signature.also
        for sample in one.samples
        if re.search(signature.regex, sample)
    ]


@pytest.mark.parametrize(("problem", "signature"), EVERY, ids=ITS_OWN)
def test_a_signature_knows_its_own_lines_only(problem: Problem, signature: Signature) -> None:
    assert signature.samples
    missed = [one for one in signature.samples if not re.search(signature.regex, one)]
    taken = [one for one in signature.others if re.search(signature.regex, one)]
    assert (missed, taken, strangers(problem, signature)) == ([], [], [])


def seconds(signature: Signature, line: str) -> float:
    pattern = re.compile(signature.regex)
    begin = time.process_time()
    pattern.search(line)
    return time.process_time() - begin


@pytest.mark.parametrize(("problem", "signature"), EVERY, ids=ITS_OWN)
def test_a_signature_is_quick_on_a_hostile_line(problem: Problem, signature: Signature) -> None:
    took = [(seconds(signature, line), line[:80]) for line in hostile(signature)]
    assert [one for one in took if one[0] > PATIENCE] == [], problem.id


def test_a_slow_and_a_greedy_signature_are_noticed() -> None:
    assert strangers(EVERY[0][0], Signature("model", ("model",)))
    slow = Signature("x*y", ("xxxxy",))
    assert max(seconds(slow, line[:30_000]) for line in hostile(slow)) > PATIENCE
