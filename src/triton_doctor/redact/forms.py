"""Secrets by their forms: which text is one, whoever's it is."""

from __future__ import annotations

from collections.abc import Iterable

from triton_doctor.redact.credentials import CREDENTIALS
from triton_doctor.redact.encoded import without_encoded
from triton_doctor.redact.identity import IDENTITY
from triton_doctor.redact.issuers import PREFIXED, PRIVATE_KEYS, TOKENS
from triton_doctor.redact.naming import NAMED
from triton_doctor.redact.shapes import Form, Replace

# The order counts: a whole key before a token in it, and what is encoded when all else is gone.
SECRETS = (*PRIVATE_KEYS, *TOKENS, *PREFIXED, *CREDENTIALS, *NAMED)

__all__ = ["IDENTITY", "SECRETS", "Form", "kind_in", "likely", "replaced", "without_forms"]


def without_forms(text: str, replace: Replace, forms: tuple[Form, ...] = SECRETS) -> str:
    """The text with something else for each secret of a known form, also an encoded one."""
    return without_encoded(replaced(text, forms, replace), kind_in, replace)


def kind_in(text: str) -> str | None:
    """Of which kind a secret in this text is, if there is one."""
    found: list[str] = []

    def note(kind: str, secret: str) -> str:
        found.append(kind)
        return secret

    replaced(text, SECRETS, note)
    return found[0] if found else None


def likely(texts: Iterable[str], forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Those of which a sign stands in any of the texts: one look for many short texts."""
    low = "\n".join(texts).lower()
    return tuple(form for form in forms if any(sign in low for sign in form.signs))


def replaced(text: str, forms: tuple[Form, ...], replace: Replace) -> str:
    """The text with something else for each secret of these forms."""
    low = text.lower()
    for form in forms:
        if any(sign in low for sign in form.signs):
            text = form.sub(replace, text)
    return text
