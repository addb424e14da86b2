"""A log's telling parts for the page: the root cause, what followed, or what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.readings import LogFinding, LogReport, Untold
from triton_doctor.redact import clean
from triton_doctor.report.markup import Child, Markup, block, paragraphs, tag
from triton_doctor.report.telling import Telling


def log_section(telling: Telling, log: LogReport) -> Markup:
    """One log."""
    lines = log.reading.lines
    key = "heading-one" if lines == 1 else "heading"
    heading = telling.say("log", key, source=log.source, lines=lines)
    causes = [one for one in log.findings if one.told.role == "root-cause"]
    followers = [one for one in log.findings if one.told.role != "root-cause"]
    parts: list[Child] = [_cause(telling, one) for one in causes]
    if followers:
        parts.append(tag("h4", telling.say("log", "followed")))
        parts.append(tag("ul", *_followers(telling, followers)))
    if log.reading.untold:
        parts.append(_untold(telling, log.reading.untold))
    if not parts:
        key = "empty" if not log.reading.lines else "healthy" if log.reading.ready else "nothing"
        parts.append(tag("p", telling.say("log", key)))
    return tag("section", tag("h3", heading), *parts)


def _cause(telling: Telling, one: LogFinding) -> Markup:
    finding, told, say = one.finding, one.told, telling.say
    kind = str(finding.severity)
    key = "of-model" if told.model else "line"
    place = say("log", key, line=told.line, model=clean(told.model))
    return tag(
        "article",
        tag("h4", tag("span", say("severity", kind), class_=f"label {kind}"), " ", finding.title),
        tag("p", place, class_="dim"),
        block("\n".join(finding.evidence)) if finding.evidence else None,
        paragraphs(finding.why),
        tag("p", tag("strong", say("part", "remedy"))),
        paragraphs(finding.remedy),
        class_=kind,
    )


def _followers(telling: Telling, followers: list[LogFinding]) -> Iterator[Markup]:
    for one in followers:
        title = one.finding.title
        yield tag("li", telling.say("log", "follower", line=one.told.line, title=title))


def _untold(telling: Telling, untold: Untold) -> Markup:
    lines = "\n".join(f"{one.line}: {clean(one.text)}" for one in untold.lines)
    label = tag("span", telling.say("part", "unclear"), class_="label unclear")
    return tag(
        "article",
        tag("h4", label, " ", telling.say("log", "unknown")),
        tag("p", telling.say("log", "unknown-why")),
        block(lines),
        class_="unclear",
    )
