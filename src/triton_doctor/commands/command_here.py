"""Where a command is going to be typed."""

from __future__ import annotations

from collections.abc import Iterator

from triton_doctor.context import Context
from triton_doctor.deployment import Deployment
from triton_doctor.host.protocol import Host
from triton_doctor.knowledge.house import Phrases
from triton_doctor.launching.paths import PLACES, Place
from triton_doctor.launching.quoting import BY_KIND, ShellName
from triton_doctor.probes.shell import shell
from triton_doctor.probes.system import system


def here(context: Context) -> tuple[ShellName, Place]:
    """The shell that the doctor was started from, and the kind of machine it runs on."""
    return _shell(context), _place(context)


def _shell(context: Context) -> ShellName:
    seen = context.known(shell)
    return BY_KIND[seen.kind] if seen else "bash"


def _place(context: Context) -> Place:
    seen = context.known(system)
    return PLACES.get(seen.kind, "posix") if seen else "posix"


def lacking(host: Host, deployment: Deployment, say: Phrases) -> Iterator[str]:
    """What the command names and this machine has not, so that it would be typed in vain."""
    folder = host.absolute(deployment.repository)
    try:
        there = host.listdir(folder)
    except FileNotFoundError:
        yield say("command", "no-repository", path=folder)
        return
    except OSError:  # it may be another's, and the engine sees it all the same
        return
    if deployment.control_mode != "explicit":
        return
    for model in deployment.model:
        if model != "*" and model not in there:
            yield say("command", "no-model", path=folder, model=model)
