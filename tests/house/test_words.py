"""Rules about the words of every shipped area, each shown to bite on a bad example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tomli

from tests.house import rules, tree
from triton_doctor.knowledge.catalogue import Area, Catalogue, read_area

CONTRACT = tomli.loads((Path(__file__).parent / "problems.toml").read_text(encoding="utf-8"))
AREA_RULES = [rules.facts, rules.wording, rules.commands]

GOOD = """
[check]
title = "Sample"
needs = ["other"]
[problem.too-hot]
severity = "error"
since = "0.1.0"
facts = { degrees = "95" }
title = "The card is at {degrees} degrees"
why = "It slows down."
remedy = '''
Look at the fan:

    nvidia-smi --query-gpu=fan.speed --format=csv
'''
links = ["https://example.com/fans"]
"""


def sample(old: str = "", new: str = "") -> Area:
    assert old in GOOD
    return read_area("sample", GOOD.replace(old, new, 1).encode(), "check.toml")


def test_every_id_of_the_contract_is_in_the_catalogue() -> None:
    known = {problem.id for problem in tree.catalogue().problems()}
    agreed = {f"{area}/{slug}" for area, slugs in CONTRACT.items() for slug in slugs}
    agreed.discard("none/healthy")  # a label of logs without trouble, not a problem
    assert agreed - known == set()


def test_ids_are_unique_and_well_formed() -> None:
    assert list(rules.ids(tree.catalogue())) == []
    again = sample("since =", 'aliases = ["sample/too-hot"]\nsince =')
    assert list(rules.ids(Catalogue({"sample": again}))) != []


def test_needs_and_finds_exist_and_have_no_cycle() -> None:
    assert list(rules.needs(tree.catalogue())) == []
    alone = sample()
    assert list(rules.needs(Catalogue({"sample": alone}))) == ["sample needs other"]
    itself = Catalogue({"sample": sample('["other"]', '["sample"]')})
    assert "cycle" in "".join(rules.needs(itself))


@pytest.mark.parametrize("folder", tree.folders(), ids=lambda folder: folder.name)
def test_words_keep_the_rules(folder: Path) -> None:
    area = tree.area(folder)
    breaches = [breach for rule in AREA_RULES for breach in rule(area)]
    assert breaches + list(rules.order(tree.raw(folder))) == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        (rules.facts, '{ degrees = "95" }', "{}"),
        (rules.facts, '"95" }', '"95", fan = "off" }'),
        (rules.facts, '{ degrees = "95" }', '["degrees"]'),
        (rules.facts, "links", '[problem.too-hot.case.x]\nfacts = { a = "1" }\n#'),
        (rules.wording, 'degrees"', 'degrees."'),
        (rules.wording, "The card", "The card " + "very " * 20),
        (rules.wording, "It slows down.", "Please look!"),
        (rules.wording, "https://", "http://"),
        (rules.commands, "fan:\n", "fan:"),
        (rules.commands, "csv", "csv\nand wait"),
        (rules.commands, "fan.speed", "<what>"),
        (rules.commands, "fan.speed", "'fan"),
        (rules.commands, "    nvidia-smi --query", "    curl -d '{{x: 1}}' --query"),
        (rules.commands, "    nvidia-smi --query", '    "max_model_len": many --query'),
    ],
)
def test_rules_bite(rule: Callable[[Area], Iterator[str]], old: str, new: str) -> None:
    assert list(rule(sample())) == []
    assert list(rule(sample(old, new))) != []


@pytest.mark.parametrize("folder", tree.folders(), ids=lambda folder: folder.name)
def test_translations_have_the_same_keys_and_values(folder: Path) -> None:
    english = tree.raw(folder)
    for place in folder.glob("check.*.toml"):
        other = tomli.loads(place.read_text(encoding="utf-8"))
        assert list(rules.translation(english, other)) == [], place


def test_a_translation_that_strays_is_noticed() -> None:
    english = {"problem": {"too-hot": {"title": "At {degrees}"}}}
    same = {"problem": {"too-hot": {"title": "{degrees} Grad"}}}
    assert list(rules.translation(english, same)) == []
    assert list(rules.translation(english, {"problem": {"too-hot": {"title": "{grad}"}}})) != []
    assert list(rules.translation(english, {"problem": {"too-cold": {}}})) != []


def test_keys_out_of_order_are_noticed() -> None:
    table = tomli.loads(
        GOOD.replace('since = "0.1.0"\n', "", 1).replace("links", 'since = "1"\nlinks')
    )
    assert "keys are in the order" in "".join(rules.order(table))
