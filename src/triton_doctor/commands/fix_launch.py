"""The offer to start the server, once nothing stands in its way."""

from __future__ import annotations

from collections.abc import Callable

from triton_doctor.commands.fix_rounds import Bench
from triton_doctor.context import Context, asking
from triton_doctor.errors import FactUnavailable
from triton_doctor.host.protocol import DockerTrouble, Host
from triton_doctor.lines import line
from triton_doctor.probes.docker_engine import connected


def offer_launch(bench: Bench, hosts: Callable[[], Host]) -> int | None:
    """Ask whether to launch; the exit code of that, None where it was not wished for."""
    if not _name_is_free(bench):
        return None
    from triton_doctor.ui import asking as person

    bench.write([line()])
    if not person.confirm(bench.text.say("fix", "launch"), default=False):
        return None
    from triton_doctor.commands.launch import Asked, launch

    return launch(hosts, bench.layers, Asked(agreed=True))


def _name_is_free(bench: Bench) -> bool:
    """Whether no container has the name already, running or not."""
    deployment, settings = bench.layers.resolve()
    ask = asking(Context(bench.host, deployment, settings), bench.host)
    try:
        return connected(ask).inspect(deployment.name) is None
    except (FactUnavailable, DockerTrouble):
        return False
