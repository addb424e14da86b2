"""`--fix`: examine, repair what may be repaired, and examine again."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import Literal

from triton_doctor.commands.diagnose import begun, text_report
from triton_doctor.commands.examine import examine
from triton_doctor.commands.fix_deciders import Unattended, Wizard, Write, described
from triton_doctor.commands.fix_end import Rest, ending, leftovers, way_is_clear, yours
from triton_doctor.commands.fix_launch import offer_launch
from triton_doctor.commands.fix_rounds import Bench, Decider, Rounds
from triton_doctor.commands.fix_token import TokenAsking
from triton_doctor.commands.output import only, write_whole
from triton_doctor.commands.screen import Screen, parting, somebody_is_there
from triton_doctor.errors import UsageError
from triton_doctor.fixing.carry import Carrier
from triton_doctor.fixing.journal import Journal, journal_folder
from triton_doctor.host.hands import LocalHands
from triton_doctor.host.protocol import Host
from triton_doctor.interrupts import taken
from triton_doctor.knowledge.house import phrases
from triton_doctor.lines import Line, line
from triton_doctor.model import Report
from triton_doctor.record import Record
from triton_doctor.registry import load_catalogue
from triton_doctor.repairs import Applicability
from triton_doctor.report.as_text import TextReport
from triton_doctor.report.fix_json import Attempt, fixes_as_json
from triton_doctor.report.fix_text import FixText
from triton_doctor.report.verdict import INTERRUPTED, exit_code
from triton_doctor.settings import Layers


class Asked(Record, frozen=True):
    """yes: what may be applied without a question; dry_run: nothing is."""

    yes: Literal["safe", "ask"] | None = None
    dry_run: bool = False


def fix(hosts: Callable[[], Host], layers: Layers, asked: Asked) -> int:
    """Repair this deployment; the exit code. hosts: makes a Host, a fresh one for each look."""
    _, settings = layers.resolve()
    only(settings)
    if layers.options.get("wait_for_ready"):
        raise UsageError("does not go with --fix", where="--wait-for-ready")
    with closing(hosts()) as host:
        run = _Run(hosts, host, layers, asked)
        try:
            return run.run()
        except KeyboardInterrupt:
            taken()
            parting(run.so_far())
            return INTERRUPTED


class _Run:
    def __init__(self, hosts: Callable[[], Host], host: Host, layers: Layers, asked: Asked) -> None:
        self._hosts, self._host, self._layers, self._asked = hosts, host, layers, asked
        self._settings = layers.resolve()[1]
        self._file = only(self._settings)
        self._json = self._settings.format == "json"
        self._screen = Screen(quiet=self._json)
        self._say = phrases(self._settings.lang)
        self._began = time.time()
        self._journal = Journal(journal_folder(host))
        person = somebody_is_there() and not self._json
        self._hands = LocalHands(interactive=person)
        self._person = person
        self._wizard = person and not asked.yes and not asked.dry_run
        self._looked = False
        text = FixText(self._say, self._screen.width)
        self._bench = Bench(
            layers=layers,
            host=host,
            checks=[one.check for one in load_catalogue(self._settings.lang).checks],
            look=self._look,
            carrier=Carrier(self._hands, self._journal, self._tell),
            tokens=self._tokens(),
            text=text,
            write=self._screen.write,
        )

    def run(self) -> int:
        decider = self._decider()
        if decider is None:
            return self._only_shown()
        if not self._asked.dry_run:
            self._bench.carrier.sweep()  # what a doctor that was killed has left half made
        self._tidy()
        rounds = Rounds(self._bench, decider)
        report = rounds.run()
        rest = self._rest(stopped=rounds.stopped)
        attempts = [*rounds.attempts, *leftovers(report, rounds.attempts, self._bench, rest)]
        whole = self._whole(report, self._screen.width)
        self._end(report, attempts, list(ending(report, attempts, self._bench, whole)))
        if self._wizard and way_is_clear(report, partial=whole.partial or whole.aside):
            launched = offer_launch(self._bench, self._hosts)
            if launched is not None:
                return launched
        return exit_code(report, self._settings.fail_on)

    def _tidy(self) -> None:
        """What a doctor that was killed has left: half-written files go, a half repair is told."""
        self._bench.carrier.sweep()
        half = next((one for one in self._journal.entries() if one.state == "begun"), None)
        if half:
            text = self._say("fix", "half", entry=half.id)
            self._screen.write(self._bench.text.words(text, "warning"))

    def so_far(self) -> str:
        """What Ctrl-C leaves behind, as it is."""
        done = [one for one in self._journal.entries() if one.time >= self._began]
        within = next((one for one in done if one.state == "begun"), None)
        if within:
            return self._say("fix", "stopped-within", entry=within.id)
        count = sum(one.state == "applied" for one in done)
        return self._say("fix", "stopped-after" if count else "stopped", count=count)

    def _only_shown(self) -> int:
        """Nothing is changed: it was not to be, or nobody is there to be asked."""
        dry = self._asked.dry_run
        report = self._look()
        rest = Rest("planned" if dry else "skipped", self._say("fix", "dry" if dry else "no-word"))
        attempts = leftovers(report, (), self._bench, rest)
        whole = self._whole(report, self._screen.width)
        lines = self._planned(report, attempts, whole) if dry else [*whole.lines()]
        ready = sum(one.state != "shown" for one in attempts)
        key = "dry-end" if dry else "how" if ready else "how-none"
        lines += [line(), *self._bench.text.words(self._say("fix", key, count=ready), "strong")]
        self._end(report, attempts, lines)
        return exit_code(report, self._settings.fail_on)

    def _planned(self, report: Report, attempts: list[Attempt], whole: TextReport) -> list[Line]:
        text, lines = self._bench.text, list[Line]()
        for one in attempts:
            if one.state == "shown":
                continue
            lines += text.finding(one.finding)
            lines += described(self._bench.way(one.fix), text, first=True, diff=True)
            lines += text.words(self._say("fix", f"needs-{one.fix.applicability}"), "dim", 4)
            if one.state == "skipped":
                lines += text.words(one.reason or "", "warning", 4)
        lines += yours(report, attempts, self._bench, whole)
        return lines

    def _rest(self, *, stopped: bool) -> Rest:
        if stopped or self._wizard:
            return Rest("declined", self._say("fix", "declined"))
        return Rest("skipped", self._say("fix", "waiting"))

    def _decider(self) -> Decider | None:
        text, write = self._bench.text, self._screen.write
        if self._wizard:
            return Wizard(text, write)
        if self._asked.yes and not self._asked.dry_run:
            return Unattended(Applicability(self._asked.yes), text, write)
        return None

    def _look(self) -> Report:
        """The machine as it is now, by a host of its own: engines and files may have changed."""
        deployment, settings = self._layers.resolve()
        with closing(self._hosts()) as host:
            context = begun(host, deployment, settings)
            with self._screen.watching(context):
                report = examine(context)
        if not self._looked and (self._wizard or self._asked.yes or self._asked.dry_run):
            self._looked = True
            self._screen.write(list(self._whole(report, self._screen.width).heading())[:-1])
        return report

    def _tokens(self) -> TokenAsking:
        write: Write = self._screen.write
        asks = _secret if self._person else None
        return TokenAsking(self._host, self._say, asks, write, self._screen.width)

    def _tell(self, command: str) -> None:
        self._screen.write(self._bench.text.doing(command))

    def _whole(self, report: Report, width: int) -> TextReport:
        return text_report(report, self._settings, self._host, width)

    def _end(self, report: Report, attempts: list[Attempt], lines: list[Line]) -> None:
        """To the screen, and to --output whole or not at all."""
        settings = self._settings
        data = fixes_as_json(report, exit_code(report, settings.fail_on), attempts)
        if self._file:
            text = "".join(one.text + "\n" for one in lines)
            write_whole(self._file.file, data if self._file.form == "json" else text)
        if self._json:
            sys.stdout.write(data)
        self._screen.write(lines)


def _secret(message: str) -> str:
    from triton_doctor.ui import asking

    return asking.secret(message)
