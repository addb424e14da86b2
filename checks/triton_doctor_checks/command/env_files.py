"""Judges the token in a file of `docker run --env-file`. No value of one is ever here."""

from __future__ import annotations

from triton_doctor.api import Answers, Context, Found, Severity, found
from triton_doctor.probes.env_files import EnvToken, env_files
from triton_doctor.probes.given_command import Given
from triton_doctor.probes.shell import Shell
from triton_doctor_checks.command.places import at
from triton_doctor_checks.token.form import fault

_HUB = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")


def in_files(context: Context, given: Given) -> Answers:
    """Quotes and other signs that Docker hands on as they stand."""
    files = context.known(env_files)
    if files is None:
        return
    ask = Shell(given.shell).ask_variable("HF_TOKEN")
    for file in files:
        if file.missing and given.own is None:
            yield _missing(given, file.path)
        for line, why in file.refused[:1]:
            yield found(
                "docker/bad-command", case="env-file", where=f"{file.path}:{line}:1", error=why
            )
        for one in file.tokens:
            case = _case(one)
            if one.name in _HUB and case:
                yield found(
                    "token/invalid", case=case, where=f"{file.path}:{one.line}:1",
                    source=f"{one.name} of {file.path}", command=ask,
                )  # fmt: skip


def _missing(given: Given, path: str) -> Found:
    """No such file, seen from the folder that the command would be typed in."""
    option = next(one for one in given.options if one.name == "env-file" and one.value == path)
    return at(given, option.start, "docker/bad-command", case="no-env-file", error=path)


def _case(one: EnvToken) -> str | None:
    """Only what is sure; whether a token of an odd form is one the Hub can say."""
    if one.shape is None:
        return None
    case, severity = fault(one.shape)
    if severity is not Severity.ERROR:
        return None
    return "quoted-in-file" if case == "quoted" else case
