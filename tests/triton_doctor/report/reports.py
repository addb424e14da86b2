"""Reports as they could be, and as nobody would want them: words of others in every place."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from triton_doctor.deployment import Deployment
from triton_doctor.knowledge.house import phrases
from triton_doctor.model import (
    Acceptance,
    Accepted,
    Doubt,
    Finding,
    Outcome,
    Report,
    Result,
    Severity,
)
from triton_doctor.record import asdict
from triton_doctor.registry import load_catalogue
from triton_doctor.repairs import Applicability, Edit, Fix, Step
from triton_doctor.report.spots import Roots
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import exit_code

MANY = 30  # reports; each has words of others in some twenty places
ROOTS = Roots("/srv/serving", "/srv")
HOSTILE = [
    "<script>alert(1)</script>",
    "]]>",
    "::error file=x::gotcha",
    "a\n::set-output name=x::y",
    "##[error]x",
    "100%0A",
    "%25::",
    "\x1b[31mred\x00\x07",
    "\u202eabc",
    "@team please see #12 and GH-3 and group!4",
    "[x](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "</summary></details><img src=x onerror=alert(1)>",
    "```\nfence\n````",
    "`tick",
    "1. one\n- two\n# three\n> four\n| a | b |\n|---|---|",
    "    indented",
    "&lt;b&gt; &amp; &#64;team",
    "<!-- -->",
    "https://example.com/a_b?c=<d>&e=f.",
    "naïve ünï 漢字 🎉",
    "\udcff",
    "\ufffe\x85\u2028x",
    "",
]
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40)).map(lambda text: text or "x")
some = st.lists(words, max_size=3).map(tuple)
PLACES = [
    None,
    "port 8000",
    "localhost:8000",
    "http://[::1]:8000:1:2",
    "model_repository/gemma/1/model.json:3:7",
    "model_repository/gemma/config.pbtxt",
    "/srv/compose.yaml:2:1",
    "/etc/odd place/run.sh:9:4",
    "3:7",
    "../up/model.json:1:1",
]
PROBLEMS = ["docker/daemon-down", "port/in-use", "repository/model-json-syntax", "gpu/busy"]


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    edit = Edit("model_repository/gemma/1/model.json", 2, 3, draw(words), draw(words))
    fix = Fix(draw(words), Applicability.SAFE, (Step(draw(words), edit),))
    problem = draw(st.sampled_from(PROBLEMS))
    return Finding(
        problem=problem,
        check=problem.partition("/")[0],
        severity=draw(st.sampled_from(Severity)),
        title=draw(words),
        why=draw(words),
        remedy=draw(words),
        where=draw(st.one_of(st.sampled_from(PLACES), words)),
        evidence=draw(some),
        fix=draw(st.sampled_from([None, fix])),
        docs="docs/problems/x.md",
        links=draw(st.sampled_from([(), ("https://docs.docker.com/engine/",)])),
        accepted=draw(st.one_of(st.none(), st.builds(Accepted, words, words, words))),
    )


@st.composite
def results(draw: st.DrawFn, check: str) -> Result:
    told = tuple(draw(st.lists(findings(), max_size=3)))
    doubts = tuple(draw(st.lists(st.builds(Doubt, words, words), max_size=2)))
    outcome = draw(st.sampled_from(Outcome))
    if told:
        outcome = Outcome.FOUND
    elif doubts:
        outcome = Outcome.COULD_NOT_TELL
    elif outcome in (Outcome.FOUND, Outcome.COULD_NOT_TELL):
        outcome = Outcome.PASSED
    skipped = outcome is Outcome.SKIPPED
    causes = [None] if check == "docker" else [None, "docker"]  # none is its own cause
    return Result(
        check=check,
        title=draw(words),
        outcome=outcome,
        seconds=draw(st.floats(0, 20)),
        reason=None if outcome is Outcome.PASSED else draw(words),
        caused_by=draw(st.sampled_from(causes)) if skipped else None,
        healthy=draw(words),
        findings=told,
        doubts=doubts,
        trace=draw(words) if outcome is Outcome.CRASHED else "",
    )


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    checks = draw(st.sampled_from([(), ("docker",), ("docker", "port", "acme:quota")]))
    states = st.sampled_from(["holds", "gone", "ran-out", "not-told"])
    entries = st.builds(Acceptance, words, words, st.builds(Accepted, words, words, words), states)
    report = Report(
        version="0.1.0",
        seconds=1.5,
        deployment=asdict(Deployment(image=draw(words), model=draw(some))),
        results=tuple(draw(results(check)) for check in checks),
        facts={},
        acceptances=tuple(draw(st.lists(entries, max_size=2))),
    )
    return telling(report, draw(st.sampled_from(["note", "warning", "error", "never"])))


def telling(report: Report, fail_on: str = "error", **changes: Any) -> Telling:
    values: dict[str, Any] = {
        "report": report,
        "code": exit_code(report, fail_on),
        "say": phrases(),
        "fail_on": fail_on,
        "problem": CATALOGUE.problem,
        "roots": ROOTS,
    }
    return Telling(**{**values, **changes})


CATALOGUE = load_catalogue().catalogue
