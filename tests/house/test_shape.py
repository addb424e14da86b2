"""Sizes, links and traces of one machine, over every file of the project."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import tree

FILE, FUNCTION = 300, 40  # lines; the aim is 200 and 30
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PLACES_OF_ALL = {"/", "/root", "/home", "/opt", "/src", "/tmp", "/usr/src", "/usr/local"}


def too_long(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    lines = source.count("\n")
    if lines > FILE:
        yield f"{path.name} has {lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            span = (node.end_lineno or node.lineno) - node.lineno + 1
            if span > FUNCTION:
                yield f"{path.name}: {node.name} has {span} lines"


def dead_links(path: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        place = (path.parent / target).resolve()
        if not place.exists() or not place.is_relative_to(tree.ROOT):
            yield f"{path.name}: {target}"


def test_files_and_functions_stay_small() -> None:
    every = [path for path in tree.files() if path.suffix == ".py"]
    assert len(every) > 20
    assert [line for path in every for line in too_long(path)] == []


def test_a_long_file_and_a_long_function_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("def f():\n" + "    x = 1\n" * FILE, encoding="utf-8")
    assert list(too_long(path)) == [
        f"long.py has {FILE + 1} lines",
        f"long.py: f has {FILE + 1} lines",
    ]


def test_links_inside_the_project_lead_somewhere() -> None:
    pages = [path for path in tree.files() if path.suffix == ".md"]
    assert [link for path in pages for link in dead_links(path)] == []


def test_a_dead_link_and_one_that_leads_outside_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("[a](none.md) [b](/etc/hosts) `[c](code.md)` [d](https://example.com)", "utf-8")
    assert list(dead_links(path)) == ["page.md: none.md", "page.md: /etc/hosts"]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    places = {str(tree.ROOT), str(tree.ROOT.parent), sys.prefix} - PLACES_OF_ALL - {sys.base_prefix}
    # A folder of the root alone, as /srv, may be spoken of for other reasons.
    here = {place for place in places if place.count("/") > 1}
    pattern = re.compile(
        "|".join(rf"(?<![\w./]){re.escape(place)}(?=[/\s\"'`]|$)" for place in here)
    )
    if not here:
        pytest.fail("the checkout has no place of its own to look for")
    found = [
        f"{path.relative_to(tree.ROOT)}: {match.group()}"
        for path in tree.files()
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
