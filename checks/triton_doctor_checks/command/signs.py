"""Judges signs of the text: ends of lines, quotes, dashes, what was pasted along. Pure."""

from __future__ import annotations

from triton_doctor.api import Answers, Found, Severity
from triton_doctor.probes.given_command import Given, Sign
from triton_doctor_checks.command.places import Change, at

GOES_ON = {"powershell": "`", "cmd": "^"}
_ONCE = ("prompt", "numbers", "crlf")


def signs(given: Given) -> Answers:
    told: set[str] = set()
    for sign in given.signs:
        if sign.kind in _ONCE and sign.kind in told:
            continue
        if sign.kind == "no-continuation" and "unclosed" in told:
            continue  # what ends the line is in the quote that nothing closes
        told.add(sign.kind)
        answer = _judged(given, sign)
        if answer:
            yield answer
    if given.own is not None and given.source == "text":
        yield at(given, 0, "other-shell", written=_NAMES[given.shell], own=_NAMES[given.own])


_NAMES = {
    "posix": "bash",
    "git-bash": "Git Bash",
    "fish": "fish",
    "powershell": "PowerShell",
    "cmd": "cmd",
}


def _judged(given: Given, sign: Sign) -> Found | None:
    goes_on = GOES_ON.get(given.shell, "\\")
    as_written = given.text[sign.start : sign.end]
    same = [Change(one.start, one.end, "") for one in given.signs if one.kind == sign.kind]
    problem, change = "docker/bad-command", Change(sign.start, sign.end, sign.new or "")
    if sign.kind == "blank-after":
        return at(given, sign.start, problem, change, case="blank-after", error=goes_on)
    if sign.kind == "continuation":
        return at(given, sign.start, problem, change, case="continuation", error=as_written)
    if sign.kind == "no-continuation":
        added = Change(sign.start, sign.start, f" {goes_on}")
        return at(given, sign.end, problem, added, case="no-continuation", error=goes_on)
    if sign.kind in ("quote", "dash", "blank"):
        error = "a blank that is none" if sign.kind == "blank" else as_written
        return at(given, sign.start, problem, change, case="typographic", error=error)
    if sign.kind == "drive":
        return at(given, sign.start, problem, change, case="drive", error=as_written)
    if sign.kind == "comment":
        error = as_written.strip()[:30]
        return at(given, sign.start, problem, change, case="comment", error=error)
    if sign.kind == "unclosed":
        return at(given, sign.start, problem, case="unclosed", error=as_written)
    if sign.kind == "crlf":
        if given.source != "script" or given.shell in GOES_ON:
            return None
        return at(given, sign.start, problem, *same, case="crlf", error=given.path)
    error = as_written.strip()
    warning = Severity.WARNING
    return at(given, sign.start, problem, *same, case="pasted", severity=warning, error=error)
