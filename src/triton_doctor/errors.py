"""Errors that end a run with a sentence for the user instead of a traceback."""

from __future__ import annotations


class UsageError(Exception):
    """A wrong option, or a setting that cannot be read: exit code 2.

    `where` names file and line or the option; `hint` says what to do.
    """

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n{self.hint}" if self.hint else head


class CatalogueError(Exception):
    """A check's folder that breaks a rule of the catalogue; names file and key."""


class FactUnavailable(Exception):
    """A probe could not answer: it timed out, crashed, or lacks its own ground.

    A check that lets it pass gets the outcome could-not-tell (or timed-out) with this reason.
    """

    def __init__(self, probe: str, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.probe, self.reason, self.timed_out = probe, reason, timed_out
