"""The deployment as the command that starts it, for the end of a report."""

from __future__ import annotations

from collections.abc import Callable

from triton_doctor.deployment import Deployment
from triton_doctor.launching.paths import Place
from triton_doctor.launching.plan import container_plan
from triton_doctor.launching.quoting import ShellName, Unquotable
from triton_doctor.launching.writing import argv, command_pieces, command_text, for_shell


def start_command(
    deployment: Deployment,
    absolute: Callable[[str], str],
    shell: ShellName = "bash",
    place: Place = "posix",
) -> str:
    """`docker run …` over several lines, as `triton-doctor command` writes it.

    absolute: makes a path of this machine whole; place: the kind of machine that this is. Empty
    where the shell has no writing for it.
    """
    plan, _ = for_shell(container_plan(deployment, absolute), shell, place)
    try:
        return command_text(command_pieces(plan, shell), shell)
    except Unquotable:
        return ""


def start_words(deployment: Deployment, absolute: Callable[[str], str]) -> list[str]:
    """The same as the words that run, of no shell; paths are this machine's own."""
    return argv(command_pieces(container_plan(deployment, absolute), "bash"))
