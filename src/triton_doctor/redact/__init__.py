"""The one place where secrets and control characters are taken out of what is shown or saved.

`clean` is for what is shown on the machine that it is about; a Redactor (redactor.py) for what
leaves it, and leftovers.py looks once more at what is about to leave.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from triton_doctor.redact.forms import SECRETS, Form, likely, without_forms

HIDDEN = "[hidden]"

# C0 and C1 controls but tab and newline, escape sequences whole, the marks that turn the direction
# of text around, and what no eye sees: words of others never steer the reader's terminal, and
# nothing hides within them.
_CONTROL = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f"
    r"\u00ad\u200b\u2060-\u2064\ufeff]"
)


_SHORTEST = 8  # signs of a value that is looked for everywhere
_kept: set[str] = set()


def keep_secret(value: str) -> None:
    """A secret that was met in this run: `clean` takes it out from now on, whatever its form."""
    value = value.strip()
    if len(value) >= _SHORTEST and not value.startswith("$"):
        _kept.add(value)


def clean(text: str) -> str:
    """A text of others made fit to be shown: no secret, no control character."""
    return without_forms(_without_kept(calm(text)), _hidden)


def without_secrets(value: Any) -> Any:
    """Plain values, as JSON has them, with all secrets in their texts and keys hidden."""
    return _without(value, likely(_texts(value), SECRETS))


def _texts(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _without(value: Any, forms: tuple[Form, ...]) -> Any:
    if type(value) is str:
        return without_forms(_without_kept(value), _hidden, forms) if value else value
    if isinstance(value, dict):
        return {_without(key, forms): _without(one, forms) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without(one, forms) for one in value)
    return value


def _hidden(_kind: str, _secret: str) -> str:
    return HIDDEN


def _without_kept(text: str) -> str:
    if not _kept:
        return text
    from triton_doctor.redact.literals import without

    # The longest first: one that begins as another does would leave its end behind.
    for secret in sorted(_kept.copy(), key=len, reverse=True):
        text = without(text, secret, lambda: HIDDEN)
    return text


def calm(text: str) -> str:
    """A text of others without control characters; what it says stays as it is."""
    return _controls().sub("", text)


def starred(text: str) -> str:
    """The text of a settings file with stars for every sign of a secret, so that places stay."""
    return without_forms(text, _stars)


def _stars(_kind: str, secret: str) -> str:
    """As many stars, with the line breaks where they were."""
    return "".join(sign if sign == "\n" else "*" for sign in secret)


@cache
def _controls() -> re.Pattern[str]:
    return re.compile(_CONTROL)
