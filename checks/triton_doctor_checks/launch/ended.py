"""Judges a container that does not run: exit codes, want of memory, restarts, and ones removed."""

from __future__ import annotations

import re

from triton_doctor.api import (
    ASK,
    SHOW,
    Answer,
    Answers,
    Context,
    Plan,
    Severity,
    age,
    command,
    found,
    gib,
    plan,
    told,
)
from triton_doctor.probes.launched import Launched, Launches

_LINES = 15  # of the log, shown as evidence
_WIDTH = 300
_RECENT = 3600.0  # a removed container's failure counts as today's trouble for an hour
_CASES = {
    126: "not-executable",
    127: "command-not-found",
    134: "aborted",
    139: "segfault",
}
_KILLED = 137
# Asked to end: 0, or the code of a process that lets SIGINT or SIGTERM end it.
_ASKED = (0, 130, 143)
_SIGNALS = {2, 9, 15}
# What the engine says when it cannot start a container, from its own texts.
_REASONS = [
    ("gpu", re.compile(r"device driver|nvidia|cdi|gpu", re.IGNORECASE)),
    ("port", re.compile(r"port is already allocated|address already in use|ports are not avail")),
    (
        "command",
        re.compile(r"executable file not found|exec: |no such file or directory: unknown$"),
    ),
    ("mount", re.compile(r"error mounting|bind source path|mount")),
]


def ended(
    context: Context, one: Launched, seen: Launches, looping: bool, severity: Severity | None
) -> Answers:
    """severity: of what is found, where it is not the catalogue's own."""
    since = age(seen.now - (one.ended or one.created))
    lines = last_lines(one.log)
    if one.state == "dead":
        removal = command("docker", "rm", "-f", one.id)
        fix = plan("remove", ASK, removal, costs=["deletes"])
        yield found(
            "half-removed",
            where=one.name,
            severity=severity,
            fix=fix,
            container=one.name,
            id=one.id,
        )
    elif one.state == "paused":
        go_on = command("docker", "unpause", one.name, back=("docker", "pause", one.name))
        fix = plan("unpause", ASK, go_on)
        yield found("paused", where=one.name, severity=severity, fix=fix, container=one.name)
    elif one.state == "created":
        yield from _never_started(one, since, severity)
    elif one.oom and not _told(one):
        yield from out_of_memory(one.name, one.memory_limit, lines, severity)
    elif _lacks_mode(one):
        yield found(
            "load-without-explicit",
            where=one.name,
            severity=severity,
            evidence=lines,
            model=one.loads[0],
        )
    elif looping:
        yield from _restarting(one, lines, severity)
        yield from causes(context, one, severity)
    else:
        yield from _exited(context, one, since, lines, severity)


def causes(context: Context, one: Launched, severity: Severity | None) -> list[Answer]:
    """What its log shows to have stopped it, by the same signatures as `triton-doctor logs`."""
    whole = f"{one.log_head}\n{one.log}" if one.log_head else one.log
    reading = context.read_log(whole)
    return [
        told(seen, where=one.name, severity=severity, container=one.name)
        for seen in reading.told
        if seen.role == "root-cause"
    ]


def _exited(
    context: Context, one: Launched, since: str, lines: list[str], severity: Severity | None
) -> Answers:
    asked = _told(one)
    problem, case = "crashed", _CASES.get(one.exit_code)
    if asked or one.exit_code in _ASKED:
        # The history may have lost who asked; an end by SIGTERM or SIGINT was asked for.
        problem, case = "stopped", None if asked or one.exit_code else "by-itself"
        severity = Severity.WARNING if case else None
        lines = lines if case else []
    elif one.exit_code == _KILLED:
        problem, case = "killed", None
    else:
        known = causes(context, one, severity)
        yield from known
        if known:
            return
    yield found(
        problem,
        case=case,
        where=one.name,
        severity=severity,
        evidence=lines,
        fix=_again(one) if problem == "stopped" and not case else _read(one),
        container=one.name,
        code=one.exit_code,
        age=since,
    )


def _again(one: Launched) -> Plan:
    """One that was stopped while it failed again and again would only go on with that."""
    if one.restarts:
        return _read(one)
    start = command("docker", "start", one.name, back=("docker", "stop", one.name))
    return plan("start", ASK, start, costs=["minutes"])


def _read(one: Launched) -> Plan:
    return plan("read", SHOW, command("docker", "logs", "--tail", "100", one.name))


def _never_started(one: Launched, since: str, severity: Severity | None) -> Answers:
    """Without a sentence of the engine nobody tried to start it, and that is no failure."""
    if not one.error:
        return
    case = next((name for name, pattern in _REASONS if pattern.search(one.error)), None)
    yield found(
        "never-started",
        case=case,
        where=one.name,
        severity=severity,
        evidence=[one.error],
        container=one.name,
        error=_short(one.error),
        age=since,
    )


def _restarting(one: Launched, lines: list[str], severity: Severity | None) -> Answers:
    before = ("docker", "update", f"--restart={one.policy}", one.name)
    stop = (
        command("docker", "update", "--restart=no", one.name, back=before),
        command("docker", "stop", one.name, back=("docker", "start", one.name)),
    )
    yield found(
        "restarting",
        where=one.name,
        severity=severity,
        evidence=lines,
        fix=plan("stop", ASK, *stop, costs=["stops"]),
        container=one.name,
        restarts=one.restarts,
        code=one.exit_code,
    )


def out_of_memory(name: str, limit: int, lines: list[str], severity: Severity | None) -> Answers:
    """limit: bytes of the container's own limit, 0 = none."""
    yield found(
        "host/out-of-memory",
        where=name,
        severity=severity,
        evidence=lines,
        case=None if limit else "limit-unknown",
        who=name,
        memory=gib(limit) if limit else "",
    )


def vanished(seen: Launches) -> Answers:
    """The last container of the name, removed by `--rm`, if it ended badly today."""
    gone = seen.gone
    if gone is None or not gone.at_once or (gone.started and gone.signal in _SIGNALS):
        return
    severity = None if seen.now - gone.ended < _RECENT else Severity.WARNING
    if gone.oom:
        yield from out_of_memory(gone.name, 0, [f"exit code {gone.exit_code}"], severity)
        return
    case = "killed" if gone.exit_code == _KILLED else None
    if not gone.started:
        case = "never-started"
    elif gone.exit_code in _ASKED:
        return
    yield found(
        "vanished",
        case=case,
        where=gone.name,
        severity=severity,
        container=gone.name,
        code=gone.exit_code,
        age=age(seen.now - gone.ended),
        ran=age(gone.ended - gone.started) if gone.started else "0 s",
        image=gone.image,
    )


def last_lines(log: str) -> list[str]:
    """The last lines that say something."""
    told = [line.strip()[:_WIDTH] for line in log.split("\n") if line.strip()]
    return told[-_LINES:]


def _told(one: Launched) -> bool:
    """Whether the engine sent it a signal to end: `docker stop`, `docker kill`."""
    return one.signal in _SIGNALS


def _lacks_mode(one: Launched) -> bool:
    """The server refuses to start with --load-model in any mode but explicit, with exit code 1."""
    return bool(one.loads) and one.mode != "explicit" and one.exit_code == 1


def _short(error: str) -> str:
    """The engine's sentence without the layers that it went through, and not too long."""
    inner = re.split(r"(?:OCI runtime create failed|unable to start container process): ", error)[
        -1
    ]
    return inner if len(inner) <= _WIDTH else inner[: _WIDTH - 1] + "…"
