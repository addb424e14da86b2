"""What the engine's event history tells: it keeps the last 256 events, and none over a restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from triton_doctor.host.protocol import Docker, DockerTrouble
from triton_doctor.probes.containers import OURS
from triton_doctor.record import Record

SPAN = 86400.0  # how far back events are asked for, in seconds
# The engine removes a container within this many seconds of its end; a person takes longer.
AT_ONCE = 3.0
_ACTIONS = ("create", "start", "kill", "oom", "die", "destroy")


class Event(Record, frozen=True):
    """One event of a container. time: epoch s; exit_code, signal: where the action has one."""

    id: str
    name: str
    image: str
    action: str
    time: float
    exit_code: int = 0
    signal: int = 0


class Gone(Record, frozen=True):
    """A container that is no more. started, ended: epoch s, started is 0 where it never ran.
    at_once: the engine removed it as it ended (`--rm`), not somebody later by hand. One that ended
    more than once was never to be removed at its end."""

    id: str
    name: str
    image: str
    started: float
    ended: float
    exit_code: int
    oom: bool
    signal: int
    at_once: bool


def read_events(docker: Docker, now: float, names: Sequence[str]) -> list[Event]:
    """The events of these containers, oldest first; none where the engine does not tell."""
    try:
        told = docker.events(now - SPAN, now, names)
    except DockerTrouble:
        return []
    seen = [_event(item) for item in told if item.get("Type") == "container"]
    return [one for one in seen if one.action in _ACTIONS and not one.name.startswith(OURS)]


def gone(events: list[Event], name: str) -> Gone | None:
    """The last container of a name, where the history shows that it was removed."""
    removed = [event for event in events if event.name == name and event.action == "destroy"]
    if not removed:
        return None
    last = removed[-1]
    mine = [event for event in events if event.id == last.id]
    died = [event for event in mine if event.action == "die"]
    started = [event.time for event in mine if event.action == "start"]
    signals = [event.signal for event in mine if event.action == "kill"]
    ended = next((event.time for event in reversed(mine) if event is not last), last.time)
    return Gone(
        id=last.id,
        name=name,
        image=last.image,
        started=started[-1] if started else 0.0,
        ended=ended,
        exit_code=died[-1].exit_code if died else 0,
        oom=any(event.action == "oom" for event in mine),
        signal=signals[-1] if signals else 0,
        at_once=last.time - ended < AT_ONCE and len(died) < 2,
    )


def _event(item: Mapping[str, Any]) -> Event:
    actor = item.get("Actor") or {}
    more = actor.get("Attributes") or {}
    return Event(
        id=str(actor.get("ID") or "")[:12],
        name=str(more.get("name") or ""),
        image=str(more.get("image") or ""),
        action=str(item.get("Action") or ""),
        time=float(item.get("timeNano") or 0) / 1e9,
        exit_code=_number(more.get("exitCode")),
        signal=_number(more.get("signal")),
    )


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.lstrip("-").isdigit() else 0
