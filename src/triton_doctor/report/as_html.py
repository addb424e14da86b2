"""The report as one page for a browser: nothing is loaded, nothing runs, it prints.

What was found comes first. Words of others cannot become markup (see markup.py), and a policy in
the page forbids all but its own style.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from triton_doctor.model import Doubt, Finding, Outcome, Result
from triton_doctor.readings import LogReport
from triton_doctor.record import Record
from triton_doctor.report.html_logs import log_section
from triton_doctor.report.markup import Child, Markup, block, folded, link, paragraphs, prose, tag
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import untold

_DOCTYPE = "<!DOCTYPE html>\n"


class Beside(Record, frozen=True):
    """What a page may have besides the report.

    logs: of the deployment's containers; start: the command that starts it; versions: by program;
    taken: lines about what was taken out; notes: lines about the page itself.
    """

    logs: Sequence[LogReport] = ()
    start: str = ""
    versions: Mapping[str, str] = {}
    taken: Sequence[str] = ()
    notes: Sequence[str] = ()


_ALONE = Beside()


def as_html(telling: Telling, beside: Beside = _ALONE, lang: str | None = None) -> str:
    """One document; ASCII is all it needs to be right, but it is UTF-8."""
    sections = [
        _found(telling),
        *_more(telling, beside),
    ]
    title = telling.say("html", "title", verdict=telling.verdict())
    head = tag("head", *_meta(), tag("title", title), tag("style", Markup(_style())))
    body = tag(
        "body",
        tag("a", telling.say("html", "skip"), href="#found", class_="skip"),
        _header(telling, [one for one in sections if one]),
        tag("main", *(section for _, _, section in sections)),
        tag("footer", *(tag("p", prose(note)) for note in beside.notes or (_made(telling),))),
    )
    return _DOCTYPE + tag("html", "\n", head, "\n", body, "\n", lang=lang or "en") + "\n"


def _made(telling: Telling) -> str:
    return telling.say("html", "made", version=telling.report.version)


def _meta() -> Iterator[Markup]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield tag("meta", charset="utf-8")
    yield tag("meta", http_equiv="Content-Security-Policy", content=policy)
    yield tag("meta", name="viewport", content="width=device-width, initial-scale=1")
    yield tag("meta", name="referrer", content="no-referrer")
    yield tag("meta", name="color-scheme", content="light dark")


@cache
def _style() -> str:
    return (files("triton_doctor.report") / "report.css").read_text("utf-8")


_Section = tuple[str, str, Markup]  # its anchor, its title, itself


def _section(anchor: str, title: str, *children: Child) -> _Section:
    return anchor, title, tag("section", tag("h2", title), *children, id=anchor)


def _header(telling: Telling, sections: Sequence[_Section]) -> Markup:
    plan = telling.report.deployment
    links = [tag("li", tag("a", title, href=f"#{anchor}")) for anchor, title, _ in sections]
    return tag(
        "header",
        tag("h1", telling.verdict()),
        tag("p", tag("code", str(plan["image"]))),
        tag("p", ", ".join(plan["model"]) or "-", class_="dim"),
        tag("nav", tag("ul", *links), aria_label=telling.say("html", "contents")),
    )


# ---- what was found -----------------------------------------------------------------------------


def _found(telling: Telling) -> _Section:
    say, report = telling.say, telling.report
    parts: list[Child] = []
    for _, group in groupby(report.findings, key=lambda one: (one.problem, one.remedy)):
        parts.append(finding_article(telling, list(group)))
    parts += [_doubt(telling, result, doubt) for result, doubt in untold(report)]
    parts += [tag("p", prose(note)) for note in telling.acceptances()]
    if not parts:
        parts.append(tag("p", say("html", "nothing" if report.results else "unlooked")))
    return _section("found", say("html", "found"), *parts)


def finding_article(telling: Telling, same: list[Finding]) -> Markup:
    """One problem said once, then its places."""
    first, say = same[0], telling.say
    kind = "dim" if first.accepted else str(first.severity)
    word = say("outcome", "accepted") if first.accepted else say("severity", kind)
    titles = list(dict.fromkeys(one.title for one in same))
    places = list(dict.fromkeys(one.where for one in same if one.where))
    seen = list(dict.fromkeys(text for one in same for text in one.evidence))
    return tag(
        "article",
        tag("h3", tag("span", word, class_=f"label {kind}"), " ", titles[0]),
        *(tag("p", title) for title in titles[1:]),
        tag("p", telling.accepted(first)) if first.accepted else None,
        _part(say("part", "places"), [tag("p", tag("code", one)) for one in places])
        if places
        else None,
        _part(say("part", "why"), paragraphs(first.why)) if first.why else None,
        _part(say("part", "remedy"), paragraphs(first.remedy)) if first.remedy else None,
        _part(say("part", "seen"), block("\n".join(seen))) if seen else None,
        tag("p", tag("code", say("line", "more", problem=first.problem)), class_="dim"),
        *(tag("p", link(one)) for one in first.links),
        class_=kind,
    )


def _part(title: str, *children: Child) -> tuple[Child, ...]:
    return (tag("h4", title), *children)


def _doubt(telling: Telling, result: Result, doubt: Doubt) -> Markup:
    label = tag("span", telling.say("part", "unclear"), class_="label unclear")
    return tag(
        "article",
        tag("h3", label, " ", f"{result.title}: {doubt.reason}"),
        _part(telling.say("part", "remedy"), paragraphs(doubt.remedy)) if doubt.remedy else None,
        block(result.trace) if result.trace else None,
        class_="unclear",
    )


# ---- the rest -----------------------------------------------------------------------------------


def _more(telling: Telling, beside: Beside) -> Iterator[_Section]:
    say, report = telling.say, telling.report
    if beside.logs:
        parts = [log_section(telling, log) for log in beside.logs]
        yield _section("logs", say("html", "logs"), *parts)
    looked = [tag("li", *_looked(telling, one)) for one in report.results]
    if looked:
        yield _section("looked", say("format", "looked"), tag("ul", *looked, class_="plain"))
    plan = {key.replace("_", "-"): _plain(value) for key, value in report.deployment.items()}
    start = _part_of(say("html", "start"), beside.start)
    yield _section("deployment", say("format", "deployment"), _pairs(plan), start)
    if beside.versions:
        yield _section("versions", say("html", "versions"), _pairs(beside.versions))
    if report.facts:
        facts = [folded(name, block(_pretty(fact))) for name, fact in report.facts.items()]
        yield _section("facts", say("html", "facts"), tag("div", *facts, class_="facts"))
    if beside.taken:
        taken = [tag("li", prose(line)) for line in beside.taken]
        yield _section("taken", say("html", "taken"), tag("ul", *taken))


def _part_of(title: str, text: str) -> Child:
    return (tag("h3", title), block(text, "command")) if text else None


def _looked(telling: Telling, result: Result) -> Iterator[Child]:
    counted = [one.severity for one in result.findings if not one.accepted]
    worst = max(counted, key=lambda one: one.rank, default=None)
    kind = str(worst) if worst else _kind(result)
    word = telling.say("severity", kind) if worst else telling.say("outcome", _outcome(result))
    yield tag("span", word, class_=f"label {kind}")
    why = result.findings[0].title if result.findings else result.reason or result.healthy
    if result.outcome is Outcome.SKIPPED and not result.caused_by:
        why = telling.aside(result)
    yield f"{result.title}: {why}" if why else result.title


def _outcome(result: Result) -> str:
    if result.findings and not result.doubts:
        return "accepted"
    return "not-here" if result.not_here else str(result.outcome)


def _kind(result: Result) -> str:
    if result.outcome is Outcome.PASSED:
        return "ok"
    aside = result.outcome is Outcome.SKIPPED or (result.findings and not result.doubts)
    return "dim" if aside else "unclear"


def _pairs(pairs: Mapping[str, str]) -> Markup:
    parts = [(tag("dt", key), tag("dd", value)) for key, value in pairs.items()]
    return tag("dl", *parts)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "-"
    return "-" if value is None else str(value)


def _pretty(fact: Any) -> str:
    return json.dumps(fact, indent=1, ensure_ascii=False)
