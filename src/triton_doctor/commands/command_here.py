"""Where a command is going to be typed."""

from __future__ import annotations

from triton_doctor.context import Context
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
