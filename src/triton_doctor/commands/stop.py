"""`stop`: the deployment's server is ended in good order."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from triton_doctor import __version__
from triton_doctor.commands.screen import Screen, parting, somebody_is_there
from triton_doctor.context import Context, asking
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.launcher import Launcher
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.interrupts import taken
from triton_doctor.knowledge.house import Phrases, phrases
from triton_doctor.launching.recipe import LABEL
from triton_doctor.lines import Line, command, paragraph
from triton_doctor.probes.docker_engine import connected, endpoint_of
from triton_doctor.record import Record
from triton_doctor.redact import clean
from triton_doctor.report.as_json import SCHEMA_VERSION
from triton_doctor.report.verdict import FOUND, HEALTHY, INTERRUPTED, UNCLEAR
from triton_doctor.settings import Layers

# Triton gives requests under way 30 s (--exit-timeout-secs), and then unloads its models.
GRACE = 45
WELL = (0, 130, 143)  # exit codes of a server that was told to end
KILLED = 137
_UP = ("running", "paused", "restarting")


class Asked(Record, frozen=True):
    """yes: stop it also where `launch` did not start it; form: text or json."""

    yes: bool
    form: str


class Container(Record, frozen=True):
    """state: as the engine has it; ours: `launch` made it; fleeting: it was started with --rm."""

    id: str
    image: str
    state: str
    code: int
    killed_for_memory: bool
    ours: bool
    fleeting: bool

    @property
    def well(self) -> bool:
        return self.code in WELL and not self.killed_for_memory


def stop(host: Host, layers: Layers, asked: Asked) -> int:
    """The exit code: 0 nothing runs, 1 it does or ended badly, 3 the engine does not tell."""
    deployment, settings = layers.resolve()
    ending = _Ending(deployment.name, asked, phrases(settings.lang))
    with closing(host):
        ask = asking(Context(host, deployment, settings), host)
        try:
            connected(ask)
            return ending.run(Launcher(endpoint_of(ask)))
        except (FactUnavailable, DockerTrouble) as error:
            return ending.told("untold", UNCLEAR, reason=clean(str(error)))
        except KeyboardInterrupt:
            taken()
            key = "interrupted" if ending.begun else "declined"
            parting(ending.words(key))
            return INTERRUPTED


class _Ending:
    def __init__(self, name: str, asked: Asked, say: Phrases) -> None:
        self._name, self._asked, self._say = name, asked, say
        self._screen = Screen(quiet=asked.form == "json")
        self.begun = False

    def run(self, engine: Launcher) -> int:
        there = _container(engine.inspect(self._name))
        if there is None:
            return self.told("nothing", HEALTHY)
        if there.state not in _UP:
            return self._not_running(engine, there)
        if not there.ours and (code := self._may_not(there)) is not None:
            return code
        self._put(self.words("stopping", grace=GRACE))
        self.begun = True
        refused = ""
        try:
            engine.stop(there.id, GRACE)
        except DockerTrouble as error:
            if error.kind != "api":
                raise
            refused = clean(error.text)
        return self._after(engine, there, _container(engine.inspect(there.id)), refused)

    def _not_running(self, engine: Launcher, there: Container) -> int:
        if there.ours and there.well and there.state == "exited":
            engine.remove(there.id)
            return self.told("swept", HEALTHY, there, removed=True)
        key = "ended" if there.well else "ended-badly"
        return self.told(key, HEALTHY, there)

    def _may_not(self, there: Container) -> int | None:
        """Ask about a container of somebody else; an exit code where it stays."""
        if self._asked.yes:
            return None
        words = self.words("foreign", image=clean(there.image))
        if self._asked.form == "json" or not somebody_is_there():
            self._put(words)
            return self.told("needs-word", FOUND, there)
        self._put(words)
        from triton_doctor.ui import asking as person

        if person.confirm(self._say("stop", "confirm"), default=False):
            return None
        return self.told("declined", FOUND, there)

    def _after(
        self, engine: Launcher, before: Container, now: Container | None, refused: str
    ) -> int:
        """refused: what the engine said in place of stopping it."""
        if now is None:
            return self.told("gone", HEALTHY, before, removed=True)
        if now.state in _UP:
            return self.told("still", FOUND, now, reason=refused)
        if not now.well:
            return self.told("killed" if now.code == KILLED else "failed", FOUND, now)
        if not now.ours:
            key = "gone" if now.fleeting else "stopped"
            return self.told(key, HEALTHY, now, removed=now.fleeting)
        engine.remove(now.id)
        return self.told("removed", HEALTHY, now, removed=True)

    def told(
        self,
        key: str,
        code: int,
        container: Container | None = None,
        *,
        removed: bool = False,
        reason: str = "",
    ) -> int:
        """Say what became of it, as text or as data; the exit code."""
        values: dict[str, object] = {"grace": GRACE, "reason": reason}
        if container:
            values |= {"code": container.code, "state": container.state}
        words = self.words("refused" if key == "still" and reason else key, **values)
        self._put(words)
        if self._asked.form == "json":
            ended = container is not None and container.state not in _UP
            whole = {
                "schema_version": SCHEMA_VERSION,
                "doctor": {"version": __version__},
                "exit_code": code,
                "container": self._name,
                "outcome": key,
                "container_exit_code": container.code if container and ended else None,
                "removed": removed,
                "message": words,
            }
            sys.stdout.write(json.dumps(whole, indent=2) + "\n")
        return code

    def words(self, key: str, **values: object) -> str:
        return self._say("stop", key, container=self._name, **values)

    def _put(self, words: str) -> None:
        """A sentence; a command at its end has a line of its own."""
        head, sign, typed = words.partition(": triton-doctor ")
        lines: list[Line] = [*paragraph(head + (":" if sign else ""), self._screen.width)]
        if sign:
            lines.append(command(f"triton-doctor {typed}", indent=4))
        self._screen.write(lines)


def _container(known: Mapping[str, Any] | None) -> Container | None:
    if known is None:
        return None
    state, config = known.get("State") or {}, known.get("Config") or {}
    return Container(
        id=str(known["Id"]),
        image=str(config.get("Image") or ""),
        state=str(state.get("Status") or ""),
        code=int(state.get("ExitCode") or 0),
        killed_for_memory=bool(state.get("OOMKilled")),
        ours=LABEL in (config.get("Labels") or {}),
        fleeting=bool((known.get("HostConfig") or {}).get("AutoRemove")),
    )
