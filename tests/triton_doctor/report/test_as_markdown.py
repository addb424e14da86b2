"""Markdown, read by a parser of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.triton_doctor.report.reports import HOSTILE, MANY, telling, tellings, words
from tests.triton_doctor.test_as_text import finding
from triton_doctor.deployment import Deployment
from triton_doctor.model import Outcome, Report, Result
from triton_doctor.record import asdict
from triton_doctor.report.as_markdown import as_markdown, code, fenced, prose
from triton_doctor.report.telling import Telling

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = re.compile(r"<details>\n<summary>(?:[^<]|<!-- -->)*</summary>\n?|</details>\n?|<!-- -->")
ALLOWED = {"heading", "paragraph", "bullet_list", "list_item", "strong", "text", "softbreak"}
ALLOWED |= {"inline", "code_inline", "fence", "html_block", "html_inline", "link"}


def flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or [])


@given(tellings())
@settings(max_examples=MANY, deadline=None)
def test_words_of_others_are_never_markup(one: Telling) -> None:
    text = as_markdown(one)
    tokens = [*flat(PARSER.parse(text))]
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        assert kind in ALLOWED, (token, text)
        if kind.startswith("html"):
            assert OURS.fullmatch(token.content), token.content
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(("https://", "http://"))
        if token.type == "text":
            assert not re.search(r"[@#!]\w|\bGH-\d", token.content), token.content
    opened = sum(token.content.count("<details>") for token in tokens)
    closed = sum(token.content.count("</details>") for token in tokens if "html" in token.type)
    inside = sum(token.content.count("<details>") for token in tokens if "html" not in token.type)
    assert opened - inside == closed
    headings = [token for token in tokens if token.type == "heading_open"]
    assert [token.tag for token in headings] == ["h3"]


@given(words)
def test_a_line_of_prose_reads_as_it_was(text: str) -> None:
    text = re.sub(r"https?://|`", "", text)
    tokens = flat(PARSER.parse(prose(text)))
    shown = "".join(token.content for token in tokens if token.type == "text")
    wanted = re.sub(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", text).replace("\0", "\ufffd")
    assert shown.split() == " ".join(wanted.split()).split()


def test_code_keeps_every_sign() -> None:
    for text in HOSTILE:
        (token,) = PARSER.parse(fenced(text)) or [None]
        if token is not None:
            assert token.content.strip("\n") == text.strip("\n").replace("\0", "\ufffd").replace(
                "\r\n", "\n"
            )
        line = code(text)
        if line:
            (inline,) = [t for t in flat(PARSER.parse(f"x {line}")) if t.type == "code_inline"]
            assert inline.content.strip()


def test_short_first_and_details_folded() -> None:
    found = finding(where="model_repository/gemma/config.pbtxt:3:7")
    result = Result("docker", "Docker", Outcome.FOUND, 0.1, findings=(found,))
    text = as_markdown(telling(Report("0.1.0", 1.0, asdict(Deployment()), (result,), {})))
    head, _, rest = text.partition("<details>")
    assert head.splitlines()[0] == "### triton-doctor 0.1.0: 1 error"
    assert "- **error** `docker/daemon-down`: The Docker daemon does not answer" in head
    assert "sudo systemctl" not in head
    assert "```text\nsudo systemctl start docker" in rest
