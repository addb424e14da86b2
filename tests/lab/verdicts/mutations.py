"""Sound files changed at random, always the same: one token or byte taken, added, moved."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.lab.verdicts.case import SETTINGS, Case, arguments, config

_SOUND = """\
backend: "vllm"
max_batch_size: 0
input [ { name: "text_input" data_type: TYPE_STRING dims: [ 1 ] } ]
output [ { name: "text_output" data_type: TYPE_STRING dims: [ -1 ] } ]
instance_group [ { count: 1 kind: KIND_MODEL } ]
model_transaction_policy { decoupled: true }
version_policy { latest { num_versions: 1 } }
parameters { key: "REPORT_CUSTOM_METRICS" value { string_value: "true" } }
"""
_TOKEN = re.compile(r'\s+|"[^"\n]*"|\w+|.', re.DOTALL)
# Signs that people type by mistake, and that the two languages give a meaning.
_SIGNS = "{}[]<>()\"':,;=#-+._\\/0 17aAZ$\n\t`"

Change = Callable[[random.Random, str], str]


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _words(tokens: list[str]) -> list[int]:
    return [at for at, token in enumerate(tokens) if not token.isspace()]


def drop(chance: random.Random, text: str) -> str:
    tokens = _tokens(text)
    del tokens[chance.choice(_words(tokens))]
    return "".join(tokens)


def double(chance: random.Random, text: str) -> str:
    tokens = _tokens(text)
    at = chance.choice(_words(tokens))
    return "".join([*tokens[:at], tokens[at], " ", *tokens[at:]])


def swap(chance: random.Random, text: str) -> str:
    tokens = _tokens(text)
    at = chance.randrange(len(_words(tokens)) - 1)
    one, other = _words(tokens)[at : at + 2]
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def elsewhere(chance: random.Random, text: str) -> str:
    """One token in the place of another."""
    tokens = _tokens(text)
    tokens[chance.choice(_words(tokens))] = tokens[chance.choice(_words(tokens))]
    return "".join(tokens)


def take(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def put(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_SIGNS) + text[at:]


def replace(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_SIGNS) + text[at + 1 :]


def cut(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text))]


CHANGES: tuple[Change, ...] = (drop, double, swap, elsewhere, take, put, replace, cut)


def mutated(text: str, change: Change, number: int) -> str:
    return change(random.Random(f"{change.__name__} {number}"), text)


CASES: tuple[Case, ...] = (
    *(
        Case("config.pbtxt changed", f"{change.__name__} {n}", config(mutated(_SOUND, change, n)))
        for change in CHANGES
        for n in range(8)
    ),
    *(
        Case(
            "model.json changed",
            f"{change.__name__} {n}",
            arguments(mutated(SETTINGS, change, n)),
        )
        for change in CHANGES
        for n in range(2)
    ),
)
