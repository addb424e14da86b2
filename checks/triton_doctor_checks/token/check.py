"""Judges where the Hugging Face token is set, its form, and whether it reaches the container.

Whether the Hub takes it is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triton_doctor.api import (
    ASK,
    SAFE,
    Answer,
    Answers,
    Context,
    FactUnavailable,
    Plan,
    Severity,
    ask_token,
    found,
    plan,
    setting,
    sound,
    unsure,
)
from triton_doctor.probes.repository import repository
from triton_doctor.probes.shell import Shell, shell
from triton_doctor.probes.token import Source, Token, token
from triton_doctor.probes.token_reach import TokenReach, token_reach
from triton_doctor.probes.token_shape import Shape
from triton_doctor_checks.token.repair import anew
from triton_doctor_checks.token.wanted import Wanted, wanted


def check(context: Context) -> Answers:
    context.start(token, token_reach, repository, shell)
    fact, needs, typed = context.fact(token), _wanted(context), _shell(context)
    if not needs.hub and not needs.unread:
        yield sound("local")
    elif context.deployment.token_file:
        yield from _of_file(context, fact, needs, typed)
    elif fact.asked is not None and fact.asked.present:
        yield from _form(context, fact.asked, typed, fact)
        yield from _on_the_way(context, needs, typed)
    elif needs.own_token:
        yield sound("settings")
    elif fact.mounted:
        yield sound("mounted", folder=context.deployment.cache_volume)
    elif needs.unread and not needs.gated:
        yield unsure("unread", variable=context.deployment.token_env)
    elif fact.sudo:
        yield unsure("sudo", variable=context.deployment.token_env)
    else:
        yield _missing(context, fact, needs, typed)


def _of_file(context: Context, fact: Token, needs: Wanted, typed: Shell) -> Iterator[Answer]:
    """The deployment's own token file; a variable would not be looked at then."""
    if fact.given is not None and fact.given.present:
        yield from _form(context, fact.given, typed, fact)
    else:
        severity = Severity.ERROR if needs.gated else Severity.WARNING
        there = str(context.deployment.token_file)
        fix = plan("ask", ASK, ask_token(there), path=there)
        yield _lost(context, needs, typed, "no-file", there, severity, fix)


def _form(context: Context, source: Source, typed: Shell, fact: Token) -> Iterator[Answer]:
    case, severity = _fault(source.shape)
    if case is not None:
        command = typed.ask_variable(context.deployment.token_env)
        yield found(
            "invalid", case=case, severity=severity, where=source.name,
            source=source.name, command=command, fix=anew(context, fact),
        )  # fmt: skip
    if severity is not Severity.ERROR:
        yield sound(variable=source.name)


def _fault(shape: Shape) -> tuple[str | None, Severity | None]:
    """The case of token/invalid, worst first, and how sure it is."""
    certain = {
        "unexpanded": shape.unexpanded,
        "quoted": shape.quoted,
        "placeholder": shape.placeholder,
        "other-service": shape.prefix == "other-service",
        "foreign": shape.foreign,
        "blank": shape.blank_inside,
    }
    likely = {
        "ends": shape.blank_ends,
        "short": shape.length == "short",
        "form": shape.odd or shape.prefix == "none",
    }
    for case, holds in certain.items():
        if holds:
            return case, Severity.ERROR
    for case, holds in likely.items():
        if holds:
            return case, Severity.WARNING
    return None, None


def _on_the_way(context: Context, needs: Wanted, typed: Shell) -> Iterator[Answer]:
    """A token that is set here, and is lost before it reaches the server."""
    if typed.kind in ("powershell", "cmd"):
        yield _lost(context, needs, typed, "other-shell", "", Severity.NOTE)
    reach = _reach(context)
    if reach is not None and reach.container and not reach.passed and needs.hub:
        yield _lost(context, needs, typed, "container", reach.container, Severity.WARNING)


def _missing(context: Context, fact: Token, needs: Wanted, typed: Shell) -> Answer:
    reach = _reach(context)
    # Weights or a token of an earlier day may lie in the volume; without it there are none.
    sure = needs.gated is not None and reach is not None and not reach.volume
    severity = Severity.ERROR if sure else Severity.WARNING
    other = next((one for one in fact.others if one.present), None)
    if other is not None:
        use = plan("variable", SAFE, setting("token-env", other.name), there=other.name)
        return _lost(context, needs, typed, "other-variable", other.name, severity, use)
    if fact.file is not None and fact.file.present:
        use = plan("use-file", SAFE, setting("token-file", fact.file.name), path=fact.file.name)
        return _lost(context, needs, typed, "file", fact.file.name, severity, use)
    case = "gated" if needs.gated else None
    return _lost(context, needs, typed, case, "", severity, anew(context, fact))


def _lost(
    context: Context,
    needs: Wanted,
    typed: Shell,
    case: str | None,
    there: str,
    severity: Severity,
    fix: Plan | None = None,
) -> Answer:
    variable = context.deployment.token_env
    from_file = case == "file"
    values: dict[str, Any] = {
        "model": needs.first if needs.hub else "",
        "variable": variable,
        "there": there,
        "command": (
            typed.variable_from_file(variable, there) if from_file else typed.ask_variable(variable)
        ),
        "read": typed.read_variable(variable),
    }
    return found("missing", case=case, severity=severity, where=variable, fix=fix, **values)


def _wanted(context: Context) -> Wanted:
    try:
        plan = context.deployment
        return wanted(context.fact(repository), () if plan.loads_all else plan.model)
    except FactUnavailable:
        return Wanted(unread=True)


def _reach(context: Context) -> TokenReach | None:
    try:
        return context.fact(token_reach)
    except FactUnavailable:
        return None


def _shell(context: Context) -> Shell:
    try:
        return context.fact(shell)
    except FactUnavailable:
        return Shell("posix")
