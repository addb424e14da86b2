"""The offer to start the server, once nothing stands in its way."""

from __future__ import annotations

import shlex

from triton_doctor.commands.fix_rounds import Bench
from triton_doctor.context import Context, asking
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.hands import Hands
from triton_doctor.host.protocol import DockerTrouble
from triton_doctor.lines import command, line
from triton_doctor.probes.docker_engine import connected


def offer_launch(bench: Bench, hands: Hands, start: str) -> None:
    """Ask whether to run the start command (for a shell); then say how to follow the server."""
    if not _name_is_free(bench):
        return
    from triton_doctor.ui import asking as person

    say = bench.text.say
    bench.write([line()])
    if not person.confirm(say("fix", "launch"), default=False):
        return
    try:
        done = hands.run(words(start), root=False)
    except OSError as error:
        bench.write(bench.text.said("failed", "error", f"docker: {error.strerror}"))
        return
    if done.code:
        text = say("fix", "launch-failed", code=done.code)
        bench.write(bench.text.said("failed", "error", text))
        return
    name = bench.layers.resolve()[0].name
    bench.write(bench.text.words(say("fix", "launched"), "strong"))
    bench.write([line(), command(f"triton-doctor logs --follow {name}", indent=4)])


def words(start: str) -> list[str]:
    """The words of a command that is written over several lines."""
    return shlex.split(start.replace("\\\n", " "))


def _name_is_free(bench: Bench) -> bool:
    """Whether no container has the name already, running or not."""
    deployment, settings = bench.layers.resolve()
    ask = asking(Context(bench.host, deployment, settings), bench.host)
    try:
        return connected(ask).inspect(deployment.name) is None
    except (FactUnavailable, DockerTrouble):
        return False
