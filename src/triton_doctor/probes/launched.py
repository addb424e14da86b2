"""What became of the deployment's containers: how they ended, and the end of what they printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from itertools import pairwise
from typing import Any

from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import Docker, DockerTrouble
from triton_doctor.probes.base import Asking, probe
from triton_doctor.probes.containers import Container, containers
from triton_doctor.probes.docker_engine import connected, docker_engine
from triton_doctor.probes.engine_events import Event, Gone, gone, read_events
from triton_doctor.record import Record
from triton_doctor.redact import clean

DAY = 86400.0
OTHERS = 3  # containers of the image under other names that are looked at, newest first
LOG_LINES = 400
LOG_BYTES = 64 << 10
HEAD_BYTES = 32 << 10
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:\d\d)")


class Launched(Record, frozen=True):
    """One container of the deployment. named: it bears the deployment's name (else its image).

    state: as in Container; created, started, ended: epoch s, 0 = never; oom: the kernel killed it
    or a child of it for want of memory; signal: the last one that the engine sent it, 0 if none;
    restarts: by its restart policy; memory_limit: bytes, 0 = none; health: of the image's own
    health check, empty without one; mode, loads: --model-control-mode and each --load-model of its
    command; log: the end of its output, without secrets; log_error: why there is none; log_head:
    its beginning, where the end is not all of it and the container has ended badly; policy: of
    restarts, as `always`, `no` or `on-failure:5`.
    """

    id: str
    name: str
    image: str
    named: bool
    state: str
    created: float
    started: float
    ended: float
    exit_code: int
    oom: bool
    error: str
    signal: int
    restarts: int
    memory_limit: int
    health: str
    mode: str
    loads: tuple[str, ...]
    log: str
    log_error: str
    log_head: str = ""
    policy: str = "no"


class Launches(Record, frozen=True):
    """containers: the deployment's own first. gone: the last one of its name where there is none
    any more, as the engine's event history tells it. now: epoch s by the engine's clock."""

    containers: tuple[Launched, ...]
    gone: Gone | None
    now: float

    @property
    def own(self) -> Launched | None:
        return next((one for one in self.containers if one.named), None)


@probe("launches", doing="looking at the server's containers", timeout=9.0)
def launches(ask: Asking) -> Launches:
    """Inspect the containers of the deployment's name and image."""
    docker, name = connected(ask), ask.deployment.name
    now = _engines_time(ask, docker)
    seen = ask.fact(containers)
    own = seen.named(name)
    others = [
        one
        for one in seen.seen
        if one.image == ask.deployment.image and one.name != name and now - one.created < DAY
    ]
    chosen = ([own] if own else []) + others[:OTHERS]
    events = read_events(docker, now, [name, *(one.id for one in chosen)])
    try:
        found = [_launched(docker, one, one is own, events) for one in chosen]
    except DockerTrouble as error:
        raise FactUnavailable("launches", f"the engine does not tell: {error.text}") from None
    return Launches(tuple(one for one in found if one), None if own else gone(events, name), now)


def _engines_time(ask: Asking, docker: Docker) -> float:
    """Of the engine's own clock, since a virtual machine's stands still while a laptop sleeps, and
    events up to a moment that has not come yet would be waited for."""
    engine = ask.fact(docker_engine)
    if not engine.remote and engine.kind != "desktop":
        return ask.host.now()
    try:
        told = epoch(str(docker.info().get("SystemTime") or ""))
    except DockerTrouble:
        told = 0.0
    return told or ask.host.now()


def _launched(
    docker: Docker, container: Container, named: bool, events: list[Event]
) -> Launched | None:
    """None for a container that went away between being listed and being asked for."""
    known = docker.inspect(container.id)
    if known is None:
        return None
    state, config = known.get("State") or {}, known.get("Config") or {}
    mine = [event for event in events if event.id == container.id]
    starts = [event.time for event in mine if event.action == "start"]
    last = [event for event in mine if not starts or event.time >= starts[-1]]
    signals = [event.signal for event in last if event.action == "kill"]
    restarts = int(known.get("RestartCount") or 0)
    flags = [str(word) for word in [*(known.get("Args") or ()), *(config.get("Cmd") or ())]]
    log, log_error = _log(docker, container.id)
    return Launched(
        id=container.id,
        name=container.name,
        image=str(config.get("Image") or container.image),
        named=named,
        state=str(state.get("Status") or container.state),
        created=epoch(str(known.get("Created") or "")),
        started=epoch(str(state.get("StartedAt") or "")),
        ended=epoch(str(state.get("FinishedAt") or "")),
        exit_code=_exit_code(state, mine),
        oom=bool(state.get("OOMKilled")) or _ran_out(mine if restarts else last),
        error=clean(str(state.get("Error") or "")),
        signal=signals[-1] if signals else 0,
        restarts=restarts,
        memory_limit=int((known.get("HostConfig") or {}).get("Memory") or 0),
        health=str((state.get("Health") or {}).get("Status") or ""),
        mode="".join(_values(flags, "--model-control-mode")[-1:]),
        loads=tuple(dict.fromkeys(_values(flags, "--load-model"))),
        log=log,
        log_error=log_error,
        log_head=_head(docker, container.id, log) if _ended_badly(state) else "",
        policy=_policy(known),
    )


def _policy(known: Mapping[str, Any]) -> str:
    policy = (known.get("HostConfig") or {}).get("RestartPolicy") or {}
    name, most = str(policy.get("Name") or "no"), int(policy.get("MaximumRetryCount") or 0)
    return f"{name}:{most}" if most else name


def _exit_code(state: Mapping[str, Any], events: list[Event]) -> int:
    """Of the last end, which one that was started anew no longer has in its state."""
    died = [event for event in events if event.action == "die"]
    if state.get("Status") == "running" and died:
        return died[-1].exit_code
    return int(state.get("ExitCode") or 0)


def _ran_out(events: list[Event]) -> bool:
    """While a container runs on after a child was killed, only the history has it."""
    return any(event.action == "oom" for event in events)


def _log(docker: Docker, container: str) -> tuple[str, str]:
    """The end of a container's output, at most LOG_LINES lines and LOG_BYTES bytes; or why not."""
    try:
        data = docker.logs(container, LOG_LINES)
    except DockerTrouble as error:
        return "", error.text
    return _shown(data[-LOG_BYTES:]), ""


def _ended_badly(state: Mapping[str, Any]) -> bool:
    ended = state.get("Status") in ("exited", "restarting")
    return ended and (int(state.get("ExitCode") or 0) not in (0, 130, 143))


def _head(docker: Docker, container: str, log: str) -> str:
    """The beginning of an output of which `log` is only the end."""
    if log.count("\n") < LOG_LINES - 1 and len(log) < LOG_BYTES // 2:
        return ""
    data = b""
    stream = docker.log_stream(container, False)
    try:
        for block in stream:
            data += block
            if len(data) >= HEAD_BYTES:
                break
    except DockerTrouble:
        return ""  # a restart may have taken it away meanwhile; the end is there
    return _shown(data[:HEAD_BYTES])


def _shown(data: bytes) -> str:
    """What a terminal would show of it: a progress bar is drawn over itself."""
    lines = data.decode("utf-8", "replace").split("\n")
    return clean("\n".join(line.rstrip().rpartition("\r")[2] for line in lines))


def _values(words: list[str], flag: str) -> list[str]:
    """The values of a flag of the server, given as `--flag=value` or as two words."""
    found = [word.partition("=")[2] for word in words if word.startswith(f"{flag}=")]
    after = pairwise(words)
    return found + [value for word, value in after if word == flag]


def epoch(text: str) -> float:
    """Seconds of a time as the engine writes it; 0 for its `0001-01-01T00:00:00Z`, never."""
    match = _TIME.fullmatch(text)
    if not match or text.startswith("0001-"):
        return 0.0
    moment = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc)
    if match[3] != "Z":
        zone = datetime.fromisoformat(match[1] + match[3]).utcoffset()
        moment -= zone or moment - moment
    return moment.timestamp() + float(match[2] or 0)
