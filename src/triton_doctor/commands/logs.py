"""`logs`: from a log to its root cause."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

from triton_doctor.commands.log_reading import patterns
from triton_doctor.commands.log_sources import Source, is_terminal, sources
from triton_doctor.commands.log_words import Wording
from triton_doctor.commands.output import write_whole
from triton_doctor.context import Context
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import phrases
from triton_doctor.lines import Line
from triton_doctor.logs.encoding import as_utf8
from triton_doctor.logs.reader import Reader
from triton_doctor.model import Severity
from triton_doctor.readings import LogReport, Reading
from triton_doctor.record import Record
from triton_doctor.registry import load_catalogue
from triton_doctor.report.log_json import logs_as_json
from triton_doctor.report.log_text import LogText
from triton_doctor.streams import WIDEST, columns

HEALTHY, FOUND, UNKNOWN = 0, 1, 3


class Asked(Record, frozen=True):
    """names: of the logs; form: text or json; output: a file to write to instead of the screen."""

    names: tuple[str, ...]
    follow: bool
    form: str
    output: str | None


def logs(host: Host, deployment: Deployment, settings: Settings, asked: Asked) -> int:
    """Read each log and tell its causes; the exit code."""
    context = Context(host, deployment, settings)
    with closing(host):
        found = sources(asked.names or (deployment.name,), host, context, follow=asked.follow)
        teller = _Teller(deployment, settings, asked)
        reports = [teller.read(source) for source in found]
    code = exit_code(reports)
    if asked.form == "json":
        _put(logs_as_json(reports, code), asked.output)
    elif asked.output:
        lines = [line for one in reports for line in teller.text(WIDEST).report(one)]
        _put("".join(line.text + "\n" for line in lines), asked.output)
    return code


def exit_code(reports: list[LogReport]) -> int:
    """1 an error was found; 3 something failed and why is not known; 0 neither."""
    errors = [
        one
        for report in reports
        for one in report.findings
        if one.finding.severity is Severity.ERROR
    ]
    if errors:
        return FOUND
    return UNKNOWN if any(report.reading.untold for report in reports) else HEALTHY


class _Teller:
    """Reads logs one by one, and tells each as it is read, unless JSON or a file is wanted."""

    def __init__(self, deployment: Deployment, settings: Settings, asked: Asked) -> None:
        self._patterns = patterns()
        self._wording: Wording | None = None
        self._deployment, self._lang, self._asked = deployment, settings.lang, asked
        self._say = phrases(settings.lang)
        self._told: set[tuple[str, str]] = set()

    def text(self, width: int) -> LogText:
        return LogText(self._say, width)

    def read(self, source: Source) -> LogReport:
        reader = Reader(self._patterns)
        on_screen = self._asked.form == "text" and not self._asked.output
        follow = self._asked.follow and on_screen
        if follow:
            head = self._say("log", "following", source=source.name)
            self._print(iter([*self._paragraph(head)]))
        for block in as_utf8(source.blocks()):
            reader.feed(block)
            if follow and block:
                self._tell_new(source, reader.reading())
        report = self._words().report(source.name, reader.finish())
        if on_screen:
            self._print(self.text(columns()).report(report))
        return report

    def _tell_new(self, source: Source, reading: Reading) -> None:
        """A cause as soon as it is seen, once."""
        cause = reading.cause
        if cause is None or (source.name, cause.problem) in self._told:
            return
        self._told.add((source.name, cause.problem))
        (first, *_) = self._words().report(source.name, reading).findings
        self._print(self.text(columns()).cause(first, []))

    def _words(self) -> Wording:
        """The catalogue, loaded when there is something to say with it."""
        if self._wording is None:
            self._wording = Wording(load_catalogue(self._lang), self._deployment)
        return self._wording

    def _paragraph(self, text: str) -> Iterator[Line]:
        from triton_doctor.lines import paragraph

        return paragraph(text, columns(), style="dim")

    def _print(self, lines: Iterator[Line]) -> None:
        if is_terminal():
            from triton_doctor.ui import live

            live.write(lines, live.console())
        else:
            from triton_doctor.ui import plain

            plain.write(lines, sys.stdout)
        sys.stdout.flush()


def _put(text: str, output: str | None) -> None:
    """To the screen, or whole or not at all to a file."""
    if output:
        write_whole(output, text)
    else:
        sys.stdout.write(text)
