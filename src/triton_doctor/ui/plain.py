"""Plain words for pipes, files, dumb terminals and screen readers; no colour, no movement."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TextIO

from triton_doctor.lines import Line

_COMMAND = re.compile(r"^([^\S\n]*:)(?=:)|(##)(?=\[)", re.MULTILINE)
# What an old code page lacks, in signs that every one has.
_ASCII = str.maketrans(
    {
        "…": "...",
        "–": "-",
        "—": "-",
        "→": "->",
        "×": "x",
        "±": "+-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        "≥": ">=",
        "≤": "<=",
        "·": "-",
    }
)


def write(lines: Iterable[Line], stream: TextIO) -> None:
    """Write each line as the stream's encoding can take it; nothing is lost silently."""
    stream.writelines(
        fit(without_commands(line.text), stream.encoding or "ascii") + "\n" for line in lines
    )


def without_commands(text: str) -> str:
    """The text with a blank in what GitHub Actions would carry out, where it runs there.

    Its runner takes commands from whatever a step prints: lines that begin with `::` after blanks,
    and `##[` anywhere; source: ActionCommand of actions/runner.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return _COMMAND.sub(r"\1\2 ", text)


def fit(text: str, encoding: str) -> str:
    """The text with signs that the encoding lacks replaced: by a likeness, else by its escape."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        likeness = text.translate(_ASCII)
        return likeness.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return fit(text, "ascii")
    return text
