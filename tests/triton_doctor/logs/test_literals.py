"""The texts that are looked for first stand in everything that a regex matches."""

from __future__ import annotations

import re

import pytest

from triton_doctor.logs.literals import conditions, required


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        ("Unknown dtype", ("unknown dtype",)),
        ("abc+d", ("abc",)),
        ("abcx?yz", ("abc",)),
        ("(?P<e>foo bar baz) qux", ("foo bar baz",)),
        ("a(?:long one|x)?tail text", ("tail text",)),
        ("(?:alpha|beta)\\d", ("alpha", "beta")),
        ("alpha|beta", ("alpha", "beta")),
        ("alpha|\\d+", ()),
        ("\\d+ GiB of (?:x|y)", (" gib of x", " gib of y")),
        ('say "hello world" now', ("hello world",)),
        ("x{2,3}yyy", ("yyy",)),
        ("not (?!this)that", ("not ",)),
        ("[abc]def[^]]ghij", ("ghij",)),
        ("(?x) a b c", ()),
    ],
)
def test_what_must_stand_there(regex: str, texts: tuple[str, ...]) -> None:
    assert required(regex) == texts


@pytest.mark.parametrize(
    ("regex", "match"),
    [
        ("(?:Get|Head) (?:x: )?dial tcp (?:a|b)", "Get dial tcp a"),
        ("a{0,3}(?:b|c)*done (?P<n>\\d+)(?P=n)", "done 11"),
        ("(?:(?:in|out)ner )+loop", "outner loop"),
    ],
)
def test_each_condition_holds_for_a_match(regex: str, match: str) -> None:
    assert re.search(regex, match)
    for texts in conditions(regex):
        assert any(text in match.lower() for text in texts), texts


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        ("error (?:running|modifying) (?:x|y)", ("error running", "error modifying")),
        ("fault (?:running|\\d+) on", ("fault ",)),
        ("go (?:on|off)?home", ("home",)),
        ("say (?:'a'|b) then", (" then",)),
    ],
)
def test_what_stands_before_alternatives_belongs_to_each(
    regex: str, texts: tuple[str, ...]
) -> None:
    assert required(regex) == texts
