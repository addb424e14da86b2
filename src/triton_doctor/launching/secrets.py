"""Secrets in a command: where they stand, and stars in their place. Pure."""

from __future__ import annotations

import re

from triton_doctor.probes.given_command import Variable
from triton_doctor.redact import starred

SECRET_NAME = re.compile(r"token|secret|passw|api_?key|hub_key", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"<.*>|.*your[_ -].*|x{4,}|\.{3}|(?:hf_)?x{3,}.*|.*token_here|\*{3}", re.IGNORECASE
)
# A variable, or fish's `(cat FILE)`: not the secret itself.
_VARIABLE = re.compile(r"\$|%\w+%|!\w+!|^\([a-z]+ [^()]*\)$")
_STARS = re.compile(r"\*{8,}")


def hidden(text: str, sign: str = "*") -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text with `sign` for each sign of what is a secret by its form, and the places."""
    stars = starred(text)
    spans = [
        hit.span()
        for hit in _STARS.finditer(stars)
        if not placeholder(text[hit.start() : hit.end()])
    ]
    return with_stars(text, spans, sign), tuple(spans)


def placeholder(value: str) -> bool:
    """Whether a token's place holds what an example had there, or stars already."""
    return bool(_PLACEHOLDER.fullmatch(value)) or set(value) == {"*"}


def clear(variable: Variable) -> bool:
    """Whether a secret stands in clear, as its variable's name tells."""
    value = variable.value
    if (
        not value
        or not SECRET_NAME.search(variable.name)
        or variable.name.upper().endswith(("_PATH", "_FILE"))
    ):
        return False
    return (
        not _VARIABLE.search(value) and not placeholder(value) and not value.startswith(("/", ":"))
    )


def span(text: str, variable: Variable) -> tuple[int, int]:
    """The place of a variable's value in the text."""
    raw = text[variable.start : variable.end]
    place = raw.rfind(f"{variable.name}=")
    if place < 0:  # in a compose file the name stands elsewhere
        return variable.start, variable.end
    start = variable.start + place + len(variable.name) + 1
    end = variable.end
    while end > start and text[end - 1] in "'\"\u201c\u201d\u2018\u2019":
        end -= 1
    while start < end and text[start] in "'\"\u201c\u201d\u2018\u2019":
        start += 1
    return start, end


def with_stars(text: str, spans: list[tuple[int, int]], sign: str = "*") -> str:
    """The text with stars at these places; it stays as long as it was."""
    for start, end in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text
