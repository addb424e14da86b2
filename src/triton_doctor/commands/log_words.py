"""Readings of logs put into the catalogue's words."""

from __future__ import annotations

from triton_doctor.deployment import Deployment
from triton_doctor.knowledge import wording
from triton_doctor.model import Found, Severity
from triton_doctor.readings import LogFinding, LogReport, Reading, Told
from triton_doctor.record import Record, replace
from triton_doctor.redact import clean
from triton_doctor.registry import Loaded, foreseen


class Wording(Record, frozen=True):
    """What turns a Reading into a report."""

    loaded: Loaded
    deployment: Deployment

    def report(self, source: str, reading: Reading) -> LogReport:
        findings = tuple(self._finding(source, told) for told in reading.told)
        return LogReport(clean(source), findings, reading)

    def _finding(self, source: str, told: Told) -> LogFinding:
        where = f"{source}:{told.line}"
        values = {**self._given(told), **told.values}
        answer = Found(told.problem, values, where, (told.evidence,), told.case, from_log=True)
        area = told.problem.rpartition("/")[0]
        words = wording.finding(answer, area, self.loaded.catalogue)
        before = foreseen(told.problem, self.loaded.checks)
        severity = words.severity
        if told.role == "root-cause" and severity is Severity.WARNING:
            severity = Severity.ERROR  # what a check only warns of has come true
        return LogFinding(replace(words, foreseen=before, severity=severity), told)

    def _given(self, told: Told) -> dict[str, str]:
        """Facts that problems often have and that a log seldom tells."""
        given = {"container": self.deployment.name}
        return {**given, "model": told.model} if told.model else given
