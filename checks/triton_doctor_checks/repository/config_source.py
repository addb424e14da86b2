"""A config.pbtxt as the reader sees it: where a finding points, and what would change. Pure."""

from __future__ import annotations

import re
from typing import Any

from triton_doctor.api import SAFE, Plan, Record, Step, edit, plan, pointed
from triton_doctor_checks.repository.config_rules.complaint import Change
from triton_doctor_checks.repository.text_format import Field

_WORD = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|-?\s*[\w.+]+")
# A text of several pieces side by side is left alone.
_PIECES = re.compile(r"\s*[\"']")


class Source(Record, frozen=True):
    """The file's path as the reader would type it, and its text; absent: there is none."""

    path: str
    text: str
    absent: bool = False

    def at(self, field: Field | None, value: bool = True) -> dict[str, Any]:
        """Where and evidence of a finding: at the field's value or name, or at the beginning."""
        if self.absent:
            return {"where": self.path}
        line, column = (1, 1) if field is None else (field.line, field.column)
        if field is not None and value:
            line, column = field.value_line, field.value_column
        return {
            "where": f"{self.path}:{line}:{column}",
            "evidence": pointed(self.text, line, column),
        }

    def plan(self, change: Change | None) -> Plan | None:
        """The change as a plan, where the place can be told from the text."""
        if change is None or self.absent:
            return None
        if change.field is None:
            return plan(change.plan, SAFE, self._appended(change.new))
        field = change.field
        line, column = field.value_line, field.value_column
        if change.whole:
            line, column = field.line, field.column
        rest = self.text.split("\n")[line - 1][column - 1 :]
        word = re.match(r"\w+", rest) if change.whole else _WORD.match(rest)
        if word is None or (word[0][0] in "\"'" and _PIECES.match(rest, word.end())):
            return None
        step = edit(self.path, self.text, line, column, word[0], change.new)
        return plan(change.plan, SAFE, step)

    def _appended(self, new: str) -> Step:
        lines = self.text.split("\n")
        if lines[-1]:
            new = "\n" + new.rstrip("\n")
        return edit(self.path, self.text, len(lines), len(lines[-1]) + 1, "", new)
