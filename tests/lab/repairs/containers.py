"""Repairs of containers and host ports, each made and mended on a real engine."""

from __future__ import annotations

import subprocess
import sys

from tests.lab.repairs.files import Breaks
from tests.lab.repairs.kit import Repair, Scene
from tests.lab.test_serving import serve
from tests.lab.until import until_restarted

NAME, OTHER = "triton_vllm_server", "repair-web"
_LOOP = ("sh", "-c", "echo round; sleep 0.2; exit 3")


def container(
    *command: str, options: tuple[str, ...] = (), name: str = NAME, then: tuple[str, ...] = ()
) -> Breaks:
    """A container that runs `command`; then: a docker command done to it, such as `pause`."""

    def make(scene: Scene) -> None:
        scene.lab.docker("rm", "-f", name, check=False)
        scene.later.append(lambda: scene.lab.docker("rm", "-f", name, check=False))
        scene.lab.docker("run", "-d", "--name", name, *options, scene.lab.ubuntu, *command)
        if then:
            scene.lab.docker(*then, name)

    return make


def loop(scene: Scene) -> None:
    """The policy has restarted it more than once when this is over."""
    container(*_LOOP, options=("--restart", "on-failure:99"))(scene)
    until_restarted(scene.lab, NAME)


_HOLD = """
import socket, sys
one = socket.create_server(("", 8001))
print(flush=True)
sys.stdin.read()
"""


def _half_removed(scene: Scene) -> None:
    """A file of it could not be deleted when it was to be removed; by now it can be."""
    container("touch", "/held", then=("wait",))(scene)
    (held,) = (scene.lab.engine.folder / "data").glob("**/held")
    subprocess.run(["chattr", "+i", str(held)], check=True)
    refused = scene.lab.docker("rm", NAME, check=False)
    subprocess.run(["chattr", "-i", str(held)], check=True)
    assert refused.returncode, "it was removed"


def _dead_engine(scene: Scene) -> None:
    """A stand-in for a server whose engine died; a restart mends it, as it does the real one."""
    scene.lab.docker("rm", "-f", NAME, check=False)
    scene.later.append(lambda: scene.lab.docker("rm", "-f", NAME, check=False))
    serve(scene.lab, "dead", str(scene.folder.parent / "started"))


def _process(scene: Scene) -> None:
    """A program of the machine that is no container holds a port."""
    argv = [sys.executable, "-c", _HOLD]
    holder = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    scene.later.append(holder.communicate)
    assert holder.stdout is not None
    holder.stdout.readline()


# Busybox's sleep does not heed SIGTERM, so that `docker stop` would wait its ten seconds.
WEB = container("sleep", "300", name=OTHER, options=("-p", "8000:80", "--stop-timeout", "1"))

CONTAINERS = [
    Repair(
        "docker/name-conflict",
        "dead",
        "ask",
        container("sh", "-c", "echo its last words; exit 3", then=("wait",)),
        "docker/name-conflict",
        undone=False,
    ),
    Repair("launch/restarting", "loop", "ask", loop, "launch/restarting"),
    Repair(
        "launch/paused",
        "paused",
        "ask",
        container("sleep", "300", then=("pause",)),
        "launch/paused",
    ),
    Repair(
        "launch/stopped",
        "stopped",
        "ask",
        container("sleep", "300", then=("stop", "-t", "0")),
        "launch/stopped",
    ),
    Repair(
        "launch/half-removed",
        "held",
        "ask",
        _half_removed,
        "launch/half-removed",
        undone=False,
    ),
    Repair("engine/crashed", "restart", "ask", _dead_engine, "engine/crashed", undone=False),
    Repair("port/in-use", "container", "safe", WEB, "port"),
    Repair("port/in-use", "process", "safe", _process, "port"),
    Repair(
        "port/given-twice",
        "settings",
        "safe",
        lambda scene: scene.write(
            "triton-doctor.toml", "# The night shift.\r\nmetrics-port = 8000  # why not\r\n"
        ),
        "port",
        keeps=("# The night shift.",),
    ),
]
