"""Explains why Triton cannot read a config.pbtxt, and what would put it right. Pure."""

from __future__ import annotations

from typing import Any

from triton_doctor.api import SAFE, Answer, Plan, edit, found, plan, pointed, spot, unsure
from triton_doctor_checks.repository.config_repairs import by_line, repaired
from triton_doctor_checks.repository.text_format import Fault
from triton_doctor_checks.repository.text_schema import schema, version

_LONGEST = 60  # signs of a word that are shown
# What no known release understands may be known to one that is newer than all of them.
_MAY_BE_NEW = ("misspelt-field", "no-such-field", "misplaced", "unknown-value", "no-such-value")
_BY_BYTES = {
    "utf-8-bom": ("bom", "utf-8-sig", "1:1: Interpreting non ascii codepoint 239."),
    "utf-16": ("utf-16", "utf-16", "UTF-16"),
}


def syntax_answer(path: str, text: str, fault: Fault, triton: str | None = None) -> Answer:
    """The fault in words, with the fix where one is sure.

    path: of the file, as the reader would type it; triton: the server's version, as for `parse`.
    """
    newest = schema().newest
    if fault.case in _MAY_BE_NEW and version(triton or "") > newest:
        return unsure(
            "config-newer",
            path=path,
            line=fault.line,
            seen=fault.seen,
            triton=triton,
            newest=".".join(map(str, newest)),
        )
    case, error = fault.case, fault.error
    if case == "letter" and fault.seen == "\ufffd":
        # The byte itself is not known here, only that it is no UTF-8.
        case, error = "not-utf-8", error.rpartition(" codepoint")[0] + " codepoint"
    return found(
        "config-syntax",
        case=case,
        where=f"{path}:{fault.line}:{fault.column}",
        evidence=pointed(text, fault.line, fault.column),
        fix=_fix(path, text, fault, triton),
        **_values(path, fault, error),
    )


def encoding_answer(path: str, text: str, encoding: str) -> Answer | None:
    """A byte order mark or UTF-16, which Triton refuses whatever the text says; None for others."""
    if encoding not in _BY_BYTES:
        return None
    case, codec, error = _BY_BYTES[encoding]
    fault = Fault(1, 1, error)
    step = edit(path, text, 1, 1, "", "", encoding=codec)
    return found(
        "config-syntax",
        case=case,
        where=f"{path}:1:1",
        evidence=pointed(text, 1, 1),
        fix=None if "\ufffd" in text else plan("encoding", SAFE, step),
        **_values(path, fault, error),
    )


def _fix(path: str, text: str, fault: Fault, triton: str | None) -> Plan | None:
    changes = by_line(text, repaired(text, fault, triton))
    if not changes or fault.case is None:
        return None
    steps = [edit(path, text, *spot(text, one.index), one.old, one.new) for one in changes]
    return plan(fault.case, SAFE, *steps)


def _values(path: str, fault: Fault, error: str) -> dict[str, Any]:
    return {
        "path": path,
        "line": fault.line,
        "column": fault.column,
        "error": error,
        "seen": fault.seen[:_LONGEST],
        "meant": fault.meant,
        "about": fault.about,
        "options": fault.options,
    }
