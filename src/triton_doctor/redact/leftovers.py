"""Looks once more at what is about to leave: nothing may be left that is shaped like a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from html import unescape

from triton_doctor.record import Record
from triton_doctor.redact.encoded import without_encoded
from triton_doctor.redact.forms import IDENTITY, SECRETS, kind_in
from triton_doctor.redact.literals import SHORTEST, Known, without
from triton_doctor.redact.redactor import named
from triton_doctor.redact.scanner import scanned


class Leftover(Record, frozen=True):
    """Where something is left, and of which kind; never what it is. line: from 1."""

    file: str
    line: int
    kind: str


_MARK = "\x00"  # stands nowhere in a text that was cleaned


def leftovers(file: str, text: str, known: Known) -> list[Leftover]:
    """What is left in one file, by its place."""
    found = [one for seen in _readings(file, text) for one in _seen(file, seen, known)]
    return sorted(set(found), key=lambda one: (one.line, one.kind))


def _readings(file: str, text: str) -> Iterator[str]:
    """The text as a reader gets it: without the signs that its format writes for others."""
    if file.endswith(".html"):
        yield unescape(text)
    elif file.endswith(".json"):
        with suppress(ValueError):
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        yield text
        yield text.replace("\\n", " \n")
    else:
        yield text


def _seen(file: str, text: str, known: Known) -> list[Leftover]:
    found: list[Leftover] = []
    low = text.lower()

    def note(kind: str, marked: str) -> None:
        parts = marked.split(_MARK)
        line = 1
        for part in parts[:-1]:
            line += part.count("\n")
            found.append(Leftover(file, line, kind))

    for secret in known.secrets:
        if len(secret) >= SHORTEST:
            note("token", without(text, secret, lambda: _MARK))
    note("secret", without_encoded(text, kind_in, _mark))
    for form in (*SECRETS, *IDENTITY):
        if any(sign in low for sign in form.signs):
            note(form.kind, form.sub(_mark, text))
    for kind, secret in scanned(text):
        note(kind, text.replace(secret, _MARK))
    for kind, _name, pattern in named(known):
        note(kind, pattern.sub(_MARK, text))
    return found


def _mark(_kind: str, secret: str) -> str:
    from triton_doctor.redact.redactor import stands_in

    return secret if stands_in(secret) else _MARK
