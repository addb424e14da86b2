"""Rules about how problems look in logs: each signature knows its own, and no other's."""

from __future__ import annotations

import re
import time
from functools import cache

import pytest

from triton_doctor.knowledge.signatures import Known
from triton_doctor.knowledge.wording import DEFAULT, names
from triton_doctor.logs.cleaning import cleaned
from triton_doctor.logs.literals import required
from triton_doctor.logs.patterns import Patterns
from triton_doctor.logs.unwrapping import PLACES, unwrapped
from triton_doctor.model import Words
from triton_doctor.registry import load_catalogue, load_signatures

SIGNATURES, BROKEN = load_signatures()
SLOW = 0.25  # seconds for one hostile line of 100 KB, on a machine that is shared
NAMED = [(f"{one.problem} {number}", one) for number, one in enumerate(SIGNATURES.known)]
# Lines on which a careless regex goes astray.
HOSTILE = [
    "a" * 100_000,
    " " * 100_000,
    "'" * 100_000,
    "error: " * 14_000,
    "a b " * 25_000,
    "1" * 100_000,
    "/x" * 50_000,
    "ValueError: (" * 8_000,
]
# Facts that whoever reads a log adds by himself.
GIVEN = {"container", "model"}


@cache
def patterns() -> Patterns:
    return Patterns(SIGNATURES)


def texts(sample: str) -> list[str]:
    """What the signatures are tried on: the cleaned line, and what is inside its layers."""
    message = cleaned(sample.rstrip("\n").rpartition("\r")[2]).text
    return [message, unwrapped(message).text, " ".join(message.split())]


def found(sample: str) -> set[int]:
    """Numbers of the signatures that match a sample."""
    known = {id(one): number for number, one in enumerate(SIGNATURES.known)}
    whole, *parts = texts(sample)
    hits = patterns().look(whole).hits + [
        hit
        for text in parts
        for hit in patterns().look(text).hits
        if PLACES not in whole or not hit.known.signature.of_places
    ]
    return {known[id(hit.known)] for hit in hits}


def test_every_area_loads() -> None:
    assert BROKEN == ()
    assert len(SIGNATURES.known) > 200


@pytest.mark.parametrize(("name", "one"), NAMED, ids=[name for name, _ in NAMED])
def test_a_signature_keeps_the_rules(name: str, one: Known) -> None:
    own = SIGNATURES.known.index(one)
    assert one.signature.samples, "a signature has samples"
    for sample in one.signature.samples:
        assert own in found(sample), f"does not match its own sample: {sample}"
        _check_title(one, sample)
    for line in one.signature.others:
        assert own not in found(line), f"matches what it must not: {line}"
    assert required(one.signature.regex), "nothing that must stand in the line"
    _check_facts(one)


def _check_title(one: Known, sample: str) -> None:
    """A title has no `?` in it: what it tells stands in each sample."""
    values = set(one.signature.give) | GIVEN
    for match in (re.search(one.signature.regex, text) for text in texts(sample)):
        values |= {name for name, value in (match.groupdict() if match else {}).items() if value}
    lacking = [names(words.title) - values for words in _words(one)]
    assert not all(lacking), f"the title would lack {lacking} of: {sample}"


def _words(one: Known) -> list[Words]:
    """The words that may be said of it."""
    problem, case = load_words().problem(one.problem), one.signature.case
    return [
        problem.words if case is None else problem.cases[case],
        *(words for name, words in problem.cases.items() if name == "log"),
    ]


def _check_facts(one: Known) -> None:
    problem = load_words().problem(one.problem)
    groups = set(re.compile(one.signature.regex).groupindex) | set(one.signature.give)
    assert groups <= set(problem.facts), f"no facts of the problem: {groups - set(problem.facts)}"
    case = one.signature.case
    assert case is None or case in problem.cases, f"no such case: {case}"
    lacking = [
        names(f"{words.title} {words.why} {words.remedy}") - groups - GIVEN for words in _words(one)
    ]
    assert not all(lacking), f"no words do without {lacking} ({DEFAULT} or case)"


@cache
def load_words():
    return load_catalogue().catalogue


def test_no_signature_takes_the_samples_of_another_problem() -> None:
    strays = []
    for owner in SIGNATURES.known:
        for sample in owner.signature.samples:
            for number in found(sample):
                other = SIGNATURES.known[number]
                if other.problem != owner.problem and not _agreed(owner, other):
                    strays.append(f"{other.problem} matches {owner.problem}: {sample[:120]}")
    assert strays == []


def _agreed(owner: Known, other: Known) -> bool:
    """Two problems that may share a text; a symptom is what others bring about."""
    both = owner.signature.also + other.signature.also
    symptom = "symptom" in (owner.signature.rank, other.signature.rank)
    return symptom or owner.problem in both or other.problem in both


@pytest.mark.parametrize("line", HOSTILE, ids=range(len(HOSTILE)))
def test_no_signature_is_slow(line: str) -> None:
    slow = []
    for one in SIGNATURES.known:
        regex = re.compile(one.signature.regex)
        # The best of a few: a first search also fills caches.
        if all(_seconds(regex, line) > SLOW for _ in range(3)):
            slow.append(one.signature.regex)
    assert slow == []


def _seconds(regex: re.Pattern[str], line: str) -> float:
    began = time.thread_time()  # of the processor: others use the machine too
    regex.search(line)
    return time.thread_time() - began


def test_harmless_lines_are_known_and_bear_no_other_s_name() -> None:
    for one in SIGNATURES.harmless:
        assert one.why
        for sample in one.samples:
            assert any(patterns().look(text).harmless for text in texts(sample)), sample
        for line in one.others:
            assert not any(re.search(one.regex, text) for text in texts(line)), line
