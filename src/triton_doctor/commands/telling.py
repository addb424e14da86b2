"""A report in every format that was asked for: to files, and to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from triton_doctor.commands.output import Target, targets, write_whole
from triton_doctor.deployment import Settings
from triton_doctor.errors import UsageError
from triton_doctor.host.protocol import Host
from triton_doctor.model import Report
from triton_doctor.record import Record
from triton_doctor.streams import WIDEST, columns, within

if TYPE_CHECKING:
    from triton_doctor.lines import Line
    from triton_doctor.report.spots import Roots
    from triton_doctor.report.telling import Telling

SUMMARY_LIMIT = 1 << 20  # bytes
SUMMARY = "GITHUB_STEP_SUMMARY"  # names the file that GitHub shows on the page of a run


class Forms(Record, frozen=True):
    """A report and its exit code. lines: as text for so many columns; data: as JSON."""

    report: Report
    code: int
    settings: Settings
    host: Host
    lines: Callable[[int], Iterable[Line]]
    data: Callable[[], str]

    def text(self, form: str) -> str:
        """The whole report in one format. Only what is asked for is loaded."""
        if form == "json":
            return self.data()
        if form == "junit":
            from triton_doctor.report.as_junit import as_junit

            return as_junit(self._telling())
        if form == "sarif":
            from triton_doctor.report.as_sarif import as_sarif

            return as_sarif(self._telling())
        if form == "github":
            from triton_doctor.report.as_github import as_github

            return as_github(self._telling())
        if form == "codequality":
            from triton_doctor.report.as_codequality import as_codequality

            return as_codequality(self._telling())
        if form == "html":
            from triton_doctor.report.as_html import as_html

            return as_html(self._telling(), lang=self.settings.lang)
        if form == "markdown":
            from triton_doctor.report.as_markdown import as_markdown

            return as_markdown(self._telling())
        return "".join(line.text + "\n" for line in self.lines(WIDEST))

    def _telling(self) -> Telling:
        from triton_doctor.knowledge.house import phrases
        from triton_doctor.registry import load_catalogue
        from triton_doctor.report.telling import Telling

        return Telling(
            report=self.report,
            code=self.code,
            say=phrases(self.settings.lang),
            fail_on=self.settings.fail_on,
            problem=load_catalogue(self.settings.lang).catalogue.problem,
            roots=_roots(self.host),
            settings_file=self.settings.file,
        )


def tell(forms: Forms) -> None:
    """Files first: a reader that goes away from standard output does not cost them.

    One that cannot be written costs neither the others nor what is shown: the look was long.
    """
    settings, wanted = forms.settings, targets(forms.settings)
    failed = [error for target in wanted if (error := _unwritten(forms, target))]
    if "github" in (settings.format, *(target.form for target in wanted)):
        failed += filter(None, [_summary(forms)])
    with suppress(BrokenPipeError):  # a reader that goes away does not change the verdict
        if settings.format in ("auto", "text"):
            _on_screen(forms)
        else:
            _put(forms.text(settings.format), commands=settings.format == "github")
    if failed:
        sys.stdout.flush()
        raise failed[0]


def _unwritten(forms: Forms, target: Target) -> UsageError | None:
    try:
        write_whole(target.file, forms.text(target.form))
    except UsageError as error:
        return error
    return None


def _put(text: str, *, commands: bool) -> None:
    """Words of any language, also where standard output can write but a few letters."""
    from triton_doctor.ui.plain import without_commands

    text = text if commands else without_commands(text)
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _on_screen(forms: Forms) -> None:
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        from triton_doctor.ui import live

        screen = live.console()
        live.write(list(forms.lines(within(screen.width))), screen)
    else:
        from triton_doctor.ui import plain

        plain.write(list(forms.lines(columns())), sys.stdout)


def within_limit(text: str, there: int) -> str:
    """What GitHub takes of a step's summary: of a mebibyte in all it refuses the whole."""
    short = text.partition("\n<details>")[0] + "\n"
    for one in (text, short):
        if there + len(one.encode("utf-8", "backslashreplace")) <= SUMMARY_LIMIT:
            return one
    return ""


def _summary(forms: Forms) -> UsageError | None:
    """The step summary of GitHub Actions, after what other commands of the step wrote there."""
    file = forms.host.env(SUMMARY)
    if not file:
        return None
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(within_limit(forms.text("markdown"), summary.tell()))
    except OSError as error:
        said = f"cannot be written: {error.strerror}"
        return UsageError(said, where=f"{SUMMARY}={file}")
    return None


def _roots(host: Host) -> Roots:
    """The folder of the run, and the one that git takes for the root of the repository."""
    from triton_doctor.report.spots import Roots

    here = Roots(host.cwd(), host.cwd())
    for folder in (here.whole("."), *here.whole(".").parents):
        with suppress(OSError):
            host.stat(str(folder / ".git"))
            return Roots(host.cwd(), str(folder))
    return here
