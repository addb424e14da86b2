"""One start: pull, create, start and watch; and what is taken away again when it is broken off."""

from __future__ import annotations

import secrets
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from triton_doctor.commands.launch_look import makes_room
from triton_doctor.commands.launch_show import Show
from triton_doctor.commands.launch_watch import Watch, Watched
from triton_doctor.deployment import Deployment
from triton_doctor.host.launcher import Launcher
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.launching.outcome import End, Refused, Silent
from triton_doctor.launching.plan import INSIDE, container_plan
from triton_doctor.launching.pulling import Pulled, Pulling
from triton_doctor.launching.readiness import paths
from triton_doctor.launching.recipe import LABEL, recipe
from triton_doctor.record import Record

SETTLE = 1.0  # s that an engine has to finish a creation whose caller went away
LONGEST = 15.0  # s that clearing up may take
LOG = 8 << 20  # bytes of a log that are read for causes
_STEP = 0.02


class Place(Record, frozen=True):
    """Where servers are started. engine: its address; within: the doctor runs in a container, from
    which the machine's own ports cannot be reached; environ: what variables are handed on from."""

    launcher: Launcher
    host: Host
    engine: str
    within: bool
    environ: Mapping[str, str]


class Trial:
    """container: its id, once there is one; settled: it serves, or has ended: it is to stay;
    began: monotonic s of the first word to the engine; pulled: of the image, where it was."""

    def __init__(self, place: Place, deployment: Deployment, show: Show, patience: float) -> None:
        self._place, self.deployment = place, deployment
        self._show, self._patience = show, patience
        self._run = secrets.token_hex(8)
        self._making = False
        self.container = ""
        self.settled = False
        self.began = 0.0
        self.pulled: Pulled | None = None
        self.watch: Watch | None = None

    def start(self) -> Refused | None:
        """Up to the engine's word that it runs."""
        launcher = self._place.launcher
        try:
            if not launcher.has_image(self.deployment.image):
                self._pull()
            old = makes_room(launcher, self.deployment.name)
            if old:
                launcher.remove(old)
            self._show.doing("start")
            self.began = time.monotonic()
            self._create()
            launcher.start(self.container)
        except DockerTrouble as error:
            self.tidy()
            return Refused(error.text)
        return None

    def wait(self) -> End:
        """Until it serves, ends, or shows no sign of life any more."""
        addresses = ways(self._place, self.deployment, self.container)
        watched = Watched(self.container, addresses, paths(self.deployment), self._patience)
        self.watch = Watch(
            self._place.launcher, self._place.host, watched, self.began, self._show.stage
        )
        end = self.watch.until_ready()
        self.settled = not isinstance(end, Silent)
        return end

    def log(self) -> bytes:
        """The end of what it has said so far; nothing where the engine does not tell."""
        try:
            return self._place.launcher.log(self.container)[-LOG:]
        except DockerTrouble:
            return b""

    def kept(self) -> bool:
        """Whether the engine has the container still; where it does not tell, it may."""
        try:
            return self._place.launcher.inspect(self.container) is not None
        except DockerTrouble:
            return True

    def stop(self) -> None:
        """It is given up: it ends, and its log stays to be read."""
        with suppress(DockerTrouble):
            self._place.launcher.stop(self.container)
        self.settled = True

    def tidy(self) -> bool:
        """Take away what is half made; whether there was anything."""
        if self.settled or not (self._making or self.container):
            return False
        with _undisturbed():
            removed = self._cleared()
        self._making, self.container = False, ""
        return removed

    def _cleared(self) -> bool:
        """Remove what bears this run's label; whether there was anything.

        A creation that nobody waits for any more goes on in the engine, and may list its container
        once more after it was removed: none must have been seen for a while.
        """
        launcher, removed = self._place.launcher, False
        began = last = time.monotonic()
        mine: list[str] = []
        while time.monotonic() - began < LONGEST:
            try:
                mine = launcher.labelled(f"{LABEL}={self._run}")
                for one in mine:
                    launcher.remove(one)
            except DockerTrouble as error:
                if error.kind != "api":
                    return removed  # an engine that is gone has nothing that we could remove
            if mine:
                removed, last = True, time.monotonic()
            elif time.monotonic() - last >= (SETTLE if self._making else 0.0):
                break
            time.sleep(_STEP)
        return removed and not mine

    def _pull(self) -> None:
        pulling, began = Pulling(), time.monotonic()
        self._show.doing("pull")
        for item in self._place.launcher.pull(self.deployment.image):
            pulling.take(item)
            self._show.pull(pulling)
        self.pulled = Pulled(time.monotonic() - began, pulling.received)

    def _create(self) -> None:
        plan = container_plan(self.deployment, self._place.host.absolute)
        body = recipe(plan, self._place.environ, self._run)
        self._making = True
        try:
            self.container = self._place.launcher.create(plan.name, body)
        except DockerTrouble as error:
            self._making = error.kind != "api"  # what the engine refused, it does not make
            raise
        self._making = False


def ways(place: Place, deployment: Deployment, container: str) -> list[str]:
    """Addresses that may lead to the container's server, the most likely first."""
    parts = urlsplit(place.engine)
    remote = parts.hostname if parts.scheme in ("tcp", "ssh", "http", "https") else None
    found = [f"{remote or '127.0.0.1'}:{deployment.http_port}"]
    if place.within:
        known: Mapping[str, Any] = {}
        with suppress(DockerTrouble):  # what waits for its end says that the engine is gone
            known = place.launcher.inspect(container) or {}
        own = (known.get("NetworkSettings") or {}).get("IPAddress")
        found += [f"{own}:{INSIDE['http']}"] if own else []
    return found


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not keep the first one from clearing up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
