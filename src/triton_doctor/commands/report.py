"""`report`: a page to read and a bundle to judge again, without what must not leave the machine."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from triton_doctor import __version__
from triton_doctor.commands.diagnose import begun
from triton_doctor.commands.examine import examine
from triton_doctor.commands.log_words import Wording
from triton_doctor.commands.output import named
from triton_doctor.commands.recording import FACTS, REPORT, SCHEMA_VERSION
from triton_doctor.commands.report_files import PAGE, TAKEN, bundle, put, taken_page
from triton_doctor.commands.report_logs import Kept, containers
from triton_doctor.commands.screen import Screen
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.names import names
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.lines import Line, line, paragraph
from triton_doctor.model import Report
from triton_doctor.probes.every import carried
from triton_doctor.record import Record, replace
from triton_doctor.redact.known import known_here, more
from triton_doctor.redact.leftovers import Leftover, leftovers
from triton_doctor.redact.literals import Known
from triton_doctor.redact.redactor import Redactor
from triton_doctor.registry import load_catalogue
from triton_doctor.report.as_html import Beside, as_html
from triton_doctor.report.as_json import as_json
from triton_doctor.report.spots import Roots
from triton_doctor.report.start_command import start_command
from triton_doctor.report.telling import Telling
from triton_doctor.report.verdict import exit_code

WRITTEN, LEFT = 0, 4


class Seen(Record, frozen=True):
    """What one run learned, as it is: nothing of it may be written before it was cleaned."""

    report: Report
    kept: tuple[Kept, ...]
    known: Known
    start: str
    now: float


def report(
    host: Host, deployment: Deployment, settings: Settings, environ: Mapping[str, str]
) -> int:
    """Run, clean, look again, write; the exit code."""
    paths = places(named(settings), host.now())
    screen, say = Screen(quiet=False), phrases(settings.lang)
    with closing(host):
        context = begun(host, deployment, settings)
        with screen.watching(context):
            seen = learn(host, context, environ)
    redactor = Redactor(seen.known)
    files = written(seen, redactor, settings, say)
    left = [one for name, text in files.items() for one in leftovers(name, text, seen.known)]
    if left:
        _refuse(left, say)
        return LEFT
    for path in paths:
        put(path, bundle(files) if path.suffix.lower() == ".zip" else files[PAGE].encode())
    screen.write(_told(paths, redactor, say, screen.width))
    return WRITTEN


def places(given: str | None, now: float) -> tuple[Path, ...]:
    """Where page and bundle go; UsageError before the run for what cannot be written after it."""
    stamp = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%d-%H%M%S")
    target, paths = Path(given or "."), tuple[Path, ...]()
    if target.suffix.lower() in (".zip", ".html"):
        folder, paths = target.parent, (target,)
    else:
        folder = target
        paths = tuple(target / f"triton-doctor-{stamp}{end}" for end in (".html", ".zip"))
    if not folder.is_dir():
        hint = "Make it first; or name a file that ends in .zip or .html."
        raise UsageError("the folder does not exist", where=f"--output {given}", hint=hint)
    if not os.access(folder, os.W_OK):  # not for root either, where the disk is read only
        hint = "Name a folder of yours with --output."
        raise UsageError("nothing can be written there", where=f"{folder.resolve()}", hint=hint)
    return paths


def learn(host: Host, context: Context, environ: Mapping[str, str]) -> Seen:
    """Everything that the report is made of, secrets and all."""
    report = examine(context)
    kept = tuple(containers(host, context))
    known = known_here(host, context.deployment, environ, names(environ))
    known = more(known, (secret for one in kept for secret in one.secrets))
    start = start_command(context.deployment, host.absolute)
    return Seen(report, kept, known, start, host.now())


def written(seen: Seen, redactor: Redactor, settings: Settings, say: Phrases) -> dict[str, str]:
    """Every file of the bundle by its name, cleaned."""
    facts = carried(dict(seen.report.facts))
    left_out = sorted(set(seen.report.facts) - set(facts))
    report = redactor.record(replace(seen.report, facts=facts))
    code = exit_code(report, settings.fail_on)
    loaded = load_catalogue(settings.lang)
    wording = Wording(loaded, Deployment(**report.deployment))
    logs, files = [], dict[str, str]()
    for number, one in enumerate(seen.kept, start=1):
        stem = f"{number}-{_safe(redactor.text(one.name))}"
        if one.reading is not None:
            logs.append(wording.report(redactor.text(one.name), redactor.record(one.reading)))
        text = redactor.text(one.log or f"[no log: {one.trouble or 'it is empty'}]")
        files[f"logs/{stem}.log"] = f"{text.rstrip()}\n"
        files[f"inspect/{stem}.json"] = _json(redactor.record(dict(one.inspect)))
    when = datetime.fromtimestamp(seen.now, timezone.utc).strftime("%Y-%m-%d %H:%M")
    files[REPORT] = as_json(report, code)
    files[FACTS] = _json(_facts(report))
    start = redactor.text(seen.start)
    taken = taken_page(redactor, left_out, seen.kept, say)
    notes = (
        say("report", "note-made", version=__version__, when=when),
        say("report", "note-taken"),
    )
    beside = Beside(logs, start, _versions(report), taken, notes)
    telling = Telling(
        report=report,
        code=code,
        say=say,
        fail_on=settings.fail_on,
        problem=loaded.catalogue.problem,
        roots=Roots("/", "/"),
    )
    files[PAGE] = as_html(telling, beside, settings.lang)
    files[TAKEN] = "\n".join([*taken, ""])
    return files


def _facts(report: Report) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "facts": dict(report.facts),
        "untold": dict(report.untold),
        "settings": dict(report.settings),
    }


def _versions(report: Report) -> dict[str, str]:
    facts = report.facts
    gpus = facts.get("gpus", {}).get("reading", {})
    found = {
        "triton-doctor": report.version,
        "Python": platform.python_version(),
        "System": facts.get("system", {}).get("name"),
        "Kernel": facts.get("system", {}).get("kernel"),
        "Docker engine": facts.get("docker-engine", {}).get("version"),
        "Docker client": facts.get("docker-client", {}).get("version"),
        "NVIDIA driver": gpus.get("driver"),
        "Triton": facts.get("release", {}).get("triton"),
        "vLLM": facts.get("release", {}).get("vllm"),
    }
    return {name: str(version) for name, version in found.items() if version}


def _safe(name: str) -> str:
    """A container's name as a part of a file's: no slash, no dots in a row."""
    kept = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "_-") else "_" for sign in name
    )
    return kept[:60] or "_"


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"


def _refuse(left: list[Leftover], say: Phrases) -> None:
    lines = [
        say("report", "left-line", file=one.file, line=one.line, kind=one.kind) for one in left
    ]
    sys.stderr.write("\n".join([say("report", "left"), *lines[:40]]) + "\n")


def _told(paths: tuple[Path, ...], redactor: Redactor, say: Phrases, width: int) -> list[Line]:
    counts = ", ".join(f"{count} x {kind}" for kind, count in sorted(redactor.taken.items()))
    lines = [line(say("report", "written", path=path)) for path in paths]
    taken = say("report", "taken", taken=counts) if counts else say("report", "taken-none")
    return [*lines, *paragraph(taken, width), *paragraph(say("report", "look"), width)]
