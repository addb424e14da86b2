"""What a server that starts is doing now, from its log. Pure.

The patterns are data, progress.toml beside this file, each with where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import tomli

from triton_doctor.record import Record

_LONGEST = 4096  # characters of a line that are looked at
_HOLD = 1 << 16  # bytes of a line without an end that are waited for
_COLOUR = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


class Sign(Record, frozen=True):
    """A line by which a stage is known. part: a text that the line surely has."""

    stage: str
    regex: re.Pattern[str]
    part: str


class Doing(Record, frozen=True):
    """What is being done: a key of the words, and the values that the line gave.

    done, total: how many of how many, as they were printed; of: a model or a file.
    """

    stage: str
    done: str = ""
    total: str = ""
    of: str = ""


@cache
def signs() -> tuple[Sign, ...]:
    table = tomli.loads((files("triton_doctor.launching") / "progress.toml").read_text("utf-8"))
    return tuple(Sign(one["stage"], re.compile(one["regex"]), one["part"]) for one in table["sign"])


def doing(text: str) -> Doing | None:
    """What a line of the log says is being done; None for the many that say nothing of it."""
    for sign in signs():
        match = sign.regex.search(text) if sign.part in text else None
        if match:
            told = {name: value for name, value in match.groupdict().items() if value}
            return Doing(sign.stage, **told)
    return None


class Progress:
    """The log so far: feed it, and it tells what is new."""

    def __init__(self) -> None:
        self._rest = b""
        self.now = Doing("starting")
        self.models_ready: list[str] = []  # that Triton's table showed READY

    def feed(self, block: bytes) -> Iterator[Doing]:
        """Each change of what is being done. A bar that is drawn over itself counts as lines."""
        *whole, self._rest = re.split(rb"[\r\n]", self._rest + block)
        if len(self._rest) > _HOLD:
            self._rest = b""
        for raw in whole:
            text = _COLOUR.sub("", raw[:_LONGEST].decode("utf-8", "replace"))
            seen = doing(text)
            if seen is None:
                continue
            if seen.stage == "model-ready":
                self.models_ready.append(seen.of)
            elif seen != self.now:
                self.now = seen
                yield seen
