"""Reads config.pbtxt as Triton does: protobuf's text format by Triton's own schema. Pure.

The first error counts: it is the first line in the server's log, and Triton refuses the file
whatever follows. Errors are those of protobuf 3.19 to 3.21, which Triton's releases are built with.
"""

from __future__ import annotations

from triton_doctor.api import spot
from triton_doctor_checks.repository.text_message import Fault, Field, Message
from triton_doctor_checks.repository.text_parser import Parser
from triton_doctor_checks.repository.text_schema import version
from triton_doctor_checks.repository.text_tokens import Refused

__all__ = ["Fault", "Field", "Message", "parse"]


def parse(text: str, triton: str | None = None) -> Message | Fault:
    """The file as a message, or the first thing for which Triton refuses it.

    triton: the server's version (`2.51.0`), to leave out the fields that it did not know yet;
    without one every known field counts.
    """
    try:
        return Parser(text, version(triton or "")).file()
    except Refused as refused:
        return _fault(text, refused)


def _fault(text: str, refused: Refused) -> Fault:
    # Only a broken file needs to be explained, and comparing names is slow to import.
    from triton_doctor_checks.repository.text_habits import habit

    line, column = spot(text, refused.place)
    guess = habit(text, refused)
    return Fault(
        line,
        column,
        error=f"{_log_place(text, refused.at)}: {refused.error}",
        case=guess.case,
        seen=refused.seen or text[refused.at : refused.at + 1],
        meant=guess.meant,
        sure=guess.sure,
        about=guess.about,
        options=guess.options,
    )


def _log_place(text: str, index: int) -> str:
    """`line:column` as protobuf counts: in bytes, and at a tab to the next multiple of 8."""
    start = text.rfind("\n", 0, index) + 1
    column = 0
    for part in text[start:index].encode("utf-8", "surrogatepass"):
        column += 8 - column % 8 if part == 9 else 1
    return f"{text.count(chr(10), 0, index) + 1}:{column + 1}"
