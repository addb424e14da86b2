"""Takes secrets and names out of what leaves the machine, each with a stand-in of its own.

The same secret gets the same stand-in, `[token-1]`, so that a reader can follow it. Its number says
in which order it was met and nothing else: a hash could be guessed at.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import fields

from triton_doctor.redact import HIDDEN, calm
from triton_doctor.redact.forms import IDENTITY, replaced, without_forms
from triton_doctor.redact.literals import SHORTEST, Known, is_written, without
from triton_doctor.redact.scanner import scanned
from triton_doctor.redact.shapes import edge

T = TypeVar("T")
_WORD = re.compile(r"[A-Za-z0-9._~-]+")
STAND_IN = re.compile(r"\[[a-z]+(?:-[a-z]+)*-\d+\]")
# Names that many machines have tell nothing, and would wreck every sentence they stand in.
_COMMON = {
    *("root", "admin", "user", "ubuntu", "debian", "docker", "nobody", "daemon", "localhost"),
    *("localdomain", "vm", "host", "server", "linux", "windows", "runner", "test", "triton"),
    *("triton-server", "nvidia", "gpu", "localhost4", "localhost6", "default", "home"),
}


class Redactor:
    """One for a whole bundle. `taken` counts by kind how often something was taken out."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._stand_ins: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self._names = named(known)
        secrets = [one for one in known.secrets if len(one) >= SHORTEST]
        # A word may be a part of a longer secret, which is to be met whole, by its form; in a
        # phrase of blanks and signs a form would end too soon.
        self._words = [one for one in secrets if _WORD.fullmatch(one)]
        self._phrases = [one for one in secrets if not _WORD.fullmatch(one)]

    @property
    def distinct(self) -> dict[str, int]:
        """By kind, how many different ones there were."""
        return dict(self._numbers)

    def text(self, text: str) -> str:
        """A text without secrets, names and control characters."""
        text = calm(text)
        for secret in self._phrases:
            text = without(text, secret, partial(self._put, "token", secret))
        text = without_forms(text, self._put)
        for secret in self._words:
            text = without(text, secret, partial(self._put, "token", secret))
        for kind, secret in scanned(text):
            text = text.replace(secret, self._put(kind, secret))
        low = text.lower()
        for kind, name, pattern in self._names:
            if name in low:
                text = pattern.sub(partial(self._name, kind), text)
        return replaced(text, IDENTITY, self._put)

    def record(self, value: T) -> T:
        """A record, or a list, tuple or mapping of such, with all texts in it cleaned."""
        return cast("T", self._walk(value))

    def _walk(self, value: Any) -> Any:
        if type(value) is str:
            return self.text(value) if value else value
        if isinstance(value, Struct):
            names = [one.name for one in fields(type(value))]
            return type(value)(**{name: self._walk(getattr(value, name)) for name in names})
        if isinstance(value, dict):
            return {self._walk(key): self._walk(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._walk(one) for one in value)
        return value

    def _name(self, kind: str, hit: re.Match[str]) -> str:
        # What begins at the root has to go on doing so, for those who judge it.
        root = hit[0][: 1 if hit[0].startswith("/") else 3] if kind == "home" else ""
        return root + self._put(kind, hit[0].lower())

    def _put(self, kind: str, secret: str) -> str:
        if stands_in(secret):
            return secret
        known = (one for one in self._known.secrets if is_written(secret, one))
        secret = next(known, secret)
        self.taken[kind] += 1
        if secret not in self._stand_ins:
            self._numbers[kind] += 1
            self._stand_ins[secret] = f"[{kind}-{self._numbers[kind]}]"
        return self._stand_ins[secret]


def stands_in(text: str) -> bool:
    """Whether a text is what stands for a secret already."""
    return text == HIDDEN or STAND_IN.fullmatch(text) is not None or set(text) == {"*"}


def named(known: Known) -> list[tuple[str, str, re.Pattern[str]]]:
    """Kind, name in lower case, and pattern of each of the machine's own names.

    Homes come before the users in them.
    """
    kinds = (
        ("home", known.homes, edge(r"\w."), r"(?![\w.-])"),
        ("host", known.hosts, edge(r"\w.-"), r"(?![\w-])"),
        ("user", known.users, edge("A-Za-z0-9"), r"(?![A-Za-z0-9])"),
    )
    return [
        (kind, name.lower(), _by_name(name, before, after))
        for kind, names, before, after in kinds
        for name in sorted(names, key=len, reverse=True)
        if len(name) >= 3 and name.lower() not in _COMMON
    ]


def _by_name(name: str, prefix: str, suffix: str) -> re.Pattern[str]:
    return re.compile(prefix + re.escape(name) + suffix, re.IGNORECASE)
