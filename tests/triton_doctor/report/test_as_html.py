"""The page, read by a strict parser of HTML, and opened in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings

from tests.browser import Page, browser
from tests.triton_doctor.report.reports import HOSTILE, MANY, telling, tellings
from tests.triton_doctor.test_as_text import finding
from triton_doctor.deployment import Deployment
from triton_doctor.model import Doubt, Outcome, Report, Result
from triton_doctor.readings import LogFinding, LogLine, LogReport, Reading, Told, Untold
from triton_doctor.record import asdict, replace
from triton_doctor.report.as_html import Beside, as_html
from triton_doctor.report.markup import prose
from triton_doctor.report.telling import Telling

OURS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "footer"),
    *("section", "article", "h1", "h2", "h3", "h4", "p", "ul", "li", "dl", "dt", "dd", "a"),
    *("pre", "code", "span", "strong", "details", "summary", "div"),
}
MARKUP = [
    "<script>window.ran=1;document.title='x'</script>",
    "<img src=x onerror=window.ran=1>",
    "</pre></code></article><iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    '"><svg onload=window.ran=1>',
    "<style>body{display:none}</style><link rel=stylesheet href=https://example.com/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.com/'>",
    "javascript:window.ran=1 https://example.com/'onmouseover=window.ran=1 x",
    "<a href=javascript:window.ran=1 autofocus onfocus=window.ran=1>x</a>",
    "<!-- --><base href=https://example.com/><form action=https://example.com/><input autofocus>",
]


def elements(page: str) -> list[Any]:
    """Every element; html5lib raises on any breach of the standard."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return [one for one in parser.parse(page).iter() if isinstance(one.tag, str)]


def with_words(words: list[str]) -> Telling:
    """A report and logs with these words in every place."""
    every = "\n".join(words)
    found = [replace(finding(), title=one, where=one, evidence=(one,)) for one in words]
    report = Report(
        version="0.1.0",
        seconds=1.0,
        deployment=asdict(Deployment(image=words[0], model=tuple(words), name="x")),
        results=(
            Result("docker", every, Outcome.FOUND, 0.1, findings=tuple(found)),
            Result("gpu", "GPU", Outcome.COULD_NOT_TELL, 0.1, every, doubts=(Doubt(every, every),)),
            Result("port", "Ports", Outcome.CRASHED, 0.1, every, trace=every),
            Result("host", "Host", Outcome.PASSED, 0.1, healthy=every),
        ),
        facts={"containers": {"names": words, every: every}},
    )
    return telling(report)


def beside(words: list[str]) -> Beside:
    logs = [_log(one) for one in words]
    return Beside(logs, words[0], dict.fromkeys(words, words[0]), words, words)


def _log(text: str) -> LogReport:
    told = Told("gpu/busy", "root-cause", 3, text, model=text)
    said = replace(finding(), title=text, evidence=(text,), why=text, remedy=f"    {text}")
    lines = (LogLine(1, text),)
    findings = (LogFinding(said, told), LogFinding(said, replace(told, role="consequence")))
    return LogReport(text, findings, Reading((told,), Untold(lines, text), 3))


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_words_of_others_are_never_markup(one: Telling) -> None:
    found = elements(as_html(one))
    assert {element.tag for element in found} <= OURS
    for element in found:
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)
        assert not element.get("href") or re.match(r"#|https://", element.get("href"))


@pytest.mark.parametrize("words", [MARKUP, [one for one in HOSTILE if one]])
def test_nor_are_those_of_logs(words: list[str]) -> None:
    found = elements(as_html(with_words(words), beside(words)))
    assert {element.tag for element in found} <= OURS
    shown = "\n".join("".join(one.itertext()) for one in found if one.tag == "pre")
    assert words[0] in shown


def test_what_was_found_comes_first_and_headings_are_in_order() -> None:
    found = elements(as_html(with_words(["one", "two"]), beside(["a"])))
    anchors = [one.get("id") for one in found if one.tag == "section" and one.get("id")]
    assert anchors == ["found", "logs", "looked", "deployment", "versions", "facts", "taken"]
    levels = [int(one.tag[1]) for one in found if re.fullmatch(r"h\d", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [one.get("lang") for one in found if one.tag == "html"] == ["en"]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def test_nothing_of_a_log_runs_in_a_browser(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(as_html(with_words(MARKUP), beside(MARKUP)), "utf-8")
    page.open(file)
    state = "[window.ran, document.title, document.scripts.length, frames.length, location.href]"
    assert page.value(state) == [None, page.value("document.title"), 0, 0, file.as_uri()]
    assert page.value("document.title").startswith("triton-doctor: ")
    assert page.requests() == [file.as_uri()]
    assert MARKUP[0] in page.value("document.body.innerText")


def test_the_browser_of_these_tests_would_notice(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "careless.html"
    file.write_text(f"<title>a</title>{MARKUP[0]}{MARKUP[1]}", "utf-8")
    page.open(file)
    assert page.value("[window.ran, document.title]") == [1, "x"]
    assert len(page.requests()) == 2


PRINTED = """(() => {
  const seen = name => getComputedStyle(document.querySelector(name));
  return [seen('#facts').display, seen('nav').display, seen('article').breakInside,
    seen('h3').breakAfter, seen('pre').breakInside];
})()"""


def test_what_is_printed_leaves_no_page_half_empty(page: Page, tmp_path: Path) -> None:
    """A long finding goes on over the page's end; no heading stands there alone or empty."""
    file = tmp_path / "report.html"
    file.write_text(as_html(with_words(["one", "two"]), beside(["a"])), "utf-8")
    page.open(file)
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert page.value(PRINTED) == ["none", "none", "auto", "avoid-page", "avoid-page"]
    finally:
        page.call("Emulation.setEmulatedMedia", media="")


def axe() -> str:
    """The source of axe-core, which a Python package brings along."""
    spec = find_spec("axe_playwright_python")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("axe-core is not installed: see tests/run")
    return (Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text("utf-8")


BREACHES = "axe.run().then(told => told.violations.map(one => one.id + ' ' + one.nodes[0].html))"


def test_an_accessibility_linter_has_nothing_to_say(page: Page, tmp_path: Path) -> None:
    source, file = axe(), tmp_path / "report.html"
    words = ["One thing", "a/very/long/" + "path/" * 40, "word " * 60]
    file.write_text(as_html(with_words(words), beside(words)), "utf-8")
    page.open(file)
    page.value(f"{source};0")
    page.value("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width in (1200, 360):
        for scheme in ("light", "dark"):
            page.look(width, scheme)
            assert page.value(BREACHES) == [], (width, scheme)
            assert page.value("document.documentElement.scrollWidth") == width
    page.value("document.body.append(document.createElement('img'))")
    assert "image-alt" in page.value(BREACHES)[0], "the linter is at work"


def test_an_address_of_which_a_part_was_taken_out_is_no_link() -> None:
    assert "href" in str(prose("see https://example.com/a and more"))
    assert "href" not in str(
        prose("see https://example.com/[token-1] and https://[hidden]@x.org/a")
    )
