"""Words as they are folded in a file, unfolded: each paragraph and each list item one line."""

from __future__ import annotations

import re

_OWN_LINE = re.compile(r" {4}|[-*] |\d+\. |$")


def unfold(text: str) -> str:
    """Join the lines of each paragraph; commands (indented by four), lists and blank lines stay.

    How wide a text is set is for the one who shows it: a terminal, a page, a JSON document.
    """
    lines: list[str] = []
    for line in map(str.rstrip, text.strip().split("\n")):
        joins = lines and lines[-1] and not lines[-1].startswith("    ")
        if joins and not _OWN_LINE.match(line):
            lines[-1] = f"{lines[-1]} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)
