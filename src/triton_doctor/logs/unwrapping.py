"""One failure is told by many: the stub, the backend, the status table, the server's last line.

What each puts around the message is taken off, so that echoes are seen to be the same.
"""

from __future__ import annotations

import re

from triton_doctor.logs.cleaning import unescaped
from triton_doctor.record import Record

_STATUS = (
    r"(?:Internal|Invalid\ argument|Unavailable|Not\ found|Unsupported|Unknown|Already\ exists"
    r"|INTERNAL|INVALID_ARGUMENT|UNAVAILABLE|NOT_FOUND|UNKNOWN)"
)
_LAYER = re.compile(
    rf"""\s*(?:
      error:\ creating\ server:\s
    | failed\ to\ load\ '(?P<model>[^']+)'\ version\ \d+:\s
    | load\ failed\ for\ model\ '(?P<model2>[^']+)':\s
    | version\ -?\d+\ is\ at\ UNAVAILABLE\ state:\s
    | (?:UNAVAILABLE|Not\ loaded):\s
    | {_STATUS}(?::|\ -)\s
    | ERROR:\ Failed\ to\ (?:create|initialize)\ \w+:\s
    | Failed\ to\ (?:pre)?initialize\ Python\ stub(?:\ for\ auto-complete)?:\s
    | \[vllm\]\ Failed\ to\ start\ engine:\s
      # What a client gets: the reply as it is, or as tritonclient shows it
    | (?:data:\s?)?\{{\s?"error"\s?:\s?"
    | (?:tritonclient\.utils\.)?InferenceServerException:\s
    | \[(?:StatusCode\.\w+|\d{{3}})\]\s
    | Error\ response\ from\ daemon:\s
    | docker:\s
    )""",
    re.VERBOSE,
)
_REPLY = re.compile(r'\s*(?:data:\s?)?\{\s?"error"\s?:\s?"')
_POLL = re.compile(r"Poll failed for model directory '(?P<model>[^']+)'")
# Python's traceback as the stub writes it into a message: `At:` and places as file(line): function.
PLACES = "\nAt:\n"
_PLACES = re.compile(r"\n\s*\n?At:\n.*", re.DOTALL)


class Unwrapped(Record, frozen=True):
    """The innermost message, and the model that it is said to be of, where one is named."""

    text: str
    model: str = ""


def unwrapped(text: str) -> Unwrapped:
    """Take off one layer after the other."""
    poll = _POLL.match(text)
    model = poll["model"] if poll else ""
    if _REPLY.match(text):
        text = unescaped(text).removesuffix("}").removesuffix('"')
    text = _PLACES.sub("", text)
    while match := _LAYER.match(text):
        model = model or match["model"] or match["model2"] or ""
        text = text[match.end() :]
    return Unwrapped(text.strip(), model)
