"""The report as Markdown to be pasted into an issue: short first, details folded.

It is GitHub's Markdown, which GitLab takes too. Words of others never become markup, mentions of
people, or references: what is prose is escaped sign by sign, what is code stands in fences that
are longer than any inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from triton_doctor.model import Finding, Result
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import untold

_SIGNS = re.compile(r"[\\`*_{}\[\]<>|~$^]|&(?=[#\w])")
_CALLS = re.compile(r"([@#!])(?=\w)|\b(GH-)(?=\d)")
_START = re.compile(r"(?P<sign>[#+=-])|(?P<number>[0-9]+)(?P<end>[.)])(?= |$)")
_CODE = re.compile(r"`([^`]+)`")
_ADDRESS = re.compile(r"(https?://[^\s<>\\`]*[^\s<>\\`.,;:!?)\]'\"])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_LINES = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


def as_markdown(telling: Telling) -> str:
    """One document."""
    parts = [*_head(telling), *_details(telling), _looked(telling), _deployment(telling)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(telling: Telling) -> Iterator[str]:
    report, say = telling.report, telling.say
    yield f"### triton-doctor {prose(report.version)}: {prose(telling.verdict())}"
    plan = report.deployment
    models = ", ".join(code(name) for name in plan["model"]) or "-"
    yield f"{code(plan['image'])}: {models}"
    lines = [_line(telling, finding) for finding in report.findings]
    for result, doubt in untold(report):
        label = say("part", "unclear")
        lines.append(f"- **{prose(label)}**: {prose(result.title)}: {prose(doubt.reason)}")
    lines += [f"- {prose(note)}" for note in telling.acceptances()]
    yield "\n".join(lines)


def _line(telling: Telling, finding: Finding) -> str:
    where = finding.where or ""
    place = f" ({code(where)})" if where and where not in finding.title else ""
    accepted = f". {prose(telling.accepted(finding))}" if finding.accepted else ""
    return (
        f"- **{prose(_label(telling, finding))}** {code(finding.problem)}: "
        f"{prose(finding.title)}{place}{accepted}"
    )


def _label(telling: Telling, finding: Finding) -> str:
    if finding.accepted:
        return telling.say("outcome", "accepted")
    return telling.say("severity", str(finding.severity))


def _details(telling: Telling) -> Iterator[str]:
    for finding in telling.report.findings:
        yield folded(f"{_label(telling, finding)}: {finding.title}", _finding(telling, finding))
    for result, doubt in untold(telling.report):
        if doubt.remedy or result.trace:
            title = f"{telling.say('part', 'unclear')}: {result.title}"
            yield folded(title, [prose(doubt.reason), text(doubt.remedy), fenced(result.trace)])


def _finding(telling: Telling, finding: Finding) -> Iterator[str]:
    say = telling.say
    yield text(finding.why)
    if finding.remedy:
        yield f"**{prose(say('part', 'remedy'))}**"
        yield text(finding.remedy)
    if finding.evidence:
        yield f"**{prose(say('part', 'seen'))}**"
        yield fenced("\n".join(finding.evidence))
    yield code(say("line", "more", problem=finding.problem))
    yield "\n".join(f"- <{link}>" for link in finding.links)


def _looked(telling: Telling) -> str:
    lines = [f"- {_outcome(telling, one)}" for one in telling.report.results]
    return folded(telling.say("format", "looked"), ["\n".join(lines)]) if lines else ""


def _outcome(telling: Telling, result: Result) -> str:
    outcome = "not-here" if result.not_here else str(result.outcome)
    label = f"**{prose(telling.say('outcome', outcome))}** {prose(result.title)}"
    why = result.reason or result.healthy
    return f"{label}: {prose(why)}" if why else label


def _deployment(telling: Telling) -> str:
    plan = telling.report.deployment
    lines = (f"{key.replace('_', '-')} = {_plain(value)}" for key, value in plan.items())
    return folded(telling.say("format", "deployment"), [fenced("\n".join(lines))])


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "-"
    return "-" if value is None else str(value)


# ---- writing Markdown -------------------------------------------------------------------------


def folded(title: str, parts: Iterable[str]) -> str:
    """What a reader opens with a click. The title is HTML; a blank line ends that."""
    inside = "\n\n".join(part for part in parts if part)
    line = " ".join(_LINES.sub(" ", title).split())
    head = _CALLS.sub(r"\1\2<!-- -->", escape(line, quote=False))
    return f"<details>\n<summary>{head}</summary>\n\n{inside}\n\n</details>"


def text(words: str) -> str:
    """Paragraphs; what is indented by four becomes a block of code."""
    parts: list[str] = []
    commands: list[str] = []
    for line in [*_LINES.sub("\n", words).split("\n"), ""]:
        if line.startswith("    "):
            commands.append(line[4:])
            continue
        if commands:
            parts.append(fenced("\n".join(commands)))
            commands = []
        parts.append(prose(line))
    return "\n\n".join(part for part in parts if part)


def prose(words: str) -> str:
    """One line of words, none of which is markup; addresses and code between ticks stay so."""
    line = " ".join(_LINES.sub(" ", words).split())
    told = "".join(
        code(piece) if number % 2 else _linked(piece)
        for number, piece in enumerate(_CODE.split(line))
    )
    start = _START.match(told)
    if not start:
        return told
    return f"\\{told}" if start["sign"] else f"{start['number']}\\{told[start.start('end') :]}"


def _linked(words: str) -> str:
    pieces = _ADDRESS.split(words)
    return "".join(
        f"<{piece}>" if number % 2 else _calm(piece) for number, piece in enumerate(pieces)
    )


def _calm(words: str) -> str:
    told = _SIGNS.sub(lambda hit: _ENTITIES.get(hit[0], f"\\{hit[0]}"), words)
    return _CALLS.sub(r"\1\2<!-- -->", told)


def code(words: str) -> str:
    """A piece of code within a line."""
    line = _LINES.sub(" ", words)
    if not line.strip():
        return ""
    ticks = "`" * (_longest(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") or line != line.strip() else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def fenced(words: str) -> str:
    """A block of code; empty where there is none."""
    if not words.strip():
        return ""
    fence = "`" * max(3, _longest(words) + 1)
    return f"{fence}text\n{words.strip(chr(10))}\n{fence}"


def _longest(words: str) -> int:
    return max((len(run) for run in re.findall("`+", words)), default=0)
