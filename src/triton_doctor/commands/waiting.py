"""--wait-for-ready: until the deployment's server and models are ready, or plainly will not be.

The container may be started by something else meanwhile. Its end is told at once; where the engine
cannot be asked, only the server's own answers are waited for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import Any

from triton_doctor.commands.launch_look import launcher_of
from triton_doctor.commands.launch_show import Show
from triton_doctor.commands.launch_trial import Place, ways
from triton_doctor.commands.launch_watch import Watch, Watched
from triton_doctor.commands.screen import Screen
from triton_doctor.context import Context, asking
from triton_doctor.deployment import Deployment, Settings
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.launching.outcome import Died, Lost, Ready, Silent
from triton_doctor.launching.progress import Doing
from triton_doctor.launching.readiness import OK, paths, pause
from triton_doctor.lines import Line
from triton_doctor.model import Doubt, Outcome, Result
from triton_doctor.probes.containers import Container, containers
from triton_doctor.probes.docker_endpoint import resolve
from triton_doctor.probes.serving import address_of
from triton_doctor.probes.system import system

CHECK = "wait-for-ready"
CAUSE = "launch"  # the check that says why a container ended
LOOK = 1.0  # s between two looks for a container that is not there yet
ANSWER = 2.0  # s for one question to the server
_OVER = ("exited", "dead", "restarting", "removing")


class StandardError(Screen):
    """What goes on, beside a report that has standard output for itself."""

    def __init__(self, *, data: bool) -> None:
        super().__init__(quiet=data)
        self.quiet = False

    def write(self, lines: Iterable[Line]) -> None:
        from triton_doctor.ui import plain

        plain.write(lines, sys.stderr)
        sys.stderr.flush()


class Gate:
    """One wait of at most `seconds`."""

    def __init__(self, host: Host, deployment: Deployment, settings: Settings) -> None:
        self._host, self._deployment, self._settings = host, deployment, settings
        self._seconds = settings.wait_for_ready or 0.0
        self._say: Phrases = phrases(settings.lang)
        self._show = Show(StandardError(data=settings.format not in ("auto", "text")), self._say)
        self._began = time.monotonic()
        self._seen = False

    def wait(self) -> Result:
        """Passed where it is ready; else what is not told, for the report that follows."""
        with self._show.going():
            while True:
                try:
                    own = self._look()
                except FactUnavailable as trouble:
                    return self._by_answers(trouble.reason)
                if own and own.state == "running":
                    return self._watched(own)
                if own and own.state in _OVER:
                    return self._ended(self._say("wait", "is", name=own.name, state=own.state))
                if own is None and self._seen:
                    return self._ended(self._say("wait", "gone", name=self._deployment.name))
                if self._left() <= 0:
                    return self._none()
                self._show.stage(Doing("no-container", of=self._deployment.name), 0.0)
                time.sleep(min(LOOK, max(self._left(), 0.01)))

    def _left(self) -> float:
        return self._began + self._seconds - time.monotonic()

    def _look(self) -> Container | None:
        """The container as it is now: each look is a context of its own."""
        own = self._context().fact(containers).named(self._deployment.name)
        self._seen = self._seen or own is not None
        return own

    def _context(self) -> Context:
        return Context(self._host, self._deployment, self._settings)

    def _watched(self, own: Container) -> Result:
        context = self._context()
        place = Place(
            launcher=launcher_of(context, self._host),
            host=self._host,
            engine=resolve(asking(context, self._host)).endpoint.url,
            within=context.fact(system).in_container,
            environ={},
        )
        left = max(self._left(), ANSWER)
        addresses = [*filter(None, [address_of(own)]), *ways(place, self._deployment, own.id)]
        watched = Watched(
            own.id, tuple(dict.fromkeys(addresses)), paths(self._deployment), left, left
        )
        watch = Watch(place.launcher, self._host, watched, self._began, self._show.stage)
        try:
            return self._told(watch.until_ready(), own)
        finally:
            watch.close()

    def _told(self, end: Ready | Died | Silent | Lost, own: Container) -> Result:
        if isinstance(end, Ready):
            return self._ready(end.address)
        if isinstance(end, Died):
            return self._ended(self._say("wait", "ended", name=own.name, code=end.code))
        if isinstance(end, Lost):
            return self._doubt("lost", text=end.text)
        return self._doubt("late", name=own.name)

    def _by_answers(self, reason: str) -> Result:
        """Without an engine that can be asked: only whether the port answers."""
        address = f"127.0.0.1:{self._deployment.http_port}"
        self._show.stage(Doing("no-engine"), 0.0)
        while True:
            if all(self._says_yes(address, path) for path in paths(self._deployment)):
                return self._ready(address)
            if self._left() <= 0:
                return self._doubt("unseen", address=address, reason=reason)
            time.sleep(min(pause(time.monotonic() - self._began), max(self._left(), 0.01)))

    def _says_yes(self, address: str, path: str) -> bool:
        try:
            return self._host.http("GET", f"http://{address}{path}", ANSWER).status == OK
        except OSError:
            return False

    # ---- what it came to ----------------------------------------------------------------------

    def _ready(self, address: str) -> Result:
        seconds = time.monotonic() - self._began
        text = self._say("wait", "ready", seconds=f"{seconds:.1f}", address=address)
        return self._result(Outcome.PASSED, healthy=text)

    def _ended(self, reason: str) -> Result:
        """Why, the check of launches says; where it does not, this is not told."""
        return self._result(Outcome.SKIPPED, reason=reason, caused_by=CAUSE)

    def _none(self) -> Result:
        return self._doubt("none", name=self._deployment.name)

    def _doubt(self, key: str, **values: object) -> Result:
        limit = f"{self._seconds:g}"
        reason = self._say("wait", key, limit=limit, **values)
        remedy = self._say("wait", f"{key}-remedy", **values)
        return self._result(Outcome.COULD_NOT_TELL, reason=reason, doubts=(Doubt(reason, remedy),))

    def _result(self, outcome: Outcome, **more: Any) -> Result:
        seconds = time.monotonic() - self._began
        return Result(CHECK, self._say("wait", "title"), outcome, seconds, **more)
