"""`launch`: look, ask, start, watch, repair what stopped it, start again; and the first answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress

from triton_doctor.commands.launch_bench import Desk, Yes, desk
from triton_doctor.commands.launch_causes import causes
from triton_doctor.commands.launch_look import NAME_TAKEN, errors
from triton_doctor.commands.launch_memory import show_memory
from triton_doctor.commands.launch_serving import asked as ask_model
from triton_doctor.commands.launch_trial import Trial
from triton_doctor.commands.output import only, write_whole
from triton_doctor.commands.screen import parting
from triton_doctor.host.protocol import Host
from triton_doctor.interrupts import taken
from triton_doctor.launching.outcome import (
    FOUND,
    HEALTHY,
    INTERRUPTED,
    UNCLEAR,
    Died,
    End,
    Lost,
    Outcome,
    Ready,
    Silent,
)
from triton_doctor.lines import line
from triton_doctor.model import Report
from triton_doctor.record import Record
from triton_doctor.report.launch_json import Launched, Start, launch_as_json
from triton_doctor.report.verdict import exit_code
from triton_doctor.settings import Layers

MOST = 12  # starts in one run: each but the first has had a repair of its own before it
PATIENCE = 300.0
LAST = 0.2  # s for an end that came together with the answer


class Asked(Record, frozen=True):
    """What was asked for on the command line.

    yes: what may be done without a question; anyway: also where errors stand in the way; detach:
    do not wait; smoke: ask the model something in the end; patience: s without a sign of life;
    agreed: to the start itself, by an answer given before.
    """

    yes: Yes = None
    dry_run: bool = False
    anyway: bool = False
    detach: bool = False
    smoke: bool = True
    patience: float = PATIENCE
    agreed: bool = False


def launch(hosts: Callable[[], Host], layers: Layers, asked: Asked) -> int:
    """The exit code: 0 it serves; 1 it died or was not started; 3 that could not be told."""
    _, settings = layers.resolve()
    only(settings)
    with closing(hosts()) as host:
        run = _Run(desk(hosts, host, layers, asked.yes, changes=not asked.dry_run), asked)
        try:
            return run.run()
        except KeyboardInterrupt:
            taken()
            return run.interrupted()
        finally:
            run.tidy()


class _Run:
    def __init__(self, desk: Desk, asked: Asked) -> None:
        self._desk, self._asked = desk, asked
        self._began = time.monotonic()
        self._trial: Trial | None = None
        self._seen = Launched()

    # ---- before the start -----------------------------------------------------------------

    def run(self) -> int:
        desk, asked = self._desk, self._asked
        report = self._report = desk.examined()
        taken = [one for one in report.findings if one.problem == NAME_TAKEN]
        blocked = taken or ([] if asked.anyway and not asked.dry_run else errors(report))
        desk.tell(desk.text.preflight(report, clear=not (taken or errors(report))))
        if blocked:
            self._seen.causes = tuple(blocked)
            desk.tell(desk.text.causes(blocked, desk.whole(report)))
            desk.tell(desk.text.waiting(blocked, asked.yes))
            if not asked.dry_run:
                desk.tell([line()])
                desk.say("declined", "dim")
        if asked.dry_run or not blocked:
            desk.tell(desk.text.plan(desk.whole(report).start))
        if asked.dry_run:
            return self._end("planned", exit_code(report, "error"))
        if blocked or not self._agreed():
            return self._end("blocked", FOUND)
        return self._starting()

    def _agreed(self) -> bool:
        desk = self._desk
        if self._asked.yes or self._asked.agreed:
            return True
        if not desk.person:
            desk.say("no-word", "warning")
            return False
        from triton_doctor.ui import asking

        agreed = asking.confirm(desk.phrases("launch", "asking"), default=True)
        if not agreed:
            desk.say("declined", "dim")
        return agreed

    # ---- starts ---------------------------------------------------------------------------

    def _starting(self) -> int:
        """Start until it serves, or until no repair is left that may be made."""
        starts = 0
        while True:
            starts += 1
            trial, end = self._try()
            if isinstance(end, Ready):
                end = self._serving(trial, end)
            if end is None:
                return self._serves(trial)
            mended = self._mended(trial, end)
            if mended and starts >= MOST:
                self._desk.say("too-often", "warning", count=MOST)
            if not mended or starts >= MOST:
                return self._over(trial, end)
            self._desk.say("again", "strong")

    def _try(self) -> tuple[Trial, End | None]:
        """One start; no end where it is not to be waited for."""
        desk, asked, seen = self._desk, self._asked, self._seen
        deployment, _ = desk.layers.resolve()
        trial = self._trial = Trial(desk.place(), deployment, desk.show, asked.patience)
        with desk.show.going():
            refused = trial.start()
            seen.container, seen.name = trial.container, deployment.name
            seen.pulled = trial.pulled or seen.pulled
            if refused:
                return trial, refused
            if asked.detach:
                trial.settled = True
                return trial, None
            return trial, trial.wait()

    def _serving(self, trial: Trial, ready: Ready) -> Died | Lost | None:
        desk, seen = self._desk, self._seen
        seen.ready_s, seen.address, seen.causes = ready.seconds, ready.address, ()
        stages = tuple(trial.watch.stages) if trial.watch else ()
        seen.starts.append(Start("ready", ready.seconds, stages=stages))
        desk.tell(desk.text.ready(ready, stages))
        end: Died | Lost | None = None
        if self._asked.smoke:
            end = ask_model(desk, trial, ready, seen, self._asked.patience)
        return end or (trial.watch.ended(LAST) if trial.watch else None)

    def _serves(self, trial: Trial) -> int:
        desk, seen = self._desk, self._seen
        if self._asked.detach:
            desk.say("detached", "strong")
            self._what_next(trial)
            return self._end("started", HEALTHY)
        desk.tell(desk.text.causes(seen.causes, desk.whole(self._report)))
        if seen.dead:
            desk.say("left-running", "dim", name=seen.name)
            return self._end("died", FOUND)
        show_memory(desk, trial, seen)
        self._what_next(trial)
        return self._end("ready", UNCLEAR if seen.failure else HEALTHY)

    def _what_next(self, trial: Trial) -> None:
        """With the options of this run that the next commands need to find the same server."""
        desk, given = self._desk, self._desk.layers.options
        named = ["--name", str(given["name"])] if given.get("name") else []
        named += ["--config", desk.layers.config] if desk.layers.config else []
        asked = ["--http-port", str(given["http_port"])] if given.get("http_port") else []
        model = self._seen.model or trial.deployment.model[0]
        asked += ["--model", model] if given.get("model") else []
        prompt = desk.phrases("launch", "prompt")
        name = trial.deployment.name
        desk.tell(desk.text.what_next(name, named, [*named, *asked], prompt))

    # ---- ends -----------------------------------------------------------------------------

    def _mended(self, trial: Trial, end: End) -> bool:
        """Say how it ended, find out why, and repair what may be; whether anything was."""
        desk = self._desk
        desk.tell(desk.text.ended(end, trial.watch.progress.models_ready if trial.watch else ()))
        desk.look.after = True
        log = trial.log().decode("utf-8", "replace") if isinstance(end, Silent) else ""
        # Without the engine nobody can tell our own server's ports from another's: no repairs then.
        rounds = None if isinstance(end, Lost) else desk.rounds
        before = len(rounds.attempts) if rounds else 0
        if rounds:
            rounds.afresh()
        report = rounds.run() if rounds else desk.look()
        self._named(trial, end, report, log)
        if rounds is None or rounds.stopped:
            return False
        new = rounds.attempts[before:]
        mended = any(one.state == "applied" and one.result != "worse" for one in new)
        if mended and isinstance(end, Silent):
            trial.stop()
        return mended

    def _named(self, trial: Trial, end: End, report: Report, log: str) -> None:
        lang = self._desk.layers.resolve()[1].lang
        found = causes(end, report, log, trial.deployment, lang)
        self._seen.causes = tuple(found)
        ids = tuple(one.problem for one in found)
        seconds = end.seconds if isinstance(end, Died | Silent) else 0.0
        code = end.code if isinstance(end, Died) else None
        stages = tuple(trial.watch.stages) if trial.watch else ()
        kind = type(end).__name__.lower()
        self._seen.starts.append(Start(kind, seconds, code, ids, stages))
        self._report = report

    def _over(self, trial: Trial, end: End) -> int:
        """What is left is the person's to do."""
        desk, found = self._desk, self._seen.causes
        silent = isinstance(end, Silent)
        if silent:
            trial.stop()
        desk.tell(desk.text.causes(found, desk.whole(self._report)))
        desk.tell(desk.text.waiting(found, self._asked.yes))
        self._log(trial, end)
        gave_up = silent or isinstance(end, Lost)
        known = bool(found) or not gave_up
        return self._end("gave-up" if gave_up else "died", FOUND if known else UNCLEAR)

    def _log(self, trial: Trial, end: End) -> None:
        """Where more is to be read: no cause may be known, and the log may be gone."""
        desk, name, found = self._desk, trial.deployment.name, self._seen.causes
        settings = desk.layers.resolve()[1]
        if not trial.container or isinstance(end, Lost):
            return
        desk.tell([line()])
        if not trial.kept():
            desk.say("log-gone", "warning", name=name)
            return
        if isinstance(end, Silent) and not found:
            desk.say("silent-next", name=name, patience=f"{self._asked.patience:.0f}")
            desk.tell([line()])
        elif not found and (settings.select or settings.ignore):
            desk.say("left-out", "warning", name=name)
            desk.tell([line()])
        desk.say("log-stays", "dim", name=name)

    # ---- the very end ---------------------------------------------------------------------

    def tidy(self) -> bool:
        return self._trial is not None and self._trial.tidy()

    def interrupted(self) -> int:
        """Ctrl-C: what is not ready yet goes, unless the person wants to keep it."""
        trial, desk = self._trial, self._desk
        if trial and trial.container and not trial.settled and desk.person:
            from triton_doctor.ui import asking

            with suppress(KeyboardInterrupt):
                trial.settled = asking.confirm(desk.phrases("launch", "keep"), default=False)
            taken()
        key = "stopped"
        done = (
            [one for one in desk.rounds.attempts if one.state == "applied"] if desk.rounds else []
        )
        if self.tidy():
            key, self._seen.container = "stopped-removed", ""
        elif trial and trial.settled and trial.container:
            key = "stopped-stays"
        name = trial.deployment.name if trial else ""
        said = [desk.phrases("launch", key, name=name)]
        if done:
            said.append(desk.phrases("launch", "repairs-stay", count=len(done)))
        parting("; ".join(said))
        return self._end("stopped", INTERRUPTED)

    def _end(self, outcome: Outcome, code: int) -> int:
        desk, settings = self._desk, self._desk.layers.resolve()[1]
        attempts = desk.rounds.attempts if desk.rounds else ()
        seconds = time.monotonic() - self._began
        data = launch_as_json(outcome, code, seconds, self._seen, attempts)
        target = only(settings)
        if target:
            write_whole(target.file, data)
        if settings.format == "json":
            sys.stdout.write(data)
        return code
